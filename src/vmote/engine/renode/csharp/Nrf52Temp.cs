// SPDX-License-Identifier: Apache-2.0
//
// TEMP of the nRF52840 (Product Specification v1.8, 6.28), the die's thermometer, which Renode lacks. It is as warm as the part
// named as its `ambient`.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Nrf52Temp : Nrf52Peripheral
    {
        public Nrf52Temp(IMachine machine, IThermometer ambient = null) : base(machine)
        {
            this.ambient = ambient;
        }

        protected override void Do(long task)
        {
            if(task == Start)
            {
                Clock.AfterNanoseconds(Duration, () =>
                {
                    registers[Result / 4] = (uint)(int)Math.Round((ambient?.Temperature ?? RoomTemperature) * 4, MidpointRounding.ToEven);
                    Raise(Ready);
                });
            }
        }

        protected override void Write(long offset, uint value)
        {
            if(offset != Result)
            {
                base.Write(offset, value);
            }
        }

        private readonly IThermometer ambient;

        private const double RoomTemperature = 21;
        private const ulong Duration = 36000; // ns, 6.28.2
        private const long Start = 0x000;
        private const long Ready = 0x100;
        private const long Result = 0x508;
    }
}
