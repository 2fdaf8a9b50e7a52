// SPDX-License-Identifier: Apache-2.0
//
// RTC of the nRF52840 (Product Specification v1.8, 6.22). Renode's own wraps one tick early, which moves everything after
// four and a half hours of 1024 Hz by a millisecond, and counts before the 32 kHz clock runs.
using System;
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.Miscellaneous;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Timers
{
    public class Nrf52Rtc : IDoubleWordPeripheral, IKnownSize, INRFEventProvider
    {
        public Nrf52Rtc(IMachine machine, Nrf52Clock clock, int channels)
        {
            this.machine = machine;
            this.clock = clock;
            this.channels = channels;
            compare = new uint[channels];
            clock.SlowChanged += OnClock;
            Reset();
        }

        public void Reset()
        {
            started = running = false;
            count = 0;
            prescaler = enabledEvents = enabledInterrupts = events = 0;
            Array.Clear(compare, 0, channels);
            alarm = null;
            IRQ.Unset();
        }

        public uint ReadDoubleWord(long offset)
        {
            if(Event(offset, out var bit))
            {
                return (events & bit) != 0 ? 1u : 0u;
            }
            switch(offset)
            {
            case InterruptSet:
            case InterruptClear:
                return enabledInterrupts;
            case Enable:
            case EnableSet:
            case EnableClear:
                return enabledEvents;
            case Counter:
                return (uint)(Count & Mask);
            case Prescaler:
                return prescaler;
            }
            return IsCompare(offset) ? compare[(offset - Compare0) / 4] : 0;
        }

        public void WriteDoubleWord(long offset, uint value)
        {
            if(Event(offset, out var bit))
            {
                events = value == 0 ? events & ~bit : events | bit;
                IRQ.Set((events & enabledInterrupts) != 0);
                return;
            }
            if(IsCompare(offset))
            {
                compare[(offset - Compare0) / 4] = value & Mask;
            }
            switch(offset)
            {
            case Start when value != 0:
                started = true;
                OnClock();
                return;
            case Stop when value != 0:
                started = false;
                OnClock();
                return;
            case Clear when value != 0:
                SetCount(0);
                break;
            case TriggerOverflow when value != 0:
                SetCount(0xFFFFF0);
                break;
            case InterruptSet:
                enabledInterrupts |= value;
                IRQ.Set((events & enabledInterrupts) != 0);
                break;
            case InterruptClear:
                enabledInterrupts &= ~value;
                IRQ.Set((events & enabledInterrupts) != 0);
                break;
            case Enable:
                enabledEvents = value;
                break;
            case EnableSet:
                enabledEvents |= value;
                break;
            case EnableClear:
                enabledEvents &= ~value;
                break;
            case Prescaler when !started:
                prescaler = value & 0xFFF;
                break;
            }
            Plan();
        }

        public GPIO IRQ { get; } = new GPIO();

        public long Size => 0x1000;

        public event Action<uint> EventTriggered;

        private void OnClock()
        {
            var runs = started && clock.SlowRuns;
            if(runs != running)
            {
                SetCount(Count);
                running = runs;
            }
            Plan();
        }

        // Wake at the earliest event that an interrupt or EVTEN asks for: the others do not come into being (6.22.6).
        private void Plan()
        {
            BoardClock.Of(machine).Cancel(ref alarm);
            if(!running)
            {
                return;
            }
            var now = Count;
            ulong? next = null;
            foreach(var candidate in Candidates())
            {
                var at = candidate.Item2 < 0 ? now + 1 : now + (((ulong)candidate.Item2 - now - 1) & Mask) + 1;
                next = next.HasValue && next.Value < at ? next : at;
            }
            if(next.HasValue)
            {
                planned = next.Value;
                alarm = BoardClock.Of(machine).At(CycleOf(planned), OnAlarm);
            }
        }

        private void OnAlarm()
        {
            alarm = null;
            foreach(var candidate in Candidates())
            {
                if(candidate.Item2 < 0 || ((ulong)candidate.Item2 & Mask) == (planned & Mask))
                {
                    events |= candidate.Item1;
                    EventTriggered?.Invoke(candidate.Item3);
                }
            }
            IRQ.Set((events & enabledInterrupts) != 0);
            Plan();
        }

        // The bit of each event that is asked for, the count at which it comes (-1: at each), and its register.
        private IEnumerable<Tuple<uint, long, uint>> Candidates()
        {
            var wanted = enabledEvents | enabledInterrupts;
            if((wanted & 1) != 0)
            {
                yield return Tuple.Create(1u, -1L, 0x100u);
            }
            if((wanted & 2) != 0)
            {
                yield return Tuple.Create(2u, 0L, 0x104u);
            }
            for(var n = 0; n < channels; n++)
            {
                var bit = 1u << (16 + n);
                if((wanted & bit) != 0)
                {
                    yield return Tuple.Create(bit, (long)compare[n], (uint)(CompareEvent0 + 4 * n));
                }
            }
        }

        private bool Event(long offset, out uint bit)
        {
            bit = offset == 0x100 ? 1u : offset == 0x104 ? 2u : 0u;
            if(offset >= CompareEvent0 && offset < CompareEvent0 + 4 * channels)
            {
                bit = 1u << (int)(16 + (offset - CompareEvent0) / 4);
            }
            return bit != 0;
        }

        private bool IsCompare(long offset) => offset >= Compare0 && offset < Compare0 + 4 * channels;

        private void SetCount(ulong value)
        {
            count = value;
            since = Edges;
        }

        private ulong Count => running ? count + (Edges - since) / (prescaler + 1) : count;

        // Edges of the slow clock lie on a grid that begins with the board's time.
        private ulong Edges => BoardClock.Of(machine).Cycle / Step * EdgesAStep + BoardClock.Of(machine).Cycle % Step * EdgesAStep / Step;

        // The first cycle at which the counter has a value.
        private ulong CycleOf(ulong value)
        {
            var edge = since + (value - count) * (prescaler + 1);
            return edge / EdgesAStep * Step + (edge % EdgesAStep * Step + EdgesAStep - 1) / EdgesAStep;
        }

        private ulong Step => BoardClock.Of(machine).Hertz / Divisor;

        private bool started;
        private bool running;
        private ulong count; // at `since`; not wrapped
        private ulong since; // an edge
        private ulong planned;
        private uint prescaler;
        private uint enabledEvents;
        private uint enabledInterrupts;
        private uint events;
        private readonly uint[] compare;
        private readonly int channels;
        private Appointment alarm;
        private readonly Nrf52Clock clock;
        private readonly IMachine machine;

        private const uint Mask = 0xFFFFFF;
        private const ulong Divisor = 64; // of 32768 and any whole number of MHz
        private const ulong EdgesAStep = 32768 / Divisor;
        private const long Start = 0x000;
        private const long Stop = 0x004;
        private const long Clear = 0x008;
        private const long TriggerOverflow = 0x00C;
        private const long CompareEvent0 = 0x140;
        private const long InterruptSet = 0x304;
        private const long InterruptClear = 0x308;
        private const long Enable = 0x340;
        private const long EnableSet = 0x344;
        private const long EnableClear = 0x348;
        private const long Counter = 0x504;
        private const long Prescaler = 0x508;
        private const long Compare0 = 0x540;
    }
}
