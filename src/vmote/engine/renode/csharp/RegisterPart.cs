// SPDX-License-Identifier: Apache-2.0
//
// A part with registers of one byte behind I2C, sub-address first, with a supply and the faults that a scenario can give
// it, and with the lines that it drives. What a part's registers mean is in the part's own file, written from its datasheet and not from vmote's Python model
// of the same part, so that the two check one another.
using System;
using System.Linq;

using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals.I2C;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Sensors
{
    public abstract class RegisterPart : II2CPeripheral, IGPIOReceiver, IMayRefuse
    {
        public void Reset()
        {
            PowerUp();
        }

        // The supply's switch. A part that loses power forgets everything.
        public void OnGPIO(int number, bool value)
        {
            if(!alwaysPowered && value != supply)
            {
                supply = value;
                PowerUp();
                ShowLines();
            }
        }

        public void Write(byte[] data)
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

        public byte[] Read(int count = 1)
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

        public void FinishTransmission()
        {
            transferOpen = false;
        }

        public bool Refuses => !Powered;

        // Faults. Frozen: the part answers, but its measurements stand still and no data becomes ready.
        public bool Frozen
        {
            get { return frozen; }
            set
            {
                Settle();
                frozen = value;
                ShowLines();
            }
        }

        // The part says that data is ready, and returns what it measured before.
        public bool Stale
        {
            get { return stale; }
            set
            {
                Settle();
                stale = value;
            }
        }

        // The part is gone from its bus, and forgets everything.
        public bool Absent
        {
            get { return absent; }
            set
            {
                absent = value;
                PowerUp();
                ShowLines();
            }
        }

        // The bits of this mask read as StuckValue in every byte of a measurement.
        public byte StuckMask { get; set; }

        public bool StuckValue { get; set; }

        // Every measurement is the largest (1) or the smallest (-1) there is.
        public int OutOfRange { get; set; }

        protected RegisterPart(IMachine machine, bool alwaysPowered)
        {
            this.alwaysPowered = alwaysPowered;
            supply = alwaysPowered;
            clock = machine;
            machine.MachineReset += _ => // pins forget what is driven from outside
            {
                alarm = null;
                ShowLines();
            };
        }

        // Takes the registers' values of power-up.
        protected abstract void Restart();

        protected abstract byte ReadRegister(int register);

        protected abstract void WriteRegister(int register, byte value);

        // Finishes the conversions that ended by now.
        protected abstract void CatchUp(ulong now);

        // Whether a transfer steps through the registers; `asked` is the top bit of the sub-address.
        protected abstract bool Increments(bool asked);

        // Which half of a measurement a register holds; null if it holds none.
        protected abstract bool? IsMostSignificant(int register);

        // What the part drives, where it has power, and at which levels now; null lets go of a line.
        protected virtual (GPIO Line, bool? Level)[] Lines => none;

        // When a line may change by itself.
        protected virtual ulong? NextChange => null;

        // Of an interrupt pin of a polarity and a kind: an open drain only ever pulls down.
        protected static bool? Level(bool active, bool activeLow, bool openDrain)
        {
            var level = active != activeLow;
            return openDrain && level ? (bool?)null : level;
        }

        protected virtual int After(int register) => (register + 1) & 0x7F;

        protected void Reserved(int register, byte value)
        {
            this.Log(LogLevel.Warning, "Write of 0x{0:X2} to read-only or reserved register 0x{1:X2}", value, register);
        }

        protected ulong Now => BoardClock.Of(clock).Nanoseconds;

        protected static void Store(byte[] registers, int low, double value)
        {
            var raw = (short)Math.Max(short.MinValue, Math.Min(short.MaxValue, Math.Round(value, MidpointRounding.ToEven)));
            registers[low] = (byte)raw;
            registers[low + 1] = (byte)(raw >> 8);
        }

        private void PowerUp()
        {
            transferOpen = false;
            Restart();
        }

        // Brings the lines up to now, and looks again when one may change: where nobody is wired to them, never.
        private void ShowLines()
        {
            var lines = Lines;
            if(!lines.Any(one => one.Line.IsConnected))
            {
                return;
            }
            Settle();
            foreach(var one in Lines)
            {
                Drive(one.Line, Powered ? one.Level : null);
            }
            BoardClock.Of(clock).Cancel(ref alarm);
            var next = Powered && !frozen ? NextChange : null;
            if(next.HasValue)
            {
                var time = BoardClock.Of(clock);
                alarm = time.At(Math.Max(time.ToCycles(next.Value), time.Cycle + 1), () =>
                {
                    alarm = null;
                    ShowLines();
                });
            }
        }

        private static void Drive(GPIO line, bool? level)
        {
            line.Set(level ?? false);
            foreach(var end in line.Endpoints)
            {
                if(!level.HasValue && end.Receiver is IFloating pins)
                {
                    pins.LetGo(end.Number);
                }
                else
                {
                    end.Receiver.OnGPIO(end.Number, level ?? false);
                }
            }
        }

        private void Settle()
        {
            if(Powered && !frozen)
            {
                CatchUp(Now);
            }
        }

        private void Advance()
        {
            if(increments)
            {
                pointer = After(pointer);
            }
        }

        private byte Spoiled(byte value, bool most)
        {
            if(OutOfRange != 0)
            {
                value = OutOfRange > 0 ? (byte)(most ? 0x7F : 0xFF) : (byte)(most ? 0x80 : 0x00);
            }
            return (byte)(StuckValue ? value | StuckMask : value & ~StuckMask);
        }

        private bool Powered => supply && !absent;

        private int pointer;
        private bool increments;
        private bool transferOpen;
        private bool supply;
        private bool absent;
        private bool frozen;
        private bool stale;
        private Appointment alarm;
        private readonly bool alwaysPowered;
        private readonly IMachine clock;

        private static readonly (GPIO, bool?)[] none = { };
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
