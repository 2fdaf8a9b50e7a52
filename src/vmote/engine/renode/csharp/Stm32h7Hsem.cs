// SPDX-License-Identifier: Apache-2.0
//
// HSEM of the STM32H747 (RM0399 rev 4, 11): semaphores between its cores, of which only the Cortex-M7 is there.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Stm32h7Hsem : IDoubleWordPeripheral, IKnownSize
    {
        public Stm32h7Hsem(IMachine machine)
        {
        }

        public void Reset()
        {
            Array.Clear(registers, 0, registers.Length);
        }

        public uint ReadDoubleWord(long offset)
        {
            if(offset >= ReadLock0 && offset < ReadLock0 + 4 * Semaphores)
            {
                return registers[(offset - ReadLock0) / 4] = Locked | CortexM7 << 8; // reading takes the lock
            }
            return registers[offset / 4];
        }

        public void WriteDoubleWord(long offset, uint value)
        {
            registers[offset / 4] = value;
        }

        public long Size => 0x400;

        private readonly uint[] registers = new uint[0x400 / 4];

        private const uint Locked = 1u << 31;
        private const uint CortexM7 = 3; // 11.3.6
        private const int Semaphores = 32;
        private const long ReadLock0 = 0x80;
    }
}
