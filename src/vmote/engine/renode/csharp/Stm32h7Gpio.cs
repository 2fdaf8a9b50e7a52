// SPDX-License-Identifier: Apache-2.0
//
// GPIO of the STM32H747 (RM0399 rev 4, 12.4): a pin drives its line only while it is an output, whichever of its level and
// its direction was written first.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;

namespace Antmicro.Renode.Peripherals.GPIOPort
{
    public class Stm32h7Gpio : BaseGPIOPort, IDoubleWordPeripheral, IKnownSize
    {
        public Stm32h7Gpio(IMachine machine) : base(machine, Pins)
        {
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            Array.Clear(registers, 0, registers.Length);
            registers[Mode / 4] = uint.MaxValue;
        }

        // Something outside drives a pin; a reset of the SoC does not change that.
        public override void OnGPIO(int number, bool value)
        {
            base.OnGPIO(number, value);
            outside[number] = value;
        }

        public uint ReadDoubleWord(long offset)
        {
            if(offset != Input)
            {
                return registers[offset / 4];
            }
            var levels = 0u;
            for(var pin = 0; pin < Pins; pin++)
            {
                var pulledUp = (registers[Pull / 4] >> 2 * pin & 3) == 1;
                var level = IsOutput(pin) ? (registers[Output / 4] >> pin & 1) != 0 : outside[pin] ?? pulledUp;
                levels |= level ? 1u << pin : 0;
            }
            return levels;
        }

        public void WriteDoubleWord(long offset, uint value)
        {
            switch(offset)
            {
            case Input:
                return;
            case Output:
                value &= 0xFFFF;
                break;
            case SetAndClear: // setting wins
                offset = Output;
                value = registers[Output / 4] & ~(value >> 16) | value & 0xFFFF;
                break;
            }
            registers[offset / 4] = value;
            for(var pin = 0; pin < Pins; pin++)
            {
                Connections[pin].Set(IsOutput(pin) && (registers[Output / 4] >> pin & 1) != 0);
            }
        }

        public long Size => 0x400;

        private bool IsOutput(int pin) => (registers[Mode / 4] >> 2 * pin & 3) == 1;

        private readonly bool?[] outside = new bool?[Pins];
        private readonly uint[] registers = new uint[0x400 / 4];

        private const int Pins = 16;
        private const long Mode = 0x00;
        private const long Pull = 0x0C;
        private const long Input = 0x10;
        private const long Output = 0x14;
        private const long SetAndClear = 0x18;
    }
}
