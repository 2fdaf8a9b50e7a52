// SPDX-License-Identifier: Apache-2.0
//
// DMA1, DMA2 and their request multiplexer (RM0399 rev 4, sections 16 and 18): a peripheral hands over a whole buffer, or
// half of one, at once. Renode's STM32DMA knows requests for single items only, and no half-transfer interrupt by them.
using System;
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals.Bus;

namespace Antmicro.Renode.Peripherals.DMA
{
    public class Stm32h7Dma : IDoubleWordPeripheral, IKnownSize, INumberedGPIOOutput
    {
        public Stm32h7Dma(IMachine machine, Stm32h7DmaMux mux, int firstChannel)
        {
            this.machine = machine;
            this.mux = mux;
            this.firstChannel = firstChannel;
            var lines = new Dictionary<int, IGPIO>();
            for(var n = 0; n < Streams; n++)
            {
                lines[n] = new GPIO();
                mux.Connect(firstChannel + n, new Stm32h7DmaStream(this, n));
            }
            Connections = lines;
        }

        public void Reset()
        {
            Array.Clear(registers, 0, registers.Length);
            Array.Clear(counts, 0, counts.Length);
            foreach(var line in Connections.Values)
            {
                line.Unset();
            }
        }

        public uint ReadDoubleWord(long offset) => registers[offset / 4];

        public void WriteDoubleWord(long offset, uint value)
        {
            switch(offset)
            {
            case 0x0:
            case 0x4:
                return; // flags
            case 0x8:
            case 0xC:
                var half = (int)(offset - 8) / 4;
                registers[half] &= ~value;
                for(var n = 4 * half; n < 4 * half + 4; n++)
                {
                    UpdateLine(n);
                }
                return;
            }
            var was = registers[offset / 4];
            registers[offset / 4] = value;
            if(offset < 0x10 || (offset - 0x10) % 0x18 != 0 || offset >= 0x10 + 0x18 * Streams)
            {
                return;
            }
            var stream = (int)(offset - 0x10) / 0x18;
            if((value & Enable) != 0 && (was & Enable) == 0)
            {
                counts[stream] = Word(stream, 4) & 0xFFFF;
                mux.Enabled(firstChannel + stream);
            }
            UpdateLine(stream);
        }

        public IReadOnlyDictionary<int, IGPIO> Connections { get; }

        public long Size => 0x400;

        public uint Word(int stream, int offset) => registers[(0x10 + 0x18 * stream + offset) / 4];

        public uint Count(int stream) => counts[stream];

        public IBusController Bus => machine.SystemBus;

        public void Flag(int stream, uint bits)
        {
            registers[stream / 4] |= bits << shifts[stream % 4];
            if((bits & (Stm32h7DmaStream.Done | Stm32h7DmaStream.Failed)) != 0 && (Word(stream, 0) & Circular) == 0)
            {
                registers[(0x10 + 0x18 * stream) / 4] &= ~Enable;
                registers[(0x14 + 0x18 * stream) / 4] = 0;
            }
            UpdateLine(stream);
        }

        private void UpdateLine(int stream)
        {
            var flags = registers[stream / 4] >> shifts[stream % 4];
            var control = Word(stream, 0);
            Connections[stream].Set(((control & 1 << 4) != 0 && (flags & Stm32h7DmaStream.Done) != 0)
                || ((control & 1 << 3) != 0 && (flags & Stm32h7DmaStream.Half) != 0)
                || ((control & 1 << 2) != 0 && (flags & Stm32h7DmaStream.Failed) != 0));
        }

        private readonly uint[] registers = new uint[0x400 / 4];
        private readonly uint[] counts = new uint[Streams];
        private readonly Stm32h7DmaMux mux;
        private readonly int firstChannel;
        private readonly IMachine machine;

        private static readonly int[] shifts = { 0, 6, 16, 22 }; // of streams 0 to 3 in LISR, of 4 to 7 in HISR: 16.5.1

        private const int Streams = 8;
        private const uint Enable = 1;
        private const uint Circular = 1 << 8;
    }

    // One stream, as a peripheral meets it.
    public class Stm32h7DmaStream
    {
        public Stm32h7DmaStream(Stm32h7Dma dma, int number)
        {
            this.dma = dma;
            this.number = number;
        }

        public bool Enabled => (dma.Word(number, 0) & 1) != 0;

        public bool Circular => (dma.Word(number, 0) & 1 << 8) != 0;

        public uint Count => dma.Count(number);

        public int ItemBytes => 1 << (int)(dma.Word(number, 0) >> 13 & 3); // MSIZE

        public byte[] Read(uint first, uint items) => Reaches() ? dma.Bus.ReadBytes(Address + first * (ulong)ItemBytes, (int)items * ItemBytes) : null;

        public bool Write(uint first, byte[] data)
        {
            if(!Reaches())
            {
                return false;
            }
            dma.Bus.WriteBytes(data, Address + first * (ulong)ItemBytes);
            return true;
        }

        public void Flag(uint bits) => dma.Flag(number, bits);

        // Only MDMA reaches the tightly coupled memories (2.1).
        private bool Reaches()
        {
            if(Address >= 0x24000000 && Address < 0x40000000)
            {
                return true;
            }
            dma.Log(LogLevel.Warning, "0x{0:X8} is out of reach: no RAM, or tightly coupled", Address);
            Flag(Failed);
            return false;
        }

        private ulong Address => dma.Word(number, 0xC);

        private readonly Stm32h7Dma dma;
        private readonly int number;

        public const uint Done = 1 << 5;
        public const uint Half = 1 << 4;
        public const uint Failed = 1 << 3;
    }

    // DMAMUX1: which peripheral's requests reach which stream.
    public class Stm32h7DmaMux : IDoubleWordPeripheral, IKnownSize
    {
        public Stm32h7DmaMux(IMachine machine)
        {
        }

        public void Reset()
        {
            Array.Clear(registers, 0, registers.Length);
        }

        public uint ReadDoubleWord(long offset) => registers[offset / 4];

        public void WriteDoubleWord(long offset, uint value)
        {
            registers[offset / 4] = value;
        }

        public long Size => 0x400;

        public void Connect(int channel, Stm32h7DmaStream stream) => streams[channel] = stream;

        // Be told when a stream begins to wait for a request.
        public void Serve(uint request, Action begin) => served[request] = begin;

        public void Enabled(int channel)
        {
            if(served.TryGetValue(registers[channel] & 0x7F, out var begin))
            {
                begin();
            }
        }

        // The stream that waits for a request, or null.
        public Stm32h7DmaStream Stream(uint request)
        {
            foreach(var pair in streams)
            {
                if((registers[pair.Key] & 0x7F) == request && pair.Value.Enabled)
                {
                    return pair.Value;
                }
            }
            return null;
        }

        private readonly uint[] registers = new uint[0x400 / 4];
        private readonly SortedDictionary<int, Stm32h7DmaStream> streams = new SortedDictionary<int, Stm32h7DmaStream>();
        private readonly Dictionary<uint, Action> served = new Dictionary<uint, Action>();
    }
}
