// SPDX-License-Identifier: Apache-2.0
//
// A part with registers of one byte behind I2C, sub-address first.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;

namespace Antmicro.Renode.Peripherals.Sensors
{
    public abstract class RegisterPart : I2cPart
    {
        public override void Write(byte[] data)
        {
            foreach(var value in data)
            {
                if(!transferOpen)
                {
                    transferOpen = true;
                    pointer = value & 0x7F;
                    increments = Increments((value & 0x80) != 0);
                    continue;
                }
                if(Powered)
                {
                    Settle();
                    WriteRegister(pointer, value);
                }
                Advance();
            }
            ShowLines();
        }

        public override byte[] Read(int count = 1)
        {
            var result = new byte[count];
            for(var i = 0; i < count; i++)
            {
                if(!Powered)
                {
                    result[i] = 0xFF; // nobody pulls the line down
                    continue;
                }
                Settle();
                var value = ReadRegister(pointer);
                var most = IsMostSignificant(pointer);
                result[i] = most.HasValue ? Spoiled(value, most.Value) : value;
                Advance();
            }
            transferOpen = false; // what is written next, after a repeated start, is a sub-address again
            ShowLines();
            return result;
        }

        public override void FinishTransmission()
        {
            transferOpen = false;
        }

        protected RegisterPart(IMachine machine, bool alwaysPowered) : base(machine, alwaysPowered)
        {
        }

        protected abstract byte ReadRegister(int register);

        protected abstract void WriteRegister(int register, byte value);

        // Whether a transfer steps through the registers; `asked` is the top bit of the sub-address.
        protected abstract bool Increments(bool asked);

        // Which half of a measurement a register holds; null if it holds none.
        protected abstract bool? IsMostSignificant(int register);

        protected virtual int After(int register) => (register + 1) & 0x7F;

        protected void Reserved(int register, byte value)
        {
            this.Log(LogLevel.Warning, "Write of 0x{0:X2} to read-only or reserved register 0x{1:X2}", value, register);
        }

        protected static void Store(byte[] registers, int low, double value)
        {
            var raw = (short)Math.Max(short.MinValue, Math.Min(short.MaxValue, Math.Round(value, MidpointRounding.ToEven)));
            registers[low] = (byte)raw;
            registers[low + 1] = (byte)(raw >> 8);
        }

        private void Advance()
        {
            if(increments)
            {
                pointer = After(pointer);
            }
        }

        private int pointer;
        private bool increments;
        private bool transferOpen;
    }

    // A conversion that repeats. Conversions end at whole periods, so that looking late loses none.
    public class Repeating
    {
        public void Set(ulong millihertz, ulong now)
        {
            this.millihertz = millihertz;
            start = now;
            taken = 0;
        }

        // How many ended since it was asked last; the first of them is number `first`.
        public long Due(ulong now, out long first)
        {
            first = taken + 1;
            if(millihertz == 0)
            {
                return 0;
            }
            var all = (long)((decimal)(now - start + 1) * millihertz / Scale); // + 1: TimeOf rounds down
            var due = Math.Max(0, all - taken);
            taken += due;
            return due;
        }

        // When the next one ends; null while nothing repeats.
        public ulong? Next(long ahead = 1) => millihertz == 0 ? (ulong?)null : TimeOf(taken + ahead);

        public ulong TimeOf(long number) => start + (ulong)((decimal)number * Scale / millihertz);

        public double Hertz => millihertz / 1000.0;

        public ulong Millihertz => millihertz;

        private ulong millihertz;
        private ulong start;
        private long taken;

        private const ulong Scale = 1000000000000; // nanoseconds a second × 1000
    }
}
