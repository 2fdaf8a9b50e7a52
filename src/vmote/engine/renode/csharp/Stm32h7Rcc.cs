// SPDX-License-Identifier: Apache-2.0
//
// RCC of the STM32H747 (reference manual RM0399 rev 4, section 9): oscillators and PLLs are ready when asked for; the core
// runs at the board's clock from its first cycle on; SysTick, buses and timers follow the registers.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.IRQControllers;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Stm32h7Rcc : IDoubleWordPeripheral, IKnownSize
    {
        // `externalHertz`: of the oscillator that the board connects.
        public Stm32h7Rcc(IMachine machine, BoardNvic nvic, uint externalHertz)
        {
            this.machine = machine;
            this.nvic = nvic;
            this.externalHertz = externalHertz;
            Reset();
        }

        public void Reset()
        {
            Array.Clear(registers, 0, registers.Length);
            registers[Control / 4] = InternalRuns;
            registers[LoopSources / 4] = 0x02020200;
            registers[LoopConfiguration / 4] = 0x01FF0000;
            registers[Loop1 / 4] = registers[Loop1 / 4 + 2] = registers[Loop1 / 4 + 4] = 0x01010280;
            var reason = reasons[(int)ResetReason.Of(machine).Take()];
            foreach(var offset in new[] { 0xD0, 0x130, 0x190 })
            {
                registers[offset / 4] = reason;
            }
        }

        public uint ReadDoubleWord(long offset) => registers[offset / 4];

        public void WriteDoubleWord(long offset, uint value)
        {
            switch(offset)
            {
            case Control: // 9.7.2
                var ready = 0u;
                var flags = 0u;
                for(var n = 0; n < switches.Length; n++)
                {
                    flags |= 1u << readies[n];
                    ready |= (value >> switches[n] & 1) << readies[n];
                }
                value = value & ~flags | ready | InternalDivided | DomainsReady;
                break;
            case Configuration: // SWS follows SW: 9.7.6
                value = value & ~(7u << 3) | (value & 7) << 3;
                break;
            case BackupDomain:
            case ControlStatus: // the slow oscillators' ready follows on
                value = value & ~2u | (value & 1) << 1;
                break;
            }
            registers[offset / 4] = value;
            if((offset == Configuration || offset == Domain1) && (registers[Configuration / 4] & 7) != 0)
            {
                CoreChanged();
            }
        }

        public long Size => 0x400;

        // Of APB1, or of APB2.
        public ulong BusHertz(bool second) => CoreBusHertz / BusDivider(second);

        // Twice the bus's where that is divided: 9.5.8, with TIMPRE clear.
        public ulong TimerHertz(bool second) => BusHertz(second) * (BusDivider(second) == 1 ? 1ul : 2ul);

        // The oscillator of reset is never timed by.
        private void CoreChanged()
        {
            nvic.CoreHertz = CoreHertz;
            if(CoreHertz != BoardClock.Of(machine).Hertz && !warned)
            {
                warned = true;
                this.Log(LogLevel.Warning, "RCC sets the core to {0} MHz; it executes at the board's {1} MHz here, while SysTick, timers and buses count as the registers say",
                    CoreHertz / 1e6, BoardClock.Of(machine).Hertz / 1e6);
            }
        }

        private ulong CoreBusHertz => CoreHertz / coreDividers[registers[Domain1 / 4] & 0xF]; // 9.7.8

        // The system clock by D1CPRE: 9.7.6, 9.7.8.
        private ulong CoreHertz
        {
            get
            {
                var system = new[] { InternalHertz, LowInternalHertz, externalHertz, LoopHertz }[registers[Configuration / 4] & 3];
                return (system == 0 ? InternalHertz : system) / coreDividers[registers[Domain1 / 4] >> 8 & 0xF];
            }
        }

        private ulong InternalHertz => 64000000ul >> (int)(registers[Control / 4] >> 3 & 3);

        // PLL1's output P: reference / DIVM x (DIVN + FRACN / 8192) / DIVP (9.5.5).
        private ulong LoopHertz
        {
            get
            {
                var select = registers[LoopSources / 4];
                var divisors = registers[Loop1 / 4];
                var reference = new[] { InternalHertz, LowInternalHertz, externalHertz, 0ul }[select & 3];
                ulong fraction = (registers[LoopConfiguration / 4] & 1) != 0 ? registers[Loop1 / 4 + 1] >> 3 : 0;
                return reference * (((divisors & 0x1FF) + 1) * 8192 + fraction) / (8192 * Math.Max(select >> 4 & 0x3F, 1) * ((divisors >> 9 & 0x7F) + 1ul));
            }
        }

        private ulong BusDivider(bool second)
        {
            var divider = registers[Domain2 / 4] >> (second ? 8 : 4) & 7;
            return divider < 4 ? 1ul : 2ul << (int)(divider - 4);
        }

        private readonly uint[] registers = new uint[0x400 / 4];
        private bool warned;
        private readonly BoardNvic nvic;
        private readonly uint externalHertz;
        private readonly IMachine machine;

        // Of CR: the bit that switches on, and the one that says ready
        private static readonly int[] switches = { 0, 7, 12, 16, 24, 26, 28 };
        private static readonly int[] readies = { 2, 8, 13, 17, 25, 27, 29 };
        private static readonly ulong[] coreDividers = { 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 8, 16, 64, 128, 256, 512 };

        // RSR by reason: 9.7.41
        private static readonly uint[] reasons = { 0x00E80000, 0x04400000, 0x01400000 };

        private const uint InternalDivided = 1 << 5;
        private const uint DomainsReady = 3 << 14;
        private const uint InternalRuns = 1 | 1 << 2 | InternalDivided | DomainsReady;
        private const ulong LowInternalHertz = 4000000;
        private const long Control = 0x00;
        private const long Configuration = 0x10;
        private const long Domain1 = 0x18;
        private const long Domain2 = 0x1C;
        private const long LoopSources = 0x28;
        private const long LoopConfiguration = 0x2C;
        private const long Loop1 = 0x30;
        private const long BackupDomain = 0x70;
        private const long ControlStatus = 0x74;
    }
}
