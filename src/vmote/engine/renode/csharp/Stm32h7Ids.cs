// SPDX-License-Identifier: Apache-2.0
//
// What an STM32H747 tells of itself (RM0399 rev 4, 60.5.8 and 61): the die's identity, its unique number, the size of its flash.
using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Stm32h7Debug : IDoubleWordPeripheral, IKnownSize
    {
        public Stm32h7Debug(IMachine machine)
        {
        }

        public void Reset()
        {
            control = 0;
        }

        public uint ReadDoubleWord(long offset) => offset == 0 ? 0x20036450u : offset == Control ? control : 0;

        public void WriteDoubleWord(long offset, uint value)
        {
            control = offset == Control ? value : control;
        }

        public long Size => 0x1000;

        private uint control;

        private const long Control = 0x04;
    }

    public class Stm32h7Ids : IDoubleWordPeripheral, IKnownSize
    {
        public Stm32h7Ids(IMachine machine)
        {
        }

        public void Reset()
        {
        }

        public uint ReadDoubleWord(long offset)
        {
            switch(offset)
            {
            case 0x800:
                return 0x00450031;
            case 0x804:
                return 0x3330510B;
            case 0x808:
                return 0x36303530;
            case 0x880:
                return 2048; // KB
            default:
                return 0;
            }
        }

        public void WriteDoubleWord(long offset, uint value)
        {
        }

        public long Size => 0x1000;
    }
}
