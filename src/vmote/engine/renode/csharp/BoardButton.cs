// SPDX-License-Identifier: Apache-2.0
//
// A push button between a pin and ground, with a pull-up that makes the other level. Renode's own lets go when the machine
// is reset, and after that its pin no longer knows the level.
using Antmicro.Renode.Core;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class BoardButton : IPeripheral, IGPIOSender
    {
        public BoardButton(IMachine machine)
        {
            Line = new GPIO();
            Line.Set(true);
            machine.MachineReset += _ => Drive(); // pins forget what is driven from outside
        }

        public void Reset()
        {
            // a finger does not notice
        }

        public bool Pressed
        {
            get { return pressed; }
            set
            {
                pressed = value;
                Drive();
            }
        }

        public GPIO Line { get; }

        private void Drive()
        {
            Line.Set(!pressed);
            foreach(var end in Line.Endpoints)
            {
                end.Receiver.OnGPIO(end.Number, !pressed);
            }
        }

        private bool pressed;
    }
}
