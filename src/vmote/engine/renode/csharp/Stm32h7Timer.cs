// SPDX-License-Identifier: Apache-2.0
//
// General-purpose and basic timers of the STM32H747 that count up (RM0399 rev 4, sections 43 and 46): update, four
// compares, a trigger for others. Edges of their clock lie on a grid that begins with the board's time.
using System;
using System.Collections.Generic;
using System.Linq;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.Miscellaneous;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Timers
{
    public class Stm32h7Timer : IDoubleWordPeripheral, IKnownSize
    {
        public Stm32h7Timer(IMachine machine, Stm32h7Rcc rcc, int bits = 16, bool secondBus = false)
        {
            this.machine = machine;
            this.rcc = rcc;
            this.secondBus = secondBus;
            mask = bits == 32 ? uint.MaxValue : (1u << bits) - 1;
            Reset();
        }

        public void Reset()
        {
            Array.Clear(registers, 0, registers.Length);
            registers[Reload / 4] = mask;
            atStart = seen = start = 0;
            divider = 1;
            cyclesAnEdge = 1;
            alarm = null;
            IRQ.Unset();
            Triggers?.Invoke();
        }

        public uint ReadDoubleWord(long offset)
        {
            switch(offset)
            {
            case Counter:
                return (uint)(Count % Turn);
            case Status:
                Look();
                break;
            }
            return registers[offset / 4];
        }

        public void WriteDoubleWord(long offset, uint value)
        {
            switch(offset)
            {
            case Control1:
                Look();
                var was = IsRunning;
                var count = Count;
                registers[offset / 4] = value & 0xFFFF;
                if(IsRunning != was)
                {
                    Restart(IsRunning ? count % Turn : count);
                }
                break;
            case InterruptEnable:
                registers[offset / 4] = value & 0xFFFF;
                break;
            case Status: // zeros clear
                Look();
                registers[offset / 4] &= value;
                break;
            case Generate:
                if((value & Update) == 0)
                {
                    return;
                }
                Look();
                Restart(0);
                if((registers[Control1 / 4] & (NoUpdate | 1 << 2)) == 0)
                {
                    registers[Status / 4] |= Update;
                }
                break;
            case Counter:
                Look();
                Restart(value & mask);
                break;
            case Reload: // at once: the preload register is not modelled
                Look();
                var now = Count % Turn;
                registers[offset / 4] = value & mask;
                Restart(now);
                break;
            case Prescaler:
                registers[offset / 4] = value & 0xFFFF;
                return;
            default:
                Look();
                registers[offset / 4] = value & mask;
                break;
            }
            Settle();
            if(offset == Control1 || offset == Reload)
            {
                Triggers?.Invoke();
            }
        }

        public GPIO IRQ { get; } = new GPIO();

        public long Size => 0x400;

        // The timer began or ceased to trigger others.
        public event Action Triggers;

        // Cycles between two triggers; 0 where there are none.
        public ulong TriggerCycles => IsRunning && (registers[Control2 / 4] >> 4 & 7) == 2 ? Turn * (registers[Prescaler / 4] + 1) * cyclesAnEdge : 0;

        private bool IsRunning => (registers[Control1 / 4] & Enabled) != 0;

        private ulong Turn => registers[Reload / 4] + 1ul;

        // Never wrapped.
        private ulong Count => !IsRunning ? atStart : atStart + (BoardClock.Of(machine).Cycle / cyclesAnEdge - start) / divider;

        // Count on from a value, with the divider and clock as they are now.
        private void Restart(ulong count)
        {
            cyclesAnEdge = BoardClock.Of(machine).Hertz / rcc.TimerHertz(secondBus);
            divider = registers[Prescaler / 4] + 1;
            atStart = seen = count;
            start = BoardClock.Of(machine).Cycle / cyclesAnEdge;
        }

        // Work out the flags of what was passed since.
        private void Look()
        {
            var total = Count;
            if(total <= seen)
            {
                return;
            }
            var flags = 0u;
            if(total / Turn > seen / Turn && (registers[Control1 / 4] & NoUpdate) == 0)
            {
                flags |= Update;
            }
            for(var n = 0; n < Compares; n++)
            {
                var at = registers[Compare1 / 4 + n];
                if(at < Turn && Passed(total, at) > Passed(seen, at))
                {
                    flags |= 2u << n;
                }
            }
            seen = total;
            registers[Status / 4] |= flags;
            if((flags & Update) != 0 && (registers[Control1 / 4] & OnePulse) != 0)
            {
                registers[Control1 / 4] &= ~Enabled;
                Restart(0);
            }
        }

        // How often a count went by.
        private ulong Passed(ulong total, ulong at) => total < at ? 0 : (total - at) / Turn + 1;

        // Set the line, and an alarm for the next thing that would raise it.
        private void Settle()
        {
            Look();
            var enabled = registers[InterruptEnable / 4] & 0x1F;
            IRQ.Set((registers[Status / 4] & enabled) != 0);
            BoardClock.Of(machine).Cancel(ref alarm);
            var waits = enabled & ~registers[Status / 4];
            if(!IsRunning || waits == 0)
            {
                return;
            }
            var total = Count;
            var due = new List<ulong>();
            if((waits & Update) != 0)
            {
                due.Add((total / Turn + 1) * Turn);
            }
            for(var n = 0; n < Compares; n++)
            {
                ulong at = registers[Compare1 / 4 + n];
                if((waits >> (n + 1) & 1) != 0 && at < Turn)
                {
                    var ahead = (at + Turn - total % Turn) % Turn;
                    due.Add(total + (ahead == 0 ? Turn : ahead));
                }
            }
            if(due.Count > 0)
            {
                alarm = BoardClock.Of(machine).At((start + (due.Min() - atStart) * divider) * cyclesAnEdge, Settle);
            }
        }

        private ulong atStart;
        private ulong start; // edge
        private ulong divider;
        private ulong cyclesAnEdge;
        private ulong seen; // the count up to which flags are worked out
        private Appointment alarm;
        private readonly uint[] registers = new uint[0x400 / 4];
        private readonly uint mask;
        private readonly bool secondBus;
        private readonly Stm32h7Rcc rcc;
        private readonly IMachine machine;

        private const int Compares = 4;
        private const uint Update = 1;
        private const uint Enabled = 1;
        private const uint NoUpdate = 1 << 1;
        private const uint OnePulse = 1 << 3;
        private const long Control1 = 0x00;
        private const long Control2 = 0x04;
        private const long InterruptEnable = 0x0C;
        private const long Status = 0x10;
        private const long Generate = 0x14;
        private const long Counter = 0x24;
        private const long Prescaler = 0x28;
        private const long Reload = 0x2C;
        private const long Compare1 = 0x34;
    }
}
