// SPDX-License-Identifier: Apache-2.0
//
// PWR of the STM32H747 (RM0399 rev 4, 7.8): supplies settle at once.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Stm32h7Pwr : IDoubleWordPeripheral, IKnownSize
    {
        public Stm32h7Pwr(IMachine machine)
        {
            Reset();
        }

        public void Reset()
        {
            Array.Clear(registers, 0, registers.Length);
            registers[0] = 0xF000C000;
            registers[Status / 4] = registers[Domain3 / 4] = 0x4000 | ScaleReady;
            registers[Supply / 4] = 6;
        }

        public uint ReadDoubleWord(long offset) => registers[offset / 4];

        public void WriteDoubleWord(long offset, uint value)
        {
            switch(offset)
            {
            case Status:
                return;
            case Supply: // an external supply is ready when asked for
                value |= (value >> 3 & 1) << 16;
                break;
            case Domain3: // CSR1 tells the same scale
                value = value & 3 << 14 | ScaleReady;
                registers[Status / 4] = value;
                break;
            }
            registers[offset / 4] = value;
        }

        public long Size => 0x400;

        private readonly uint[] registers = new uint[0x400 / 4];

        private const uint ScaleReady = 1 << 13;
        private const long Status = 0x04;
        private const long Supply = 0x0C;
        private const long Domain3 = 0x18;
    }
}
