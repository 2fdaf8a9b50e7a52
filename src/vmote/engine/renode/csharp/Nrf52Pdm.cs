// SPDX-License-Identifier: Apache-2.0
//
// PDM of the nRF52840 (Product Specification v1.8, 6.15): whole EasyDMA buffers, each when its last sample would be there.
// Renode's own raises STARTED only together with END, so that firmware which sets the next buffer up at STARTED, as the
// specification asks for, loses one; and it takes samples in the order of a file, whatever the time.
using System;
using System.Linq;

using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.Miscellaneous;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Sound
{
    public class Nrf52Pdm : NullRegistrationPointPeripheralContainer<Microphone>, IDoubleWordPeripheral, IKnownSize, INRFEventProvider
    {
        public Nrf52Pdm(IMachine machine) : base(machine)
        {
            this.machine = machine;
            interrupts = new Nrf52Interrupts(IRQ, Enumerable.Range(0, 3), offset => registers[offset / 4]);
            Reset();
        }

        public override void Reset()
        {
            Array.Clear(registers, 0, registers.Length);
            registers[ClockControl / 4] = 0x08400000;
            registers[GainLeft / 4] = registers[GainRight / 4] = NoGain;
            registers[PinClock / 4] = registers[PinData / 4] = uint.MaxValue;
            full = null;
            stopped = false;
            interrupts.Reset();
        }

        public uint ReadDoubleWord(long offset)
        {
            return offset == Nrf52Interrupts.Set || offset == Nrf52Interrupts.Clear ? interrupts.Enabled : offset < Size ? registers[offset / 4] : 0;
        }

        public void WriteDoubleWord(long offset, uint value)
        {
            switch(offset)
            {
            case TaskStart:
                if((value & 1) != 0)
                {
                    Start();
                }
                return;
            case TaskStop:
                if((value & 1) != 0)
                {
                    Stop();
                }
                return;
            case Nrf52Interrupts.Enable:
            case Nrf52Interrupts.Set:
            case Nrf52Interrupts.Clear:
                interrupts.Write(offset, value);
                return;
            default:
                if(offset < Size)
                {
                    registers[offset / 4] = value;
                }
                break;
            }
            interrupts.Update();
        }

        public GPIO IRQ { get; } = new GPIO();

        public long Size => 0x1000;

        public event Action<uint> EventTriggered;

        private void Start()
        {
            if((registers[Enable / 4] & 1) == 0)
            {
                this.Log(LogLevel.Warning, "Started while disabled");
            }
            else if(full == null)
            {
                started = BoardClock.Of(machine).Cycle;
                frames = 0;
                Next();
            }
        }

        // Latch pointer and length: they may be set anew from here on (6.15.4).
        private void Next()
        {
            pointer = registers[SamplePointer / 4];
            count = registers[SampleCount / 4] & 0x7FFF;
            full = BoardClock.Of(machine).At(started + Cycles(frames + FramesOfBuffer), Filled);
            Raise(Started);
        }

        private void Filled()
        {
            full = null;
            Deliver(FramesOfBuffer);
            frames += FramesOfBuffer;
            Raise(End);
            if(full == null && !stopped)
            {
                Next();
            }
            stopped = false;
        }

        private void Stop()
        {
            var clock = BoardClock.Of(machine);
            if(full != null)
            {
                clock.Cancel(ref full);
                var done = Math.Min((clock.Cycle - started) / Math.Max(Cycles(1), 1) - frames, count / Channels);
                if(done > 0)
                {
                    Deliver(done);
                }
                frames = 0;
            }
            else
            {
                stopped = true;
            }
            Raise(Stopped);
        }

        private void Deliver(ulong howMany)
        {
            if(count == 0)
            {
                return;
            }
            var clock = BoardClock.Of(machine);
            var gain = Math.Pow(10, ((int)(registers[GainLeft / 4] & 0x7F) - NoGain) / 2.0 / 20); // half a dB a step (6.15.7.14)
            var rate = (double)clock.Hertz / Cycles(1);
            var left = RegisteredPeripheral?.Samples(clock.ToNanoseconds(started + Cycles(frames)), rate, (int)howMany, gain);
            var data = new byte[howMany * Channels * 2]; // the right channel is silent
            for(var i = 0; left != null && i < left.Length; i++)
            {
                data[2 * i * (int)Channels] = (byte)left[i];
                data[2 * i * (int)Channels + 1] = (byte)(left[i] >> 8);
            }
            machine.SystemBus.WriteBytes(data, pointer);
        }

        // 32 MHz divided, and by the ratio, is the rate of a channel's samples.
        private ulong Cycles(ulong ofFrames)
        {
            var divider = (1ul << 32) / Math.Max(registers[ClockControl / 4], 1u << 26); // 6.15.7.11
            var ratio = (registers[Ratio / 4] & 1) != 0 ? 80ul : 64ul;
            return ofFrames * divider * ratio * BoardClock.Of(machine).Hertz / 32000000;
        }

        private void Raise(long eventOffset)
        {
            registers[eventOffset / 4] = 1;
            interrupts.Update();
            EventTriggered?.Invoke((uint)eventOffset);
        }

        private ulong Channels => (registers[Mode / 4] & 1) != 0 ? 1ul : 2ul;

        private ulong FramesOfBuffer => Math.Max(count / Channels, 1);

        private ulong started; // cycle of the first sample
        private ulong frames; // of each channel since then
        private ulong pointer;
        private ulong count;
        private bool stopped;
        private Appointment full;
        private readonly IMachine machine;
        private readonly Nrf52Interrupts interrupts;
        private readonly uint[] registers = new uint[0x1000 / 4];

        private const int NoGain = 0x28;
        private const long TaskStart = 0x000;
        private const long TaskStop = 0x004;
        private const long Started = 0x100;
        private const long Stopped = 0x104;
        private const long End = 0x108;
        private const long Enable = 0x500;
        private const long ClockControl = 0x504;
        private const long Mode = 0x508;
        private const long GainLeft = 0x518;
        private const long GainRight = 0x51C;
        private const long Ratio = 0x520;
        private const long PinClock = 0x540;
        private const long PinData = 0x544;
        private const long SamplePointer = 0x560;
        private const long SampleCount = 0x564;
    }
}
