// SPDX-License-Identifier: Apache-2.0
//
// UARTE and UART of the nRF52840: one peripheral with two register interfaces (Product Specification v1.8, 6.33 and 6.34).
// Renode's is one or the other for good, sends in no time, so that firmware never waits for its console, and enables
// interrupts at the end of a time quantum only. Here a buffer leaves, and ENDTX comes, when the last byte would be on the
// wire; until then the firmware must leave the buffer alone, as on the real part.
using System;
using System.Collections.Generic;

using Antmicro.Migrant;
using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.UART
{
    public class Nrf52Uarte : Nrf52Peripheral, IUART
    {
        public Nrf52Uarte(IMachine machine) : base(machine)
        {
            Reset();
        }

        public override void Reset()
        {
            if(leaving > 0) // of a buffer under way, some has left
            {
                Emit((uint)Math.Min((Clock.Cycle - begun) / ByteCycles, leaving));
            }
            base.Reset();
            registers[PinRts / 4] = registers[PinTxd / 4] = registers[PinCts / 4] = registers[PinRxd / 4] = uint.MaxValue;
            registers[BaudRateRegister / 4] = 0x04000000;
            step = null; // the clock forgets what was due
            stepEnds = 0;
            sends = receives = false;
            filled = 0;
            waiting.Clear();
        }

        // From the other end of the wire.
        public void WriteChar(byte value)
        {
            waiting.Enqueue(value);
            if(receives)
            {
                TakeReceived();
            }
        }

        public uint BaudRate => (uint)((ulong)registers[BaudRateRegister / 4] * 16000000 >> 32);

        public Bits StopBits => Bits.One;

        public Parity ParityBit => Parity.None;

        [field: Transient]
        public event Action<byte> CharReceived;

        protected override void Do(long task)
        {
            switch(task)
            {
            case StartReceive:
                receives = true;
                filled = 0;
                if(Dma)
                {
                    Raise(ReceiveStarted);
                }
                TakeReceived();
                break;
            case StopReceive:
                if(receives && Dma)
                {
                    EndReceive();
                }
                receives = false;
                Raise(ReceiveStopped);
                break;
            case StartTransmit:
                sends = true;
                if(Dma)
                {
                    SendBuffer();
                }
                else if(registers[Enable / 4] == 0)
                {
                    this.Log(LogLevel.Warning, "Started while disabled");
                }
                break;
            case StopTransmit:
                sends = false;
                StopSending();
                break;
            case Suspend:
                sends = receives = false;
                break;
            case Flush:
                registers[ReceiveAmount / 4] = 0;
                Raise(ReceiveEnded);
                break;
            }
        }

        protected override uint Read(long offset)
        {
            switch(offset)
            {
            case ByteSent:
            case TransmitEnded:
                Polling.LetTimePass(machine, stepEnds);
                break;
            case ReceiveBuffer when !Dma && waiting.Count > 0:
                registers[offset / 4] = waiting.Dequeue();
                if(waiting.Count > 0 && receives)
                {
                    Raise(ByteReceived); // the next one (6.33.4)
                }
                break;
            }
            return registers[offset / 4];
        }

        protected override void Write(long offset, uint value)
        {
            switch(offset)
            {
            case ErrorSource:
                registers[offset / 4] &= ~value;
                return;
            case ReceiveBuffer:
            case ReceiveAmount:
            case TransmitAmount:
                return;
            case TransmitBuffer:
                if(sends && registers[Enable / 4] == EnabledUart)
                {
                    Plan(1, () =>
                    {
                        CharReceived?.Invoke((byte)value);
                        Raise(ByteSent);
                    });
                }
                return;
            case Enable:
                value &= 0xF;
                break;
            }
            registers[offset / 4] = value;
        }

        protected override (int Bit, long Event, long Task)[] Shortcuts => shortcuts;

        private void SendBuffer()
        {
            var count = registers[TransmitCount / 4] & 0xFFFF;
            Raise(TransmitStarted);
            begun = Clock.Cycle;
            leaving = count;
            Plan(count, () =>
            {
                Emit(count);
                if(count > 0)
                {
                    Raise(ByteSent);
                }
                Raise(TransmitEnded);
            });
        }

        // After the byte under way.
        private void StopSending()
        {
            if(step == null || !Dma)
            {
                Raise(TransmitStopped);
                return;
            }
            var sent = Math.Min((Clock.Cycle - begun) / ByteCycles + 1, registers[TransmitCount / 4] & 0xFFFF);
            Emit((uint)sent);
            Plan(1, () =>
            {
                Raise(TransmitEnded);
                Raise(TransmitStopped);
            });
        }

        private void Emit(uint count)
        {
            leaving = 0;
            registers[TransmitAmount / 4] = count;
            foreach(var value in machine.SystemBus.ReadBytes(registers[TransmitPointer / 4], (int)count))
            {
                CharReceived?.Invoke(value);
            }
        }

        private void TakeReceived()
        {
            if(!Dma)
            {
                if(waiting.Count > 0)
                {
                    Raise(ByteReceived);
                }
                return;
            }
            while(receives && waiting.Count > 0)
            {
                var room = registers[ReceiveCount / 4] & 0xFFFF;
                if(filled < room)
                {
                    machine.SystemBus.WriteByte(registers[ReceivePointer / 4] + filled, waiting.Dequeue());
                    filled++;
                    Raise(ByteReceived);
                }
                if(filled >= room)
                {
                    EndReceive();
                }
            }
        }

        private void EndReceive()
        {
            registers[ReceiveAmount / 4] = filled;
            filled = 0;
            receives = false;
            Raise(ReceiveEnded);
        }

        private void Plan(ulong bytes, Action then)
        {
            Clock.Cancel(ref step);
            step = Clock.After(bytes * ByteCycles, () =>
            {
                step = null;
                then();
            });
            stepEnds = Clock.ToNanoseconds(step.Cycle);
        }

        // Ten bits a byte: start, eight, stop. The rate is a fraction of 16 MHz.
        private ulong ByteCycles
        {
            get
            {
                ulong rate = Math.Max(registers[BaudRateRegister / 4], 0x00004000u);
                return ((10 * (Clock.Hertz / 16000000) << 32) + rate - 1) / rate;
            }
        }

        private bool Dma => registers[Enable / 4] == EnabledUarte;

        private bool sends;
        private bool receives;
        private uint filled; // of the buffer that is received
        private ulong begun; // the cycle at which the buffer began to leave
        private uint leaving; // bytes of it, until they are told
        private ulong stepEnds;
        private Appointment step;
        private readonly Queue<byte> waiting = new Queue<byte>(); // received, not yet taken

        // ENDRX starts or stops the receiver (6.34.10.19); CTS and NCTS are not there
        private static readonly (int, long, long)[] shortcuts =
        {
            (5, ReceiveEnded, StartReceive), (6, ReceiveEnded, StopReceive),
        };

        private const uint EnabledUart = 4;
        private const uint EnabledUarte = 8;
        private const long StartReceive = 0x000;
        private const long StopReceive = 0x004;
        private const long StartTransmit = 0x008;
        private const long StopTransmit = 0x00C;
        private const long Suspend = 0x01C;
        private const long Flush = 0x02C;
        private const long ByteReceived = 0x108;
        private const long ReceiveEnded = 0x110;
        private const long ByteSent = 0x11C;
        private const long TransmitEnded = 0x120;
        private const long ReceiveStopped = 0x144;
        private const long ReceiveStarted = 0x14C;
        private const long TransmitStarted = 0x150;
        private const long TransmitStopped = 0x158;
        private const long ErrorSource = 0x480;
        private const long Enable = 0x500;
        private const long PinRts = 0x508;
        private const long PinTxd = 0x50C;
        private const long PinCts = 0x510;
        private const long PinRxd = 0x514;
        private const long ReceiveBuffer = 0x518;
        private const long TransmitBuffer = 0x51C;
        private const long BaudRateRegister = 0x524;
        private const long ReceivePointer = 0x534;
        private const long ReceiveCount = 0x538;
        private const long ReceiveAmount = 0x53C;
        private const long TransmitPointer = 0x544;
        private const long TransmitCount = 0x548;
        private const long TransmitAmount = 0x54C;
    }
}
