// SPDX-License-Identifier: Apache-2.0
//
// The board's time in whole cycles of its core's clock. Renode's own time is in whole nanoseconds, so that at 64 MHz it
// moves in steps of eight cycles, and during an access it is that of the block's first instruction. This counts
// instructions to the one that makes the access, and the cycles that were slept through to the one at which something
// was due. Parts of ours that keep time by it act at the very cycles of the qemu engine's models.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.CPU;
using Antmicro.Renode.Peripherals.Timers;
using Antmicro.Renode.Time;

namespace Antmicro.Renode.Vmote
{
    public sealed class BoardClock
    {
        public static BoardClock Of(IMachine machine) => all.GetValue(machine, key => new BoardClock(key));

        // The core's clock, one instruction a cycle.
        public ulong Hertz => Megahertz * 1000000ul;

        // Now. Ask within a register access, or within something that was due; elsewhere it is Renode's coarser time.
        public ulong Cycle
        {
            get
            {
                if(due.HasValue)
                {
                    return due.Value;
                }
                if(!Core.OnPossessedThread)
                {
                    return Coarse;
                }
                Core.SyncTime();
                var executed = (long)Core.ExecutedInstructions + Core.PlaceInBlock;
                var coarse = (long)Coarse;
                var off = executed + slept - coarse;
                if(off < -Tolerance || off > LongestBlock)
                {
                    slept = coarse - (long)Core.ExecutedInstructions; // time passed without instructions, and not by our doing
                }
                return (ulong)(executed + slept);
            }
        }

        // Does what is due by now, which Renode itself would find a few instructions later: for a register that is polled.
        public void CatchUp()
        {
            if(due.HasValue || !Core.OnPossessedThread)
            {
                return;
            }
            var now = Cycle;
            if(queue.Count > 0 && queue.Min.Cycle <= now)
            {
                Run(now, false);
            }
        }

        public ulong Nanoseconds => ToNanoseconds(Cycle);

        public ulong ToNanoseconds(ulong cycle) => cycle / Megahertz * 1000 + cycle % Megahertz * 1000 / Megahertz;

        // The first cycle that is not before an instant.
        public ulong ToCycles(ulong nanoseconds) => nanoseconds / 1000 * Megahertz + (nanoseconds % 1000 * Megahertz + 999) / 1000;

        // Has something done at a cycle; what is asked for the same cycle is done in the order of asking.
        public Appointment At(ulong cycle, Action action)
        {
            var made = new Appointment(cycle, sequence++, action);
            queue.Add(made);
            Arm();
            return made;
        }

        public Appointment After(ulong cycles, Action action) => At(Cycle + Math.Max(cycles, 1), action);

        public Appointment AfterNanoseconds(ulong nanoseconds, Action action) => At(ToCycles(Nanoseconds + nanoseconds), action);

        public void Cancel(ref Appointment appointment)
        {
            if(appointment != null)
            {
                queue.Remove(appointment);
                appointment = null;
            }
        }

        private BoardClock(IMachine machine)
        {
            this.machine = machine;
            machine.MachineReset += _ =>
            {
                queue.Clear();
                armed = ulong.MaxValue;
                slept = (long)Coarse - (long)Core.ExecutedInstructions;
            };
        }

        private void Arm()
        {
            if(queue.Count == 0 || due.HasValue || queue.Min.Cycle >= armed)
            {
                return;
            }
            if(alarm == null)
            {
                alarm = new LimitTimer(machine.ClockSource, 1000000000, Core, "vmote", eventEnabled: true, workMode: WorkMode.OneShot);
                alarm.LimitReached += OnAlarm;
            }
            if(Core.OnPossessedThread)
            {
                Core.SyncTime();
            }
            armed = queue.Min.Cycle;
            var now = machine.ElapsedVirtualTime.TimeElapsed.TotalNanoseconds;
            var then = ToNanoseconds(armed) + (ToCycles(ToNanoseconds(armed)) < armed ? 1ul : 0ul);
            alarm.Enabled = false;
            alarm.Limit = then > now ? then - now : 1;
            alarm.ResetValue();
            alarm.Enabled = true;
            ((IControllableCPU)Core).RequestReturn(); // it plans how far to run by what is due
        }

        private void OnAlarm()
        {
            Run(armed == ulong.MaxValue ? Coarse : Math.Max(armed, Coarse), true);
        }

        private void Run(ulong reached, bool mayBeAsleep)
        {
            armed = ulong.MaxValue;
            while(queue.Count > 0 && queue.Min.Cycle <= reached)
            {
                var next = queue.Min;
                queue.Remove(next);
                var executed = (long)Core.ExecutedInstructions;
                if(mayBeAsleep && (long)next.Cycle > executed + slept + Tolerance)
                {
                    slept = (long)next.Cycle - executed; // the core sleeps: whatever wakes it wakes it now
                }
                due = next.Cycle;
                try
                {
                    next.Action();
                }
                finally
                {
                    due = null;
                }
            }
            Arm();
        }

        private ulong Coarse => machine.ElapsedVirtualTime.TimeElapsed.TotalNanoseconds * Megahertz / 1000;

        private ulong Megahertz => Core.PerformanceInMips;

        private BoardCore Core => core ?? (core = machine.SystemBus.GetCPUs().OfType<BoardCore>().First());

        private BoardCore core;
        private LimitTimer alarm;
        private ulong armed = ulong.MaxValue;
        private ulong? due;
        private long slept; // cycles without instructions since the CPU began to count
        private long sequence;
        private readonly SortedSet<Appointment> queue = new SortedSet<Appointment>();
        private readonly IMachine machine;

        private static readonly ConditionalWeakTable<IMachine, BoardClock> all = new ConditionalWeakTable<IMachine, BoardClock>();

        private const long Tolerance = 32; // cycles: Renode's own rounding, with room
        private const long LongestBlock = 2048;
    }

    // Something due at a cycle.
    public sealed class Appointment : IComparable<Appointment>
    {
        public Appointment(ulong cycle, long sequence, Action action)
        {
            Cycle = cycle;
            Action = action;
            this.sequence = sequence;
        }

        public int CompareTo(Appointment other)
        {
            var byCycle = Cycle.CompareTo(other.Cycle);
            return byCycle != 0 ? byCycle : sequence.CompareTo(other.sequence);
        }

        public ulong Cycle { get; }

        public Action Action { get; }

        private readonly long sequence;
    }
}
