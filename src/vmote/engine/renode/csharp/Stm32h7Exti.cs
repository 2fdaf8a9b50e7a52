// SPDX-License-Identifier: Apache-2.0
//
// EXTI of the STM32H747 (RM0399 rev 4, 21): edges of pins as interrupts of the Cortex-M7. Lines of other peripherals are
// stored, no more. Renode has none of this family.
using System;
using System.Collections.Generic;
using System.Linq;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.Memory;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Stm32h7Exti : IDoubleWordPeripheral, IKnownSize, INumberedGPIOOutput
    {
        // Outputs 0 to 4 are the interrupts of lines 0 to 4, then those of lines 5 to 9 and 10 to 15 (20.1.2).
        public Stm32h7Exti(IMachine machine, ArrayMemory syscfg)
        {
            this.syscfg = syscfg;
            Connections = Enumerable.Range(0, interrupts.Length).ToDictionary(n => n, n => (IGPIO)new GPIO());
            Reset();
        }

        public void Reset()
        {
            Array.Clear(registers, 0, registers.Length);
            registers[Masks / 4] = 0xFFC00000;
            Pend(0, 0);
        }

        public uint ReadDoubleWord(long offset) => registers[offset / 4];

        public void WriteDoubleWord(long offset, uint value)
        {
            switch(offset)
            {
            case BySoftware:
                Pend(value & Lines, 0);
                return;
            case Pending:
                Pend(0, value);
                return;
            case Rising:
            case Falling:
                value &= Lines;
                break;
            }
            registers[offset / 4] = value;
            Pend(0, 0);
        }

        // A port's levels, and which of them changed.
        public void Moved(int port, uint levels, uint edges)
        {
            var chosen = edges & (levels & registers[Rising / 4] | ~levels & registers[Falling / 4]) & 0xFFFF;
            for(var line = 0; chosen != 0 && line < 16; line++)
            {
                // EXTICR: which port's pin a line follows (13.3.3)
                if((syscfg.ReadDoubleWord(FirstChoice + line / 4 * 4) >> 4 * (line % 4) & 0xF) != port)
                {
                    chosen &= ~(1u << line);
                }
            }
            Pend(chosen, 0);
        }

        public IReadOnlyDictionary<int, IGPIO> Connections { get; }

        public long Size => 0x400;

        private void Pend(uint on, uint off)
        {
            registers[Pending / 4] = registers[Pending / 4] & ~off | on;
            var wanted = registers[Pending / 4] & registers[Masks / 4];
            for(var n = 0; n < interrupts.Length; n++)
            {
                Connections[n].Set((wanted & interrupts[n]) != 0);
            }
        }

        private readonly ArrayMemory syscfg;
        private readonly uint[] registers = new uint[0x400 / 4];

        private static readonly uint[] interrupts = { 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 0x03E0, 0xFC00 };

        private const uint Lines = 0x003FFFFF;
        private const long Rising = 0x00;
        private const long Falling = 0x04;
        private const long BySoftware = 0x08;
        private const long Masks = 0x80;
        private const long Pending = 0x88;
        private const long FirstChoice = 0x08;
    }
}
