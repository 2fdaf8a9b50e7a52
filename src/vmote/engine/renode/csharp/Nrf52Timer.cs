// SPDX-License-Identifier: Apache-2.0
//
// TIMER of the nRF52840 (Product Specification v1.8, 6.30), to the cycle: Renode's keeps Renode's coarser time.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Timers
{
    public class Nrf52Timer : Nrf52Peripheral
    {
        public Nrf52Timer(IMachine machine, int channels) : base(machine)
        {
            this.channels = channels;
            alarms = new Appointment[channels];
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            registers[Prescaler / 4] = 4;
            running = false;
            count = counted = 0;
            Array.Clear(alarms, 0, channels); // the clock forgets what was due
        }

        protected override void Do(long task)
        {
            switch(task)
            {
            case Start:
                if(!running)
                {
                    running = true;
                    since = Ticks;
                }
                break;
            case Stop:
            case Shutdown:
                SetCount(Count);
                running = false;
                break;
            case CountTask:
                CountOne();
                return;
            case Clear:
                counted = 0;
                SetCount(0);
                break;
            default:
                if(task >= Capture0 && task < Capture0 + 4 * channels)
                {
                    var n = (int)(task - Capture0) / 4;
                    registers[Compare0 / 4 + n] = (uint)Shown;
                    Plan(n);
                }
                return;
            }
            PlanAll();
        }

        protected override void Write(long offset, uint value)
        {
            switch(offset)
            {
            case Prescaler:
                var now = Count;
                registers[offset / 4] = value & 0xF;
                SetCount(now);
                break;
            case ShortcutRegister:
                registers[offset / 4] = value & 0x3F3F;
                break;
            case BitMode:
            case Mode:
                registers[offset / 4] = value & 3;
                break;
            default:
                base.Write(offset, value);
                break;
            }
            PlanAll();
        }

        protected override uint Read(long offset)
        {
            Clock.CatchUp();
            return base.Read(offset);
        }

        protected override void EventWritten(long offset)
        {
            PlanAll();
        }

        protected override void InterruptsChanged()
        {
            PlanAll();
        }

        private void CountOne()
        {
            if(!CountsTasks || !running)
            {
                return;
            }
            counted++;
            for(var n = 0; n < channels; n++)
            {
                if(registers[Compare0 / 4 + n] == Shown)
                {
                    Reach(n);
                }
            }
        }

        private void PlanAll()
        {
            for(var n = 0; n < channels; n++)
            {
                Plan(n);
            }
        }

        // Wake at the next match, unless nobody would notice it.
        private void Plan(int n)
        {
            Clock.Cancel(ref alarms[n]);
            ulong target = registers[Compare0 / 4 + n];
            if(!running || CountsTasks || target >= Wrap)
            {
                return;
            }
            var noticed = (registers[ShortcutRegister / 4] >> n & 0x101) != 0 || Heard || Interrupts(CompareEvent0 + 4 * n);
            if(!noticed && registers[CompareEvent0 / 4 + n] != 0)
            {
                return;
            }
            var now = Count;
            var reached = now + (target + Wrap - (now + 1) % Wrap) % Wrap + 1;
            alarms[n] = Clock.At(CycleOf(reached), () =>
            {
                alarms[n] = null;
                Reach(n);
                Plan(n);
            });
        }

        private void Reach(int n)
        {
            var shortcuts = registers[ShortcutRegister / 4];
            if((shortcuts >> n & 1) != 0)
            {
                Do(Clear);
            }
            if((shortcuts >> (8 + n) & 1) != 0)
            {
                Do(Stop);
            }
            Raise(CompareEvent0 + 4 * n);
        }

        private void SetCount(ulong value)
        {
            count = value;
            since = Ticks;
        }

        private ulong Count => running ? count + (Ticks - since) / Divider : count;

        private ulong Shown => (CountsTasks ? counted : Count) % Wrap;

        // Of the 16 MHz clock, whose edges lie on a grid that begins with the board's time.
        private ulong Ticks => Clock.Cycle / CyclesATick;

        private ulong CycleOf(ulong value) => (since + (value - count) * Divider) * CyclesATick;

        private ulong CyclesATick => Clock.Hertz / 16000000;

        private ulong Divider => 1ul << (int)Math.Min(registers[Prescaler / 4], 9);

        private ulong Wrap => 1ul << widths[registers[BitMode / 4] & 3];

        private bool CountsTasks => (registers[Mode / 4] & 3) != 0;

        private bool running;
        private ulong count; // at `since`; not wrapped
        private ulong since; // a tick
        private ulong counted; // COUNT tasks
        private readonly int channels;
        private readonly Appointment[] alarms;

        private static readonly int[] widths = { 16, 8, 24, 32 };

        private const long Start = 0x000;
        private const long Stop = 0x004;
        private const long CountTask = 0x008;
        private const long Clear = 0x00C;
        private const long Shutdown = 0x010;
        private const long Capture0 = 0x040;
        private const long CompareEvent0 = 0x140;
        private const long Mode = 0x504;
        private const long BitMode = 0x508;
        private const long Prescaler = 0x510;
        private const long Compare0 = 0x540;
    }
}
