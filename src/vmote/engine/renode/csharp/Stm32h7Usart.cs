// SPDX-License-Identifier: Apache-2.0
//
// USART of the STM32H747 (RM0399 rev 4, section 51): bytes leave at the speed of the baud rate, by hand or by DMA. Renode's
// STM32F7_USART sends in no time.
using System;
using System.Collections.Generic;
using System.Linq;

using Antmicro.Migrant;
using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.DMA;
using Antmicro.Renode.Peripherals.Miscellaneous;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.UART
{
    public class Stm32h7Usart : IUART, IDoubleWordPeripheral, IKnownSize
    {
        public Stm32h7Usart(IMachine machine, Stm32h7Rcc rcc, Stm32h7DmaMux mux, uint request, bool secondBus)
        {
            this.machine = machine;
            this.rcc = rcc;
            this.mux = mux;
            this.request = request;
            this.secondBus = secondBus;
            mux.Serve(request, BeginDma);
            Reset();
        }

        public void Reset()
        {
            if(stream != null) // of a buffer under way, some has left
            {
                var gone = (BoardClock.Of(machine).Cycle - begun) / each;
                Send(buffer.Take((int)Math.Min(gone, (ulong)buffer.Length)));
            }
            Array.Clear(registers, 0, registers.Length);
            registers[Status / 4] = Complete | Empty;
            waiting = looks = 0;
            leaves = 0;
            stream = null;
            received.Clear();
            IRQ.Unset();
        }

        public uint ReadDoubleWord(long offset)
        {
            BoardClock.Of(machine).CatchUp();
            if(offset == ReceiveData)
            {
                var value = received.Count > 0 ? received.Dequeue() : (byte)0;
                Flags(received.Count > 0 ? Received : 0, received.Count > 0 ? 0 : Received);
                return value;
            }
            if(offset == Status && ++looks > ManyLooks)
            {
                Polling.LetTimePass(machine, leaves); // a byte is ten thousand looks at it
            }
            return registers[offset / 4];
        }

        public void WriteDoubleWord(long offset, uint value)
        {
            BoardClock.Of(machine).CatchUp();
            looks = 0;
            switch(offset)
            {
            case Status:
            case ReceiveData:
                return;
            case Clear:
                Flags(0, value & ~(Empty | Received));
                return;
            case TransmitData:
                SendByHand((byte)value);
                return;
            }
            registers[offset / 4] = value;
            if(offset == Control1)
            {
                var ready = (value & On) == 0 ? 0 : ((value & Sends) != 0 ? SenderReady : 0) | ((value & Receives) != 0 ? ReceiverReady : 0);
                Flags(ready, (SenderReady | ReceiverReady) & ~ready);
            }
            if(offset == Control1 || offset == Control3)
            {
                BeginDma();
            }
        }

        public void WriteChar(byte value)
        {
            if((registers[Control1 / 4] & (On | Receives)) == (On | Receives))
            {
                received.Enqueue(value);
                Flags(Received, 0);
            }
        }

        public GPIO IRQ { get; } = new GPIO();

        public long Size => 0x400;

        public uint BaudRate => (uint)(rcc.BusHertz(secondBus) / Math.Max(registers[Divider / 4] & 0xFFFF, 16));

        public Bits StopBits => Bits.One;

        public Parity ParityBit => Parity.None;

        [field: Transient]
        public event Action<byte> CharReceived;

        private void SendByHand(byte value)
        {
            if(!MaySend)
            {
                this.Log(LogLevel.Warning, "Written to while it does not send (UE and TE)");
                return;
            }
            CharReceived?.Invoke(value);
            waiting = Math.Min(waiting + 1, Fifo);
            Flags(0, Complete | (waiting == Fifo ? Empty : 0));
            if(waiting == 1)
            {
                PlanByte();
            }
        }

        private void PlanByte()
        {
            var clock = BoardClock.Of(machine);
            leaves = clock.ToNanoseconds(clock.After(ByteCycles, ByteLeft).Cycle);
        }

        private void ByteLeft()
        {
            waiting--;
            Flags(Empty | (waiting > 0 ? 0 : Complete), 0);
            if(waiting > 0)
            {
                PlanByte();
            }
        }

        private void BeginDma()
        {
            if(stream != null || !MaySend || (registers[Control3 / 4] & DmaSends) == 0)
            {
                return;
            }
            var asked = mux.Stream(request);
            var data = asked != null && asked.Count > 0 ? asked.Read(0, asked.Count) : null;
            if(data == null)
            {
                return;
            }
            stream = asked;
            buffer = data;
            begun = BoardClock.Of(machine).Cycle;
            each = ByteCycles;
            Flags(0, Complete);
            BoardClock.Of(machine).After((ulong)data.Length * each, () =>
            {
                stream = null;
                Send(data);
                Flags(Complete | Empty, 0);
                asked.Flag(Stm32h7DmaStream.Done);
                BeginDma();
            });
        }

        private void Send(IEnumerable<byte> data)
        {
            foreach(var value in data)
            {
                CharReceived?.Invoke(value);
            }
        }

        private void Flags(uint on, uint off)
        {
            var flags = registers[Status / 4] = (registers[Status / 4] | on) & ~off;
            IRQ.Set((flags & registers[Control1 / 4] & (Complete | Empty | Received)) != 0);
        }

        // Ten bits a byte.
        private ulong ByteCycles => 10 * Math.Max(registers[Divider / 4] & 0xFFFFul, 16) * BoardClock.Of(machine).Hertz / rcc.BusHertz(secondBus);

        private bool MaySend => (registers[Control1 / 4] & (On | Sends)) == (On | Sends);

        private int waiting; // bytes in the shift register and TDR
        private int looks; // at the status, since something was written
        private ulong leaves; // when the byte under way is out
        private Stm32h7DmaStream stream; // under way: with this buffer, since this cycle, so many a byte
        private byte[] buffer;
        private ulong begun;
        private ulong each;
        private readonly Queue<byte> received = new Queue<byte>();
        private readonly uint[] registers = new uint[0x400 / 4];
        private readonly Stm32h7DmaMux mux;
        private readonly uint request;
        private readonly bool secondBus;
        private readonly Stm32h7Rcc rcc;
        private readonly IMachine machine;

        private const int Fifo = 2;
        private const int ManyLooks = 64;
        private const long Control1 = 0x00;
        private const long Control3 = 0x08;
        private const long Divider = 0x0C;
        private const long Status = 0x1C;
        private const long Clear = 0x20;
        private const long ReceiveData = 0x24;
        private const long TransmitData = 0x28;
        private const uint On = 1;
        private const uint Receives = 1 << 2;
        private const uint Sends = 1 << 3;
        private const uint DmaSends = 1 << 7;
        private const uint Received = 1 << 5;
        private const uint Complete = 1 << 6;
        private const uint Empty = 1 << 7;
        private const uint SenderReady = 1 << 21;
        private const uint ReceiverReady = 1 << 22;
    }
}
