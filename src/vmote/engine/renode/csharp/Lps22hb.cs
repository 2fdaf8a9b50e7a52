// SPDX-License-Identifier: Apache-2.0
//
// LPS22HB, pressure and temperature: ST DocID027083 Rev 6 (DS), its sections in brackets. Renode has no model of it. Fed by
// RESD (pressure in millipascal, temperature in thousandths of a degree) or by its properties.
using System;
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Utilities;
using Antmicro.Renode.Utilities.RESD;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Sensors
{
    public class Lps22hb : RegisterPart
    {
        public Lps22hb(IMachine machine, bool alwaysPowered = true) : base(machine, alwaysPowered)
        {
            Restart();
        }

        public void FeedPressureSamplesFromRESD(ReadFilePath path, uint channel = 0, int restChannel = -1, bool interpolate = false)
        {
            Track.Feed<PressureSample>(path, channel, restChannel, interpolate, k => k % 100 == 0 ? k / 100 * 1e-6 : k * 1e-8, (pressure, s => (long)s.Pressure));
        }

        public void FeedTemperatureSamplesFromRESD(ReadFilePath path, uint channel = 0, int restChannel = -1, bool interpolate = false)
        {
            Track.Feed<TemperatureSample>(path, channel, restChannel, interpolate, k => k * 1e-6, (temperature, s => s.Temperature));
        }

        // Hectopascal and degrees Celsius: set for good, or what the part would measure now.
        public double Pressure { get { return pressure.At(Now); } set { pressure.Hold(value); } }

        public double Temperature { get { return temperature.At(Now); } set { temperature.Hold(value); } }

        public GPIO Interrupt { get; } = new GPIO();

        // INT_DRDY [9.7], but for the pressure's threshold
        protected override (GPIO Line, bool? Level)[] Lines
        {
            get
            {
                var control = registers[Control3];
                var due = ((registers[Status] & PressureReady) != 0 ? SendsReady : 0) | FifoFlags >> 3 & (SendsThreshold | SendsOverrun)
                    | (fifo.Count == FifoSlots ? SendsFull : 0);
                var active = (control & SendsPressure) == 0 && (control & due) != 0;
                return new[] { (Interrupt, Level(active, (control & LineLow) != 0, (control & LineOpenDrain) != 0)) };
            }
        }

        protected override ulong? NextChange =>
            (registers[Control3] & (SendsReady | SendsOverrun | SendsThreshold | SendsFull)) == 0 ? null : oneShotEnds ?? converting.Next();

        protected override void Restart()
        {
            Array.Clear(registers, 0, registers.Length);
            registers[WhoAmI] = 0xB1; // [8, table 16]
            registers[Control2] = IncrementAddress;
            converting.Set(0, 0);
            oneShotEnds = null;
            fifo.Clear();
            overrun = held = false;
            waiting = null;
        }

        protected override bool Increments(bool asked) => (registers[Control2] & IncrementAddress) != 0; // [9.7]

        // With the FIFO on, reading runs round in the outputs [5].
        protected override int After(int register) => register == Output + 4 && FifoMode != 0 ? Output : base.After(register);

        protected override bool? IsMostSignificant(int register) => register >= Output && register < Output + 5 ? register == Output + 2 || register == Output + 4 : (bool?)null;

        protected override void WriteRegister(int register, byte value)
        {
            if(!masks.TryGetValue(register, out var writable))
            {
                Reserved(register, value);
                return;
            }
            registers[register] = (byte)((registers[register] & ~writable) | (value & writable));
            switch(register)
            {
            case Control1:
                var rate = rates[value >> 4 & 7];
                if(rate != converting.Millihertz)
                {
                    converting.Set(rate, Now);
                }
                break;
            case Control2 when(value & SoftReset) != 0:
                Restart();
                break;
            case Control2:
                registers[Control2] &= unchecked((byte)~Boot);
                if((value & FifoEnable) == 0)
                {
                    Empty();
                }
                if((value & OneShot) != 0)
                {
                    if(converting.Millihertz != 0)
                    {
                        registers[Control2] &= unchecked((byte)~OneShot);
                    }
                    else
                    {
                        oneShotEnds = oneShotEnds ?? Now + OneShotTime;
                    }
                }
                break;
            case FifoControl when value >> 5 == 0:
                Empty();
                break;
            }
        }

        // Reading the high bytes clears the status bits [9.20] and steps the FIFO.
        protected override byte ReadRegister(int register)
        {
            if(register == FifoStatus)
            {
                return (byte)FifoFlags;
            }
            if(register == Output && FifoMode != 0 && fifo.Count > 0)
            {
                Show(fifo.Peek());
            }
            var value = registers[register];
            switch(register)
            {
            case Output:
                held = true; // BDU: the outputs wait until their high byte is read [9.6]
                break;
            case Output + 2:
                registers[Status] &= unchecked((byte)~(PressureReady | PressureOverrun));
                held = false;
                if(waiting != null)
                {
                    Show(waiting);
                    waiting = null;
                }
                break;
            case Output + 4:
                registers[Status] &= unchecked((byte)~(TemperatureReady | TemperatureOverrun));
                if(FifoMode != 0 && fifo.Count > 0)
                {
                    fifo.Dequeue();
                    overrun = false;
                }
                break;
            }
            return value;
        }

        protected override void CatchUp(ulong now)
        {
            if(oneShotEnds.HasValue && now >= oneShotEnds.Value)
            {
                Convert(oneShotEnds.Value);
                oneShotEnds = null;
                registers[Control2] &= unchecked((byte)~OneShot);
            }
            var due = converting.Due(now, out var first);
            for(var n = Math.Max(first, first + due - (FifoMode != 0 ? FifoSlots + 1 : 1)); n < first + due; n++)
            {
                Convert(converting.TimeOf(n));
            }
        }

        private void Convert(ulong time)
        {
            var was = registers[Status];
            registers[Status] = (byte)(was | PressureReady | TemperatureReady | ((was & PressureReady) != 0 ? PressureOverrun : 0) | ((was & TemperatureReady) != 0 ? TemperatureOverrun : 0));
            if(Stale)
            {
                return;
            }
            var sample = new byte[5];
            var raw = (int)Math.Round(Math.Min(1260, Math.Max(260, pressure.At(time))) * 4096, MidpointRounding.ToEven); // [3, table 3]
            sample[0] = (byte)raw;
            sample[1] = (byte)(raw >> 8);
            sample[2] = (byte)(raw >> 16);
            Store(sample, 3, Math.Min(85, Math.Max(-40, temperature.At(time))) * 100);
            if(FifoMode != 0)
            {
                var full = fifo.Count == FifoSlots;
                overrun |= full;
                if(full && FifoMode == StopsWhenFull)
                {
                    return;
                }
                if(full)
                {
                    fifo.Dequeue();
                }
                fifo.Enqueue(sample);
            }
            else if(held && (registers[Control1] & BlockDataUpdate) != 0)
            {
                waiting = sample;
            }
            else
            {
                Show(sample);
            }
        }

        private void Show(byte[] sample)
        {
            Array.Copy(sample, 0, registers, Output, sample.Length);
        }

        private int FifoFlags
        {
            get
            {
                var threshold = registers[FifoControl] & 0x1F;
                return fifo.Count | (overrun ? 0x40 : 0) | (threshold > 0 && fifo.Count >= threshold ? 0x80 : 0);
            }
        }

        private void Empty()
        {
            fifo.Clear();
            overrun = false;
        }

        private int FifoMode => (registers[Control2] & FifoEnable) != 0 ? registers[FifoControl] >> 5 : 0;

        private ulong? oneShotEnds;
        private bool overrun;
        private bool held;
        private byte[] waiting;
        private readonly Repeating converting = new Repeating();
        private readonly Queue<byte[]> fifo = new Queue<byte[]>();
        private readonly byte[] registers = new byte[0x80];
        private readonly Track pressure = new Track(1013.25);
        private readonly Track temperature = new Track(21);

        private static readonly ulong[] rates = { 0, 1000, 10000, 25000, 50000, 75000, 0, 0 }; // mHz [9.6, table 17]
        private static readonly Dictionary<int, int> masks = new Dictionary<int, int>
        {
            { 0x0B, 0xFF }, { 0x0C, 0xFF }, { 0x0D, 0xFF }, { Control1, 0x7F }, { Control2, 0xFD }, { 0x12, 0xFF }, { FifoControl, 0xFF },
            { 0x15, 0xFF }, { 0x16, 0xFF }, { 0x17, 0xFF }, { 0x18, 0xFF }, { 0x19, 0xFF }, { 0x1A, 0x03 },
        };

        private const int FifoSlots = 32; // [5]
        private const int StopsWhenFull = 1;
        private const ulong OneShotTime = 13000000; // the DS gives no figure: one period of the fastest rate
        private const int WhoAmI = 0x0F;
        private const int Control1 = 0x10;
        private const int Control2 = 0x11;
        private const int Control3 = 0x12;
        private const int FifoControl = 0x14;
        private const int FifoStatus = 0x26;
        private const int Status = 0x27;
        private const int Output = 0x28;
        private const int SendsPressure = 0x03; // [9.7]
        private const int SendsReady = 0x04;
        private const int SendsOverrun = 0x08;
        private const int SendsThreshold = 0x10;
        private const int SendsFull = 0x20;
        private const int LineOpenDrain = 0x40;
        private const int LineLow = 0x80;
        private const byte BlockDataUpdate = 0x02;
        private const byte OneShot = 0x01;
        private const byte SoftReset = 0x04;
        private const byte IncrementAddress = 0x10;
        private const byte FifoEnable = 0x40;
        private const byte Boot = 0x80;
        private const byte PressureReady = 0x01;
        private const byte TemperatureReady = 0x02;
        private const byte PressureOverrun = 0x10;
        private const byte TemperatureOverrun = 0x20;
    }
}
