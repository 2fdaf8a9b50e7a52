// SPDX-License-Identifier: Apache-2.0
//
// RCC of the STM32H747 (reference manual RM0399 rev 4, section 9): oscillators and PLLs are ready when asked for; the core
// runs at the board's clock from its first cycle on, and what is divided from it follows the registers.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Stm32h7Rcc : IDoubleWordPeripheral, IKnownSize
    {
        public Stm32h7Rcc(IMachine machine)
        {
            this.machine = machine;
            Reset();
        }

        public void Reset()
        {
            Array.Clear(registers, 0, registers.Length);
            registers[Control / 4] = InternalRuns;
            foreach(var offset in new[] { 0xD0, 0x130, 0x190 })
            {
                registers[offset / 4] = PowerOnReset;
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
        }

        public long Size => 0x400;

        // Of APB1, or of APB2.
        public ulong BusHertz(bool second) => CoreBusHertz / BusDivider(second);

        // Twice the bus's where that is divided: 9.5.8, with TIMPRE clear.
        public ulong TimerHertz(bool second) => BusHertz(second) * (BusDivider(second) == 1 ? 1ul : 2ul);

        private ulong CoreBusHertz
        {
            get
            {
                var divider = registers[Domain1 / 4] & 0xF; // 9.7.8
                return BoardClock.Of(machine).Hertz / (divider < 8 ? 1ul : coreDividers[divider - 8]);
            }
        }

        private ulong BusDivider(bool second)
        {
            var divider = registers[Domain2 / 4] >> (second ? 8 : 4) & 7;
            return divider < 4 ? 1ul : 2ul << (int)(divider - 4);
        }

        private readonly uint[] registers = new uint[0x400 / 4];
        private readonly IMachine machine;

        // Of CR: the bit that switches on, and the one that says ready
        private static readonly int[] switches = { 0, 7, 12, 16, 24, 26, 28 };
        private static readonly int[] readies = { 2, 8, 13, 17, 25, 27, 29 };
        private static readonly ulong[] coreDividers = { 2, 4, 8, 16, 64, 128, 256, 512 };

        private const uint InternalDivided = 1 << 5;
        private const uint DomainsReady = 3 << 14;
        private const uint InternalRuns = 1 | 1 << 2 | InternalDivided | DomainsReady;
        private const uint PowerOnReset = 0x00E80000; // RSR: 9.7.41
        private const long Control = 0x00;
        private const long Configuration = 0x10;
        private const long Domain1 = 0x18;
        private const long Domain2 = 0x1C;
        private const long BackupDomain = 0x70;
        private const long ControlStatus = 0x74;
    }
}
