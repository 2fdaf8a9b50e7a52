// SPDX-License-Identifier: Apache-2.0
//
// WDT of the nRF52840 (Product Specification v1.8, 6.36). Renode's keeps Renode's time, and RESETREAS does not tell of it.
using Antmicro.Renode.Core;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Timers
{
    public class Nrf52Watchdog : Nrf52Peripheral
    {
        public Nrf52Watchdog(IMachine machine) : base(machine)
        {
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            registers[Requests / 4] = registers[ReloadEnable / 4] = registers[Configuration / 4] = 1;
            registers[Period / 4] = uint.MaxValue;
            step = null; // the clock forgets what was due
        }

        protected override void Do(long task)
        {
            if(task == Start && !Runs)
            {
                registers[Status / 4] = 1;
                Arm();
            }
        }

        protected override void Write(long offset, uint value)
        {
            if(offset >= Reload0 && offset < Reload0 + 4 * 8)
            {
                if(value == ReloadKey && Runs)
                {
                    registers[Requests / 4] &= ~(1u << (int)((offset - Reload0) / 4)) & 0xFF;
                    if(registers[Requests / 4] == 0)
                    {
                        Arm();
                    }
                }
                return;
            }
            if(offset == Status || offset == Requests || Runs)
            {
                return; // once it runs nothing changes it (6.36)
            }
            switch(offset)
            {
            case Period:
                value = value < 0xF ? 0xF : value;
                break;
            case ReloadEnable:
                value &= 0xFF;
                break;
            }
            base.Write(offset, value);
        }

        private void Arm()
        {
            registers[Requests / 4] = registers[ReloadEnable / 4];
            Clock.Cancel(ref step);
            step = Clock.After((registers[Period / 4] + 1ul) * Clock.Hertz / SlowHertz, () =>
            {
                step = null;
                Raise(Timeout);
                Clock.After(ResetDelay * Clock.Hertz / SlowHertz, () =>
                {
                    ResetReason.Of(machine).Announce(ResetReason.Reason.Watchdog);
                    machine.RequestReset();
                });
            });
        }

        private bool Runs => registers[Status / 4] != 0;

        private Appointment step;

        private const uint ReloadKey = 0x6E524635;
        private const ulong SlowHertz = 32768;
        private const ulong ResetDelay = 2; // periods of the slow clock, 6.36.3
        private const long Start = 0x000;
        private const long Timeout = 0x100;
        private const long Status = 0x400;
        private const long Requests = 0x404;
        private const long Period = 0x504;
        private const long ReloadEnable = 0x508;
        private const long Configuration = 0x50C;
        private const long Reload0 = 0x600;
    }
}
