// SPDX-License-Identifier: Apache-2.0
//
// Renode's legacy TWI of the nRF52840 with what firmware can notice and Renode leaves out (nRF52840 Product
// Specification v1.8, 6.31): a part can refuse its address, a read from an address where nobody answers is an error
// too, and ERRORSRC is cleared by writing ones.
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure;
using Antmicro.Renode.Peripherals.Bus;

namespace Antmicro.Renode.Peripherals.I2C
{
    public class Nrf52Twi : NRF52840_I2C, IDoubleWordPeripheral
    {
        public Nrf52Twi(IMachine machine) : base(machine)
        {
        }

        public override void Reset()
        {
            base.Reset();
            address = 0;
        }

        public new uint ReadDoubleWord(long offset)
        {
            return base.ReadDoubleWord(offset);
        }

        public new void WriteDoubleWord(long offset, uint value)
        {
            switch(offset)
            {
            case ErrorSource:
                base.WriteDoubleWord(offset, base.ReadDoubleWord(offset) & AddressNack & ~value);
                return;
            case PinClock:
            case PinData:
            case Frequency:
                return; // neither pins nor the bus's speed are modelled: a transfer takes no time
            case Shortcuts:
                // Suspending at each byte is what Renode's model does anyway: it waits for RESUME
                base.WriteDoubleWord(offset, value & ~SuspendAtByte);
                return;
            case Address:
                address = (int)(value & 0x7F);
                break;
            case StartTransmit:
            case StartReceive:
                if((value & 1) == 0)
                {
                    break;
                }
                SelectPart();
                if(offset == StartReceive && !ChildCollection.ContainsKey(address))
                {
                    base.WriteDoubleWord(ErrorSource, AddressNack);
                    base.WriteDoubleWord(ErrorEvent, 1);
                    return;
                }
                break;
            }
            base.WriteDoubleWord(offset, value);
        }

        // A fault: the part at this address answers no more, until told otherwise.
        public void Refuse(int partAddress, bool refuse)
        {
            if(refuse)
            {
                told.Add(partAddress);
            }
            else
            {
                told.Remove(partAddress);
            }
        }

        // The base looks a part up when ADDRESS is written and never again: let it look at each start, and see only a
        // part that answers now.
        private void SelectPart()
        {
            if(!known.ContainsKey(address) && ChildCollection.TryGetValue(address, out var part))
            {
                known[address] = part;
            }
            if(known.TryGetValue(address, out part))
            {
                if(told.Contains(address) || (part as IMayRefuse)?.Refuses == true)
                {
                    ChildCollection.Remove(address);
                }
                else
                {
                    ChildCollection[address] = part;
                }
            }
            base.WriteDoubleWord(Address, (uint)address);
        }

        private int address;
        private readonly HashSet<int> told = new HashSet<int>();
        private readonly Dictionary<int, II2CPeripheral> known = new Dictionary<int, II2CPeripheral>();

        private const long StartReceive = 0x000;
        private const long StartTransmit = 0x008;
        private const long ErrorEvent = 0x124;
        private const long Shortcuts = 0x200;
        private const long ErrorSource = 0x4C4;
        private const long PinClock = 0x508;
        private const long PinData = 0x50C;
        private const long Frequency = 0x524;
        private const long Address = 0x588;
        private const uint AddressNack = 2;
        private const uint SuspendAtByte = 1;
    }
}
