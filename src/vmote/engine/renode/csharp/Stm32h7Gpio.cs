// SPDX-License-Identifier: Apache-2.0
//
// GPIO of the STM32H747 (RM0399 rev 4, 12.4): a pin drives its line only while it is an output, whichever of its level and
// its direction was written first; EXTI hears of every edge.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.Miscellaneous;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.GPIOPort
{
    public class Stm32h7Gpio : BaseGPIOPort, IDoubleWordPeripheral, IKnownSize, IFloating
    {
        public Stm32h7Gpio(IMachine machine, Stm32h7Exti exti = null, int number = 0) : base(machine, Pins)
        {
            this.exti = exti;
            this.number = number;
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            Array.Clear(registers, 0, registers.Length);
            registers[Mode / 4] = uint.MaxValue;
            seen = 0;
            Settle();
        }

        // Something outside drives a pin; a reset of the SoC does not change that.
        public override void OnGPIO(int number, bool value)
        {
            base.OnGPIO(number, value);
            outside[number] = value;
            Settle();
        }

        public void LetGo(int pin)
        {
            outside[pin] = null;
            Settle();
        }

        public uint ReadDoubleWord(long offset)
        {
            if(offset != Input)
            {
                return registers[offset / 4];
            }
            var connected = 0u; // the input buffers of analog pins are off (12.3.13)
            for(var pin = 0; pin < Pins; pin++)
            {
                connected |= (registers[Mode / 4] >> 2 * pin & 3) != Analog ? 1u << pin : 0;
            }
            return seen & connected;
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
            Settle();
        }

        public long Size => 0x400;

        // What the pins' levels are now: an output's own; else, and where an open drain is let go, what drives or pulls it.
        private void Settle()
        {
            var levels = 0u;
            for(var pin = 0; pin < Pins; pin++)
            {
                var high = (registers[Output / 4] >> pin & 1) != 0;
                var floats = !IsOutput(pin) || (high && (registers[Type / 4] >> pin & 1) != 0);
                var pulledUp = (registers[Pull / 4] >> 2 * pin & 3) == 1;
                levels |= (floats ? outside[pin] ?? pulledUp : high) ? 1u << pin : 0;
            }
            var edges = levels ^ seen;
            seen = levels;
            if(edges != 0)
            {
                exti?.Moved(number, levels, edges);
            }
        }

        private bool IsOutput(int pin) => (registers[Mode / 4] >> 2 * pin & 3) == 1;

        private uint seen; // the pins' levels
        private readonly Stm32h7Exti exti;
        private readonly int number;
        private readonly bool?[] outside = new bool?[Pins];
        private readonly uint[] registers = new uint[0x400 / 4];

        private const int Pins = 16;
        private const uint Analog = 3;
        private const long Mode = 0x00;
        private const long Type = 0x04;
        private const long Pull = 0x0C;
        private const long Input = 0x10;
        private const long Output = 0x14;
        private const long SetAndClear = 0x18;
    }
}
