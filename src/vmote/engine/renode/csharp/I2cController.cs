// SPDX-License-Identifier: Apache-2.0
//
// What the I2C controllers of all our boards share: the wires, the parts on them, and what can go wrong with them.
using System;
using System.Collections.Generic;
using System.Linq;

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
            stalled = null;
            written.Clear();
        }

        public abstract uint ReadDoubleWord(long offset);

        public abstract void WriteDoubleWord(long offset, uint value);

        public abstract long Size { get; }

        // Input 0: the supply of the pull-ups, where a pin switches it; without them nobody answers. Input 1: SCL as firmware
        // moves it by hand, to free a part that is stuck in a byte.
        public void OnGPIO(int number, bool value)
        {
            if(number == 0)
            {
                pulledUp = value;
            }
            else if(value && number == 1)
            {
                foreach(var holder in holding.Where(pair => pair.Value > 0).ToArray())
                {
                    Hold(holder.Key, holder.Value > 1, holder.Value - 1);
                }
            }
        }

        // A fault: the part at this address answers no more, until told otherwise.
        public void Refuse(int address, bool refuse)
        {
            if(refuse)
            {
                refusing.Add(address);
            }
            else
            {
                refusing.Remove(address);
            }
        }

        // A fault: the part at this address holds SDA low, so that nothing moves, until told otherwise or, where `clocks` is
        // positive, for so many pulses of SCL.
        public void Hold(int address, bool hold, int clocks = 0)
        {
            if(hold)
            {
                holding[address] = clocks;
            }
            else
            {
                holding.Remove(address);
            }
            Changed?.Invoke();
        }

        protected I2cController(IMachine machine, bool alwaysPulledUp) : base(machine)
        {
            pulledUp = alwaysPulledUp;
            Changed += BusChanged;
        }

        // Whose parts, pull-ups and faults it meets: its own, or those of another controller that can be routed to the same
        // pins; null if its pins lead nowhere.
        protected virtual I2cController Wires => this;

        // Told when something on these wires was held, or let go.
        protected event Action Changed;

        protected void Follow(I2cController other)
        {
            other.Changed += BusChanged;
        }

        protected virtual void BusChanged()
        {
            if(!Held && stalled != null)
            {
                var action = stalled;
                stalled = null;
                GoOnWith(action);
            }
        }

        // What waited for the bus is done, after what the controller needs before it.
        protected abstract void GoOnWith(Action action);

        // Does what is due, unless the bus is held: then it waits, and no flag tells of it.
        protected void Act(Action action)
        {
            if(Held)
            {
                stalled = action;
            }
            else
            {
                action();
            }
        }

        protected void ForgetStalled()
        {
            stalled = null;
        }

        protected bool Held => Wires?.holding.Count > 0;

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
            var wires = Wires;
            if(wires != null && wires.pulledUp && !Held && !wires.refusing.Contains(address)
                && wires.TryGetByAddress(address, out var part) && (part as IMayRefuse)?.Refuses != true)
            {
                selected = part;
                selectedAddress = address;
                (part as IMayRefuse)?.Addressed(read);
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

        private Action stalled;
        private II2CPeripheral selected;
        private int selectedAddress;
        private bool pulledUp;
        private readonly List<byte> written = new List<byte>();
        private readonly HashSet<int> refusing = new HashSet<int>();
        private readonly Dictionary<int, int> holding = new Dictionary<int, int>();
    }
}
