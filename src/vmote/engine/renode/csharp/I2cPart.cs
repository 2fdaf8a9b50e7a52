// SPDX-License-Identifier: Apache-2.0
//
// A part on I2C with a supply and the faults that a scenario can give it, and with the lines that it drives. What its bytes
// mean is in the part's own file, written from its datasheet and not from vmote's Python model of the same part, so that
// the two check one another.
using System;
using System.Linq;

using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals.I2C;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Sensors
{
    public abstract class I2cPart : II2CPeripheral, IGPIOReceiver, IMayRefuse
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

        public abstract void Write(byte[] data);

        public abstract byte[] Read(int count = 1);

        public abstract void FinishTransmission();

        public bool Refuses => !Powered;

        public virtual void Addressed(bool read)
        {
        }

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

        protected I2cPart(IMachine machine, bool alwaysPowered)
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

        // Takes the values of power-up.
        protected abstract void Restart();

        // Finishes the conversions that ended by now.
        protected abstract void CatchUp(ulong now);

        // Whether measurements are in two's complement.
        protected virtual bool Signed => true;

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

        protected ulong Now => BoardClock.Of(clock).Nanoseconds;

        protected void Settle()
        {
            if(Powered && !frozen)
            {
                CatchUp(Now);
            }
        }

        // A byte of a measurement as the faults in force let it be seen.
        protected byte Spoiled(byte value, bool most)
        {
            if(OutOfRange != 0)
            {
                var smallest = most && Signed ? 0x80 : 0x00;
                value = (byte)(OutOfRange > 0 ? ~smallest : smallest);
            }
            return (byte)(StuckValue ? value | StuckMask : value & ~StuckMask);
        }

        // Brings the lines up to now, and looks again when one may change: where nobody is wired to them, never.
        protected void ShowLines()
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

        protected bool Powered => supply && !absent;

        private void PowerUp()
        {
            FinishTransmission();
            Restart();
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

        private bool supply;
        private bool absent;
        private bool frozen;
        private bool stale;
        private Appointment alarm;
        private readonly bool alwaysPowered;
        private readonly IMachine clock;

        private static readonly (GPIO, bool?)[] none = { };
    }
}
