// SPDX-License-Identifier: Apache-2.0
//
// TWI and TWIM of the nRF52840: one I2C master with two register interfaces (Product Specification v1.8, 6.31 and 6.32).
// Renode's own knows the first only, transfers in no time, cannot refuse an address, and sets ERRORSRC where writing ones
// should clear it.
using System;
using System.Linq;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Miscellaneous;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.I2C
{
    public class Nrf52Twi : I2cController, INRFEventProvider
    {
        // `alwaysPulledUp: false` for a board that switches the pull-ups' supply: connect the switch to input 0. Parts answer
        // a controller that is routed to their pins (port times 32, plus pin): `clock` and `data` are those of this one's
        // parts, where they matter; `wires` names the controller whose parts this one reaches by such pins.
        public Nrf52Twi(IMachine machine, bool alwaysPulledUp = true, int clock = Anywhere, int data = Anywhere, Nrf52Twi wires = null)
            : base(machine, alwaysPulledUp)
        {
            this.clock = clock;
            this.data = data;
            owner = wires ?? this;
            if(wires != null)
            {
                Follow(wires);
            }
            interrupts = new Nrf52Interrupts(IRQ, Enumerable.Range(0, 32), offset => registers[offset / 4]);
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            Array.Clear(registers, 0, registers.Length);
            registers[Frequency / 4] = 0x04000000;
            registers[PinClock / 4] = registers[PinData / 4] = uint.MaxValue;
            Idle();
            interrupts.Reset();
        }

        public override uint ReadDoubleWord(long offset)
        {
            if(offset == Nrf52Interrupts.Set || offset == Nrf52Interrupts.Clear)
            {
                return interrupts.Enabled;
            }
            var value = offset < Size ? registers[offset / 4] : 0;
            if(offset == ReceiveBuffer && unread)
            {
                unread = false;
                if(mode == Mode.Receiving && !stopping && !suspended && !onTheWay && !Dma)
                {
                    ReceiveNext(); // unless held, the next byte comes
                }
            }
            return value;
        }

        public override void WriteDoubleWord(long offset, uint value)
        {
            var task = (value & 1) != 0;
            switch(offset)
            {
            case StartReceive:
            case StartTransmit:
                if(task && IsOn)
                {
                    Begin(offset == StartReceive ? Mode.Receiving : Mode.Sending);
                }
                return;
            case Stop:
                if(task)
                {
                    AskToStop();
                }
                return;
            case Suspend:
                if(task)
                {
                    suspended = true;
                    if(Dma)
                    {
                        Raise(Suspended);
                    }
                }
                return;
            case Resume:
                if(task)
                {
                    GoOn();
                }
                return;
            case Nrf52Interrupts.Enable:
            case Nrf52Interrupts.Set:
            case Nrf52Interrupts.Clear:
                interrupts.Write(offset, value);
                return;
            case ErrorSource:
                registers[offset / 4] &= ~value;
                return;
            case ReceiveBuffer:
            case ReceiveAmount:
            case TransmitAmount:
                return;
            case TransmitBuffer:
                toSend = (byte)value;
                if(mode == Mode.Sending && step == null && !suspended && !Dma)
                {
                    After(addressed ? Byte : Condition + 2 * Byte, ByteSent);
                }
                return;
            case Enable:
                registers[offset / 4] = value & 0xF;
                if((value & 0xF) == 0)
                {
                    StopCondition();
                    Idle();
                }
                return;
            default:
                if(offset < Size)
                {
                    registers[offset / 4] = value;
                }
                break;
            }
            interrupts.Update();
        }

        public GPIO IRQ { get; } = new GPIO();

        public override long Size => 0x1000;

        public event Action<uint> EventTriggered;

        protected override I2cController Wires =>
            owner.clock == Anywhere || (registers[PinClock / 4] == owner.clock && registers[PinData / 4] == owner.data) ? owner : null;

        protected override void GoOnWith(Action action)
        {
            After(Condition, action);
        }

        private void Begin(Mode wanted)
        {
            mode = wanted;
            addressed = stopping = suspended = onTheWay = unread = false;
            if(Dma)
            {
                var sends = mode == Mode.Sending;
                Raise(sends ? TransmitStarted : ReceiveStarted);
                var count = registers[(sends ? TransmitCount : ReceiveCount) / 4] & 0xFFFF;
                After(Condition + Byte * (1 + count), () => MoveBuffer(sends, count));
            }
            else if(mode == Mode.Receiving)
            {
                After(Condition + Byte, ReadAddressed);
            }
            else if(toSend.HasValue)
            {
                After(Condition + 2 * Byte, ByteSent);
            }
        }

        private void AskToStop()
        {
            stopping = true;
            if(Dma)
            {
                if(step == null || mode == Mode.Idle)
                {
                    After(Condition, Stopped);
                }
                return;
            }
            suspended = false;
            if(!onTheWay)
            {
                After(Condition, Stopped);
            }
        }

        private void GoOn()
        {
            var was = suspended;
            suspended = false;
            if(!was || Dma)
            {
                return;
            }
            if(mode == Mode.Receiving && !onTheWay)
            {
                ReceiveNext();
            }
            else if(mode == Mode.Sending && toSend.HasValue && step == null)
            {
                After(Byte, ByteSent);
            }
        }

        private void Stopped()
        {
            StopCondition();
            Idle();
            Raise(StoppedEvent);
        }

        // --- byte by byte ---

        private void ByteSent()
        {
            var value = toSend ?? 0;
            toSend = null;
            if(!addressed)
            {
                addressed = true;
                if(!Start(PartAddress, false))
                {
                    Refused();
                    return;
                }
            }
            Send(value);
            AtBoundary();
            Raise(ByteWasSent);
        }

        private void ReadAddressed()
        {
            addressed = true;
            if(!Start(PartAddress, true))
            {
                Refused();
            }
            else if(stopping)
            {
                Stopped();
            }
            else
            {
                ReceiveNext();
            }
        }

        private void ReceiveNext()
        {
            onTheWay = true;
            AtBoundary(); // the shortcuts take effect when this byte is over
            After(Byte, () =>
            {
                onTheWay = false;
                registers[ReceiveBuffer / 4] = Receive();
                unread = true;
                if(stopping)
                {
                    After(Condition, Stopped);
                }
                Raise(ByteWasReceived);
            });
        }

        // Event BB and its shortcuts (6.31.7.1)
        private void AtBoundary()
        {
            Raise(Boundary);
            if((registers[Shortcuts / 4] & BoundarySuspends) != 0)
            {
                suspended = true;
            }
            if((registers[Shortcuts / 4] & BoundaryStops) != 0)
            {
                AskToStop();
            }
        }

        private void Refused()
        {
            mode = Mode.Idle;
            registers[ErrorSource / 4] |= AddressNack;
            Raise(Error);
        }

        // --- EasyDMA, a buffer at a time ---

        private void MoveBuffer(bool sends, uint count)
        {
            registers[(sends ? TransmitAmount : ReceiveAmount) / 4] = 0;
            if(!Start(PartAddress, !sends))
            {
                Refused();
                return;
            }
            ulong pointer = registers[(sends ? TransmitPointer : ReceivePointer) / 4];
            for(var n = 0ul; n < count; n++)
            {
                if(sends)
                {
                    Send(machine.SystemBus.ReadByte(pointer + n));
                }
                else
                {
                    machine.SystemBus.WriteByte(pointer + n, Receive());
                }
            }
            registers[(sends ? TransmitAmount : ReceiveAmount) / 4] = count;
            Raise(sends ? LastSent : LastReceived);
            var shortcuts = registers[Shortcuts / 4] >> (sends ? 7 : 10); // 6.32.7.1: other direction, suspend, stop
            if((shortcuts & 1) != 0)
            {
                Begin(sends ? Mode.Receiving : Mode.Sending);
            }
            else if((shortcuts & 2) != 0)
            {
                suspended = true;
                Raise(Suspended);
            }
            else if((shortcuts & 4) != 0 || stopping)
            {
                stopping = true;
                After(Condition, Stopped);
            }
        }

        private void Idle()
        {
            BoardClock.Of(machine).Cancel(ref step);
            ForgetStalled();
            mode = Mode.Idle;
            addressed = suspended = stopping = onTheWay = unread = false;
            toSend = null;
        }

        private void Raise(long eventOffset)
        {
            registers[eventOffset / 4] = 1;
            interrupts.Update();
            EventTriggered?.Invoke((uint)eventOffset);
        }

        // One step at a time: another takes the place of what was to come.
        private void After(ulong bits, Action action)
        {
            var time = BoardClock.Of(machine);
            time.Cancel(ref step);
            ulong frequency = Math.Max(registers[Frequency / 4], 0x00100000u); // a fraction of 16 MHz
            var cycles = ((bits * (time.Hertz / 16000000) << 32) + frequency - 1) / frequency;
            ForgetStalled();
            step = time.After(cycles, () =>
            {
                step = null;
                Act(action);
            });
        }

        private bool Dma => registers[Enable / 4] == 6;

        private bool IsOn => registers[Enable / 4] == 5 || Dma;

        private int PartAddress => (int)(registers[Address / 4] & 0x7F);

        private Mode mode;
        private bool addressed; // the address is on the bus
        private bool suspended;
        private bool stopping;
        private bool onTheWay; // a byte from the part
        private bool unread; // RXD holds a byte
        private byte? toSend;
        private Appointment step;
        private readonly int clock;
        private readonly int data;
        private readonly Nrf52Twi owner; // of the wires
        private readonly uint[] registers = new uint[0x1000 / 4];
        private readonly Nrf52Interrupts interrupts;

        private const int Anywhere = -1;

        private const ulong Condition = 1; // bits: start or stop
        private const ulong Byte = 9;
        private const long StartReceive = 0x000;
        private const long StartTransmit = 0x008;
        private const long Stop = 0x014;
        private const long Suspend = 0x01C;
        private const long Resume = 0x020;
        private const long StoppedEvent = 0x104;
        private const long ByteWasReceived = 0x108;
        private const long ByteWasSent = 0x11C;
        private const long Error = 0x124;
        private const long Boundary = 0x138;
        private const long Suspended = 0x148;
        private const long ReceiveStarted = 0x14C;
        private const long TransmitStarted = 0x150;
        private const long LastReceived = 0x15C;
        private const long LastSent = 0x160;
        private const long Shortcuts = 0x200;
        private const long ErrorSource = 0x4C4;
        private const long Enable = 0x500;
        private const long PinClock = 0x508;
        private const long PinData = 0x50C;
        private const long ReceiveBuffer = 0x518;
        private const long TransmitBuffer = 0x51C;
        private const long Frequency = 0x524;
        private const long ReceivePointer = 0x534;
        private const long ReceiveCount = 0x538;
        private const long ReceiveAmount = 0x53C;
        private const long TransmitPointer = 0x544;
        private const long TransmitCount = 0x548;
        private const long TransmitAmount = 0x54C;
        private const long Address = 0x588;
        private const uint AddressNack = 2;
        private const uint BoundarySuspends = 1;
        private const uint BoundaryStops = 2;

        private enum Mode
        {
            Idle,
            Sending,
            Receiving,
        }
    }
}
