// SPDX-License-Identifier: Apache-2.0
//
// I2C of the STM32H747 as a master (RM0399 rev 4, section 50), by hand or by interrupts. Renode's STM32F7_I2C transfers in
// no time, cannot be refused while a part is there, and knows no held bus.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Miscellaneous;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.I2C
{
    public class Stm32h7I2c : I2cController
    {
        public Stm32h7I2c(IMachine machine, Stm32h7Rcc rcc, bool alwaysPulledUp = true) : base(machine, alwaysPulledUp)
        {
            this.rcc = rcc;
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            Array.Clear(registers, 0, registers.Length);
            registers[Status / 4] = Empty;
            left = 0;
            idle = true;
            step = null;
            IRQ.Unset();
        }

        public override uint ReadDoubleWord(long offset)
        {
            BoardClock.Of(machine).CatchUp();
            var value = registers[offset / 4];
            if(offset == ReceiveData && (registers[Status / 4] & Received) != 0)
            {
                Flags(0, Received);
                GoOn();
            }
            return value;
        }

        public override void WriteDoubleWord(long offset, uint value)
        {
            BoardClock.Of(machine).CatchUp();
            switch(offset)
            {
            case Control1:
                registers[offset / 4] = value;
                if((value & 1) == 0)
                {
                    BoardClock.Of(machine).Cancel(ref step);
                    ForgetStalled();
                    idle = true;
                    registers[Control2 / 4] &= ~(StartBit | StopBit);
                    StopCondition();
                    Flags(Empty, ~Empty);
                }
                Flags(0, 0);
                return;
            case Control2:
                WriteControl2(value);
                return;
            case Status: // throws away what waits
                if((value & Empty) != 0)
                {
                    Flags(Empty, 0);
                }
                return;
            case Clear:
                Flags(0, value & Clearable);
                return;
            case ReceiveData:
                return;
            case TransmitData:
                registers[offset / 4] = value & 0xFF;
                if((registers[Status / 4] & Asks) != 0)
                {
                    Flags(0, Asks | Empty);
                    After(() => Sent((byte)value));
                }
                return;
            default:
                registers[offset / 4] = value;
                return;
            }
        }

        public GPIO IRQ { get; } = new GPIO();

        public override long Size => 0x400;

        private void WriteControl2(uint value)
        {
            registers[Control2 / 4] = value;
            if((registers[Control1 / 4] & 1) == 0)
            {
                return;
            }
            if((value & StartBit) != 0)
            {
                Flags(Busy, Complete | Refused | Asks | Received);
                idle = false;
                After(Addressed);
            }
            else if((value & StopBit) != 0)
            {
                if(Held)
                {
                    After(StopNow);
                }
                else
                {
                    StopNow(); // at once: a driver may ask for the next start before it looks whether the stop is out
                }
            }
            else if((registers[Status / 4] & Reloads) != 0)
            {
                left = value >> 16 & 0xFF;
                Flags(0, Reloads);
                GoOn();
            }
        }

        private void Addressed()
        {
            var control = registers[Control2 / 4];
            registers[Control2 / 4] = control & ~StartBit;
            left = control >> 16 & 0xFF;
            if(Start((int)(control >> 1 & 0x7F), (control & Reads) != 0))
            {
                GoOn();
            }
            else
            {
                RefusedByPart();
            }
        }

        // A refusal is followed by a stop condition by itself (50.4.9).
        private void RefusedByPart()
        {
            Flags(Refused | Empty, 0);
            StopNow();
        }

        // Ask for the next byte, fetch it, or be done.
        private void GoOn()
        {
            var control = registers[Control2 / 4];
            if(left == 0)
            {
                if((control & Reload) != 0)
                {
                    Flags(Reloads, 0);
                }
                else if((control & AutomaticEnd) != 0)
                {
                    StopNow();
                }
                else
                {
                    Flags(Complete, 0);
                }
            }
            else if((control & Reads) != 0)
            {
                After(() =>
                {
                    left--;
                    registers[ReceiveData / 4] = Receive();
                    Flags(Received, 0);
                });
            }
            else
            {
                Flags(Asks | Empty, 0);
            }
        }

        private void Sent(byte value)
        {
            left--;
            Send(value);
            Flags(Empty, 0);
            GoOn();
        }

        private void StopNow()
        {
            StopCondition();
            registers[Control2 / 4] &= ~StopBit;
            idle = true;
            Flags(Stopped, Busy | Complete | Asks);
        }

        // The enables stand where their flags do, but for RELOADS, which shares that of COMPLETE (50.7.1).
        private void Flags(uint on, uint off)
        {
            var flags = registers[Status / 4] = registers[Status / 4] & ~off | on;
            var enabled = registers[Control1 / 4];
            IRQ.Set((flags & enabled & (Asks | Received | Refused | Stopped | Complete)) != 0 || ((flags & Reloads) != 0 && (enabled & Complete) != 0));
        }

        // Nine clocks of the bus (50.4.9).
        private void After(Action action)
        {
            var clock = BoardClock.Of(machine);
            var timing = registers[Timing / 4];
            var clocks = ((timing >> 28) + 1ul) * ((timing >> 8 & 0xFF) + 1 + (timing & 0xFF) + 1);
            clock.Cancel(ref step);
            ForgetStalled();
            step = clock.After(9 * clocks * clock.Hertz / rcc.BusHertz(false), () => Act(action));
        }

        protected override void GoOnWith(Action action)
        {
            After(action);
        }

        // SDA falls while SCL is high: a start condition to whoever listens (50.7.7).
        protected override void BusChanged()
        {
            if((registers[Control1 / 4] & 1) == 0)
            {
                return;
            }
            if(Held)
            {
                Flags(Busy, 0);
                return;
            }
            base.BusChanged();
            if(idle)
            {
                Flags(0, Busy);
            }
        }

        private uint left;
        private bool idle;
        private Appointment step;
        private readonly uint[] registers = new uint[0x400 / 4];
        private readonly Stm32h7Rcc rcc;

        private const long Control1 = 0x00;
        private const long Control2 = 0x04;
        private const long Timing = 0x10;
        private const long Status = 0x18;
        private const long Clear = 0x1C;
        private const long ReceiveData = 0x24;
        private const long TransmitData = 0x28;
        private const uint Reads = 1 << 10;
        private const uint StartBit = 1 << 13;
        private const uint StopBit = 1 << 14;
        private const uint Reload = 1 << 24;
        private const uint AutomaticEnd = 1 << 25;
        private const uint Empty = 1 << 0;
        private const uint Asks = 1 << 1;
        private const uint Received = 1 << 2;
        private const uint Refused = 1 << 4;
        private const uint Stopped = 1 << 5;
        private const uint Complete = 1 << 6;
        private const uint Reloads = 1 << 7;
        private const uint Busy = 1 << 15;
        private const uint Clearable = 0x3F38;
    }
}
