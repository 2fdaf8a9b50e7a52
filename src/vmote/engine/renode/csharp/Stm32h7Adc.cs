// SPDX-License-Identifier: Apache-2.0
//
// ADC1 of the STM32H747 (RM0399 rev 4, section 26) with a microphone at one of its inputs: single conversions by hand, and
// a timer's pace with half of a DMA buffer at once.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.DMA;
using Antmicro.Renode.Peripherals.Sound;
using Antmicro.Renode.Peripherals.Timers;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Analog
{
    public class Stm32h7Adc : NullRegistrationPointPeripheralContainer<Microphone>, IDoubleWordPeripheral, IKnownSize
    {
        // `timer` is the one that TRGO number `trigger` (table 211) comes from.
        public Stm32h7Adc(IMachine machine, Stm32h7DmaMux mux, Stm32h7Timer timer, uint trigger, uint microphoneChannel) : base(machine)
        {
            this.machine = machine;
            this.mux = mux;
            this.timer = timer;
            this.trigger = trigger;
            this.microphoneChannel = microphoneChannel;
            timer.Triggers += Retrigger;
            mux.Serve(Request, Retrigger);
            Reset();
        }

        public override void Reset()
        {
            Array.Clear(registers, 0, registers.Length);
            registers[Control / 4] = DeepSleep;
            registers[Configuration / 4] = 1u << 31;
            half = null;
            stream = null;
            IRQ.Unset();
        }

        public uint ReadDoubleWord(long offset)
        {
            BoardClock.Of(machine).CatchUp();
            var value = registers[offset / 4];
            if(offset == Data)
            {
                Flags(0, Converted);
            }
            return value;
        }

        public void WriteDoubleWord(long offset, uint value)
        {
            BoardClock.Of(machine).CatchUp();
            switch(offset)
            {
            case Status:
                Flags(0, value & ~LdoReady);
                return;
            case InterruptEnable:
                registers[offset / 4] = value;
                Flags(0, 0);
                return;
            case Control:
                WriteControl(value);
                return;
            case Data:
                return;
            }
            registers[offset / 4] = value;
        }

        public GPIO IRQ { get; } = new GPIO();

        public long Size => 0x100;

        // Wake, calibrate, enable, start, stop: each is done at once.
        private void WriteControl(uint value)
        {
            var now = registers[Control / 4];
            if((value & Regulator) != 0 && (value & DeepSleep) == 0)
            {
                Flags(LdoReady, 0);
            }
            var state = (now | value) & (Enable | Begin);
            state = (value & Disable) != 0 ? 0 : (value & Stop) != 0 ? state & ~Begin : state;
            if((state & ~now & Enable) != 0)
            {
                Flags(Ready, 0);
            }
            registers[Control / 4] = value & (Regulator | DeepSleep | 0x40010300) | state;
            if((state & ~now & Begin) != 0)
            {
                if((registers[Configuration / 4] >> 10 & 3) != 0)
                {
                    Retrigger();
                }
                else
                {
                    BoardClock.Of(machine).AfterNanoseconds(ConversionTime, Single);
                }
            }
            else if((now & ~state & Begin) != 0)
            {
                Cease();
            }
        }

        private void Single()
        {
            if((registers[Control / 4] & Begin) == 0)
            {
                return;
            }
            var clock = BoardClock.Of(machine);
            registers[Data / 4] = Codes(clock.Cycle, 1, 1)[0];
            Flags(Sampled | Converted | SequenceDone, 0);
            if((registers[Configuration / 4] >> 13 & 1) != 0)
            {
                clock.AfterNanoseconds(ConversionTime, Single);
            }
            else
            {
                registers[Control / 4] &= ~Begin;
            }
        }

        // 16 bits, or what CFGR.RES leaves of them (26.7.4); silence lies in the middle.
        private ushort[] Codes(ulong cycle, double rate, int count)
        {
            var bits = resolutions[registers[Configuration / 4] >> 2 & 7];
            var full = (1 << bits) - 1;
            var result = new ushort[count];
            if(RegisteredPeripheral == null || (registers[Sequence / 4] >> 6 & 0x1F) != microphoneChannel)
            {
                return result;
            }
            var samples = RegisteredPeripheral.Samples(BoardClock.Of(machine).ToNanoseconds(cycle), rate, count, 1.0);
            for(var i = 0; i < count; i++)
            {
                result[i] = (ushort)Math.Max(0, Math.Min(full, Math.Round((samples[i] + 32768) / 65535.0 * full, MidpointRounding.ToEven)));
            }
            return result;
        }

        // Whatever the pace hangs on has changed: work out whether and how it goes on.
        private void Retrigger()
        {
            var configuration = registers[Configuration / 4];
            var going = (registers[Control / 4] & Begin) != 0 && (configuration >> 10 & 3) != 0 && (configuration >> 5 & 0x1F) == trigger;
            var wanted = going ? timer.TriggerCycles : 0;
            var asked = (configuration & 1) != 0 ? mux.Stream(Request) : null;
            if(wanted == 0 || asked == null || asked.Count == 0)
            {
                Cease();
            }
            else if(stream != asked || pace != wanted)
            {
                Cease();
                stream = asked;
                pace = wanted;
                origin = BoardClock.Of(machine).Cycle;
                taken = 0;
                secondHalf = false;
                WaitForHalf();
            }
        }

        private void Cease()
        {
            BoardClock.Of(machine).Cancel(ref half);
            stream = null;
        }

        private void WaitForHalf()
        {
            half = BoardClock.Of(machine).At(origin + (taken + HalfCount) * pace, HalfDone);
        }

        // Half of the buffer was sampled meanwhile: convert it in one go.
        private void HalfDone()
        {
            var count = HalfCount;
            var clock = BoardClock.Of(machine);
            var codes = Codes(origin + (taken + 1) * pace, (double)clock.Hertz / pace, (int)count);
            var data = new byte[2 * count];
            Buffer.BlockCopy(codes, 0, data, 0, data.Length);
            var current = stream;
            if(current.ItemBytes != 2 || !current.Write(secondHalf ? current.Count - count : 0, data))
            {
                Cease();
                return;
            }
            taken += count;
            registers[Data / 4] = codes[count - 1];
            var done = secondHalf;
            secondHalf = !done;
            current.Flag(done ? Stm32h7DmaStream.Done : Stm32h7DmaStream.Half);
            if(done && !current.Circular)
            {
                Cease();
            }
            else if(stream != null)
            {
                WaitForHalf();
            }
        }

        private void Flags(uint on, uint off)
        {
            var flags = registers[Status / 4] = registers[Status / 4] & ~off | on;
            IRQ.Set((flags & registers[InterruptEnable / 4]) != 0);
        }

        private uint HalfCount => secondHalf ? stream.Count - stream.Count / 2 : stream.Count / 2;

        private Stm32h7DmaStream stream;
        private ulong pace; // cycles between two triggers
        private ulong origin; // cycle of the trigger before the first
        private ulong taken;
        private bool secondHalf;
        private Appointment half;
        private readonly uint[] registers = new uint[0x100 / 4];
        private readonly Stm32h7DmaMux mux;
        private readonly Stm32h7Timer timer;
        private readonly uint trigger;
        private readonly uint microphoneChannel;
        private readonly IMachine machine;

        private static readonly int[] resolutions = { 16, 14, 12, 10, 16, 14, 12, 8 };

        private const uint Request = 9; // on DMAMUX1: 18.3.2
        private const ulong ConversionTime = 1000; // ns; sampling time and resolution do not change it
        private const long Status = 0x00;
        private const long InterruptEnable = 0x04;
        private const long Control = 0x08;
        private const long Configuration = 0x0C;
        private const long Sequence = 0x30;
        private const long Data = 0x40;
        private const uint Ready = 1;
        private const uint Sampled = 2;
        private const uint Converted = 4;
        private const uint SequenceDone = 8;
        private const uint LdoReady = 1 << 12;
        private const uint Enable = 1;
        private const uint Disable = 2;
        private const uint Begin = 4;
        private const uint Stop = 16;
        private const uint Regulator = 1 << 28;
        private const uint DeepSleep = 1 << 29;
    }
}
