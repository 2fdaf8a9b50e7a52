// SPDX-License-Identifier: Apache-2.0
//
// EGU of the nRF52840 (Product Specification v1.8, 6.8): events that software triggers. Renode has no model of it.
using Antmicro.Renode.Core;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Nrf52Egu : Nrf52Peripheral
    {
        public Nrf52Egu(IMachine machine) : base(machine)
        {
        }

        protected override void Do(long task)
        {
            if(task < 4 * Channels)
            {
                Raise(TaskEnd + task);
            }
        }

        private const int Channels = 16;
    }
}
