// SPDX-License-Identifier: Apache-2.0
//
// What the I2C controllers of all our boards share: the wires, the parts on them, and what can go wrong with them.
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure;
using Antmicro.Renode.Peripherals.Bus;

namespace Antmicro.Renode.Peripherals.I2C
{
    public abstract class I2cController : SimpleContainer<II2CPeripheral>, IDoubleWordPeripheral, IKnownSize, IGPIOReceiver
    {
        public override void Reset()
        {
            selected = null;
            written.Clear();
        }

        public abstract uint ReadDoubleWord(long offset);

        public abstract void WriteDoubleWord(long offset, uint value);

        public abstract long Size { get; }

        // The supply of the pull-ups, where a pin switches it: without them nobody answers.
        public void OnGPIO(int number, bool value)
        {
            pulledUp = value;
        }

        // A fault: the part at this address answers no more, until told otherwise.
        public void Refuse(int address, bool refuse)
        {
            Put(refusing, address, refuse);
        }

        // A fault: the part at this address holds SDA low, so that nothing gets through.
        public void Hold(int address, bool hold)
        {
            Put(holding, address, hold);
        }

        protected I2cController(IMachine machine, bool alwaysPulledUp) : base(machine)
        {
            pulledUp = alwaysPulledUp;
        }

        protected bool Held => holding.Count > 0;

        // A (repeated) start and an address; whether a part acknowledges it.
        protected bool Start(int address, bool read)
        {
            if(selected != null)
            {
                HandOver();
                if(selected is IMayRefuse ? selectedAddress != address || !read : selectedAddress != address)
                {
                    selected.FinishTransmission();
                }
            }
            selected = null;
            if(pulledUp && !Held && !refusing.Contains(address) && TryGetByAddress(address, out var part) && (part as IMayRefuse)?.Refuses != true)
            {
                selected = part;
                selectedAddress = address;
            }
            return selected != null;
        }

        protected bool Send(byte value)
        {
            if(selected is IMayRefuse)
            {
                selected.Write(new[] { value });
            }
            else
            {
                written.Add(value);
            }
            return selected != null;
        }

        protected byte Receive()
        {
            var received = selected?.Read(1);
            return received != null && received.Length > 0 ? received[0] : (byte)0xFF; // a released bus reads as ones
        }

        protected void StopCondition()
        {
            HandOver();
            selected?.FinishTransmission();
            selected = null;
        }

        private void HandOver()
        {
            if(written.Count > 0)
            {
                selected?.Write(written.ToArray());
                written.Clear();
            }
        }

        private static void Put(HashSet<int> set, int address, bool inside)
        {
            if(inside)
            {
                set.Add(address);
            }
            else
            {
                set.Remove(address);
            }
        }

        private II2CPeripheral selected;
        private int selectedAddress;
        private bool pulledUp;
        private readonly List<byte> written = new List<byte>();
        private readonly HashSet<int> refusing = new HashSet<int>();
        private readonly HashSet<int> holding = new HashSet<int>();
    }
}
