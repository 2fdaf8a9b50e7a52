// SPDX-License-Identifier: Apache-2.0
//
// Renode's NVIC with a SysTick that counts the board's cycles (ARMv7-M Architecture Reference Manual DDI 0403E, B3.3): Renode's
// own takes a count less from each 0 to the next, a millisecond in five hours of an RTOS that lets it run to its end, and moves
// at the grain of Renode's time.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.IRQControllers
{
    public class BoardNvic : NVIC, IDoubleWordPeripheral, IGPIOReceiver
    {
        // `referenceDivider`: what the SoC divides the core's clock by for SysTick's other source; 0 where it has none.
        public BoardNvic(IMachine machine, byte priorityMask = 0xFF, uint referenceDivider = 0) : base(machine, priorityMask: priorityMask)
        {
            this.machine = machine;
            this.referenceDivider = referenceDivider;
        }

        public new void Reset()
        {
            base.Reset();
            control = reload = held = 0;
            counting = allAreEvents = false;
            coreHertz = 0;
            alarm = null; // the clock forgets what was due
        }

        public new void OnGPIO(int number, bool value)
        {
            base.OnGPIO(number, value);
            if(value && (MaskedInterruptPresent || allAreEvents))
            {
                Pended?.Invoke();
            }
        }

        // An interrupt became pending that is enabled, though PRIMASK may mask it, or any with SEVONPEND.
        public event Action Pended;

        public new uint ReadDoubleWord(long offset)
        {
            switch(offset)
            {
            case Control:
                Settle();
                var answer = control;
                control &= ~Passed;
                return answer;
            case Reload:
                return reload;
            case Current:
                Settle();
                return Value & Mask;
            case Calibration:
                return referenceDivider == 0 ? NoReference : 0;
            default:
                return base.ReadDoubleWord(offset);
            }
        }

        public new void WriteDoubleWord(long offset, uint value)
        {
            switch(offset)
            {
            case Control:
                Settle();
                var count = Value;
                var changed = (control ^ value) & (Enabled | CoreClock);
                control = control & Passed | value & (Enabled | Interrupts | CoreClock);
                if(changed != 0)
                {
                    CountFrom(count);
                }
                break;
            case Reload:
                Settle();
                reload = value & Mask;
                if(!counting)
                {
                    CountFrom(held);
                }
                break;
            case Current: // any write clears it
                Settle();
                control &= ~Passed;
                CountFrom(0);
                break;
            case Calibration:
            case HardFaultStatus: // ones clear what Renode does not keep
                return;
            default:
                base.WriteDoubleWord(offset, value);
                if(offset == SystemControl)
                {
                    allAreEvents = (value & SevOnPend) != 0;
                }
                else if(offset >= SetPending0 && offset < SetPending0 + 0x40 && value != 0 && (MaskedInterruptPresent || allAreEvents))
                {
                    Pended?.Invoke();
                }
                return;
            }
            Plan();
        }

        // The core's clock as the SoC's registers set it, where that is not the one at which it executes here.
        public ulong CoreHertz
        {
            set
            {
                Settle();
                var count = Value;
                coreHertz = value;
                if(counting)
                {
                    CountFrom(count);
                    Plan();
                }
            }
        }

        private void Settle()
        {
            var now = Clock.Cycle;
            if(!counting || now < zeroAt)
            {
                return;
            }
            control |= Passed;
            if((control & Interrupts) != 0)
            {
                SetPendingIRQ(SysTickException);
                Pended?.Invoke();
            }
            if(reload == 0)
            {
                counting = false;
                held = 0;
                return;
            }
            var period = Cycles(reload + 1ul);
            zeroAt += ((now - zeroAt) / period + 1) * period;
        }

        private void CountFrom(uint count)
        {
            held = count;
            counting = (control & Enabled) != 0 && (count != 0 || reload != 0);
            zeroAt = Clock.Cycle + Cycles(count != 0 ? count : reload + 1ul);
        }

        private void Plan()
        {
            Clock.Cancel(ref alarm);
            if(counting && (control & Interrupts) != 0)
            {
                alarm = Clock.At(zeroAt, () =>
                {
                    alarm = null;
                    Settle();
                    Plan();
                });
            }
        }

        private uint Value => counting ? (uint)(((zeroAt - Clock.Cycle) * Hertz + Clock.Hertz - 1) / Clock.Hertz) : held;

        private ulong Cycles(ulong counts) => (counts * Clock.Hertz + Hertz - 1) / Hertz;

        private ulong Hertz
        {
            get
            {
                var core = coreHertz != 0 ? coreHertz : Clock.Hertz;
                return (control & CoreClock) != 0 || referenceDivider == 0 ? core : core / referenceDivider;
            }
        }

        private BoardClock Clock => BoardClock.Of(machine);

        private uint control;
        private uint reload;
        private uint held; // the count while it stands
        private bool counting;
        private bool allAreEvents;
        private ulong zeroAt; // the cycle at which the count is 0 next
        private ulong coreHertz;
        private Appointment alarm;
        private readonly uint referenceDivider;
        private readonly IMachine machine;

        private const int SysTickException = 15;
        private const uint Mask = 0xFFFFFF;
        private const uint Enabled = 1 << 0;
        private const uint Interrupts = 1 << 1;
        private const uint CoreClock = 1 << 2;
        private const uint Passed = 1 << 16;
        private const uint NoReference = 1u << 31;
        private const long Control = 0x10;
        private const long Reload = 0x14;
        private const long Current = 0x18;
        private const long Calibration = 0x1C;
        private const uint SevOnPend = 1 << 4;
        private const long SetPending0 = 0x200;
        private const long SystemControl = 0xD10;
        private const long HardFaultStatus = 0xD2C;
    }
}
