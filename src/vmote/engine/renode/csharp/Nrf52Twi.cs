// SPDX-License-Identifier: Apache-2.0
//
// Renode's legacy TWI of the nRF52840 with what firmware can notice and Renode leaves out (nRF52840 Product
// Specification v1.8, 6.31): a transfer takes the bus's time, so that a core which sleeps between bytes is woken by
// events to come and not by those that are there already; a part can refuse its address; a read from an address where
// nobody answers is an error too; reading RXD lets the next byte come unless BB_SUSPEND holds it; ERRORSRC is cleared by
// writing ones.
using System;
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Time;

namespace Antmicro.Renode.Peripherals.I2C
{
    public class Nrf52Twi : NRF52840_I2C, IDoubleWordPeripheral
    {
        public Nrf52Twi(IMachine machine) : base(machine)
        {
            this.machine = machine;
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            address = 0;
            frequency = 0x04000000;
            shortcuts = 0;
            receiving = false;
            epoch++;
        }

        public new uint ReadDoubleWord(long offset)
        {
            switch(offset)
            {
            case Shortcuts:
                return shortcuts;
            case Frequency:
                return frequency;
            case ReceiveBuffer:
                var value = base.ReadDoubleWord(offset);
                if(receiving && (shortcuts & (StopAtByte | SuspendAtByte)) == 0)
                {
                    After(Byte, ReceiveNext);
                }
                return value;
            default:
                return base.ReadDoubleWord(offset);
            }
        }

        public new void WriteDoubleWord(long offset, uint value)
        {
            var task = (value & 1) != 0;
            switch(offset)
            {
            case PinClock:
            case PinData:
                return; // how the pins are routed does not matter here
            case Frequency:
                frequency = value;
                return;
            case Shortcuts:
                shortcuts = value;
                return;
            case ErrorSource:
                base.WriteDoubleWord(offset, base.ReadDoubleWord(offset) & AddressNack & ~value);
                return;
            case Enable:
                epoch++;
                break;
            case Address:
                address = (int)(value & 0x7F);
                break;
            case StartTransmit when task:
                SelectPart();
                addressed = receiving = false;
                break;
            case TransmitBuffer:
                After(addressed ? Byte : Start + 2 * Byte, () => base.WriteDoubleWord(offset, value));
                addressed = true;
                return;
            case StartReceive when task:
                SelectPart();
                receiving = true;
                if(ChildCollection.ContainsKey(address))
                {
                    After(Start + 2 * Byte, () => Received(StartReceive));
                }
                else
                {
                    After(Start + Byte, Refused);
                }
                return;
            case Resume when task:
                After(Byte, ReceiveNext);
                return;
            case Stop when task:
                After(Start, EndTransfer);
                return;
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

        private void ReceiveNext()
        {
            if(receiving)
            {
                Received(Resume);
            }
        }

        private void Received(long task)
        {
            base.WriteDoubleWord(task, 1);
            if((shortcuts & StopAtByte) != 0)
            {
                After(Start, EndTransfer);
            }
        }

        private void EndTransfer()
        {
            receiving = false;
            base.WriteDoubleWord(Stop, 1);
        }

        private void Refused()
        {
            receiving = false;
            base.WriteDoubleWord(ErrorSource, AddressNack);
            base.WriteDoubleWord(ErrorEvent, 1);
        }

        private void After(int bits, Action action)
        {
            var asked = epoch;
            var rate = Math.Max(frequency, 0x00100000u) * 16000000.0 / 4294967296.0; // a fraction of 16 MHz
            machine.ScheduleAction(TimeInterval.FromNanoseconds((ulong)(bits * 1e9 / rate)), _ =>
            {
                if(asked == epoch)
                {
                    action();
                }
            });
        }

        private int address;
        private uint frequency;
        private uint shortcuts;
        private bool addressed; // the address is on the bus
        private bool receiving;
        private int epoch; // what was under way when the TWI was switched off does not happen
        private new readonly IMachine machine;
        private readonly HashSet<int> told = new HashSet<int>();
        private readonly Dictionary<int, II2CPeripheral> known = new Dictionary<int, II2CPeripheral>();

        private const int Start = 1; // bits; a stop condition likewise
        private const int Byte = 9;
        private const long StartReceive = 0x000;
        private const long StartTransmit = 0x008;
        private const long Stop = 0x014;
        private const long Resume = 0x020;
        private const long ErrorEvent = 0x124;
        private const long Shortcuts = 0x200;
        private const long ErrorSource = 0x4C4;
        private const long Enable = 0x500;
        private const long PinClock = 0x508;
        private const long PinData = 0x50C;
        private const long ReceiveBuffer = 0x518;
        private const long TransmitBuffer = 0x51C;
        private const long Frequency = 0x524;
        private const long Address = 0x588;
        private const uint AddressNack = 2;
        private const uint SuspendAtByte = 1;
        private const uint StopAtByte = 2;
    }
}
