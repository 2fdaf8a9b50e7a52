// SPDX-License-Identifier: Apache-2.0
//
// PPI of the nRF52840 (Product Specification v1.8, 6.16): events of one peripheral carry out tasks of another, at once.
// Renode's own does so at the end of a time quantum.
using System;
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals.Bus;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Nrf52Ppi : IDoubleWordPeripheral, IKnownSize
    {
        public Nrf52Ppi(IMachine machine)
        {
            this.machine = machine;
        }

        public void Reset()
        {
            Array.Clear(registers, 0, registers.Length);
            enabled = 0;
        }

        public uint ReadDoubleWord(long offset)
        {
            return offset >= Enable && offset <= EnableClear ? enabled : registers[offset / 4];
        }

        public void WriteDoubleWord(long offset, uint value)
        {
            if(offset < 8 * Groups)
            {
                var group = registers[(Group0 + offset / 8 * 4) / 4];
                if((value & 1) != 0)
                {
                    Choose((offset & 4) == 0 ? enabled | group : enabled & ~group);
                }
                return;
            }
            switch(offset)
            {
            case Enable:
                Choose(value);
                return;
            case EnableSet:
                Choose(enabled | value);
                return;
            case EnableClear:
                Choose(enabled & ~value);
                return;
            }
            registers[offset / 4] = value;
            if(offset >= Channel0 && offset < Channel0 + 8 * FirstFixed && (offset - Channel0) % 8 == 0)
            {
                Listen(value);
            }
        }

        public long Size => 0x1000;

        private void Choose(uint value)
        {
            enabled = value;
            for(var n = FirstFixed; n < Channels; n++)
            {
                if((enabled & 1u << n) != 0)
                {
                    Listen(EventOf(n));
                }
            }
        }

        private void Listen(uint address)
        {
            var page = address & ~0xFFFu;
            if(address == 0 || !heard.Add(page))
            {
                return;
            }
            if(machine.SystemBus.WhatPeripheralIsAt(page) is INRFEventProvider provider)
            {
                provider.EventTriggered += offset => Happened(page + offset);
            }
            else
            {
                this.Log(LogLevel.Warning, "Events at 0x{0:X} are not implemented: none of them reaches a task", page);
            }
        }

        private void Happened(uint address)
        {
            for(var n = 0; n < Channels; n++)
            {
                if((enabled & 1u << n) == 0 || EventOf(n) != address)
                {
                    continue;
                }
                foreach(var task in new[] { TaskOf(n), registers[Fork0 / 4 + n] })
                {
                    if(task != 0)
                    {
                        machine.SystemBus.WriteDoubleWord(task, 1);
                    }
                }
            }
        }

        private uint EventOf(int n) => n < FirstFixed ? registers[Channel0 / 4 + 2 * n] : wired[n - FirstFixed].Item1;

        private uint TaskOf(int n) => n < FirstFixed ? registers[Channel0 / 4 + 2 * n + 1] : wired[n - FirstFixed].Item2;

        private uint enabled;
        private readonly uint[] registers = new uint[0x1000 / 4];
        private readonly HashSet<uint> heard = new HashSet<uint>(); // pages
        private readonly IMachine machine;

        // Channels that are wired for good (6.16.1): event, task.
        private static readonly (uint, uint)[] wired =
        {
            (0x40008140, 0x40001000), (0x40008140, 0x40001004), (0x40008144, 0x40001010), (0x40001128, 0x4000F000),
            (0x40001100, 0x4000F000), (0x40001104, 0x4000F004), (0x40001104, 0x40008044), (0x4000110C, 0x40008048),
            (0x4000B140, 0x40001000), (0x4000B140, 0x40001004), (0x4000B140, 0x4000800C), (0x4000B140, 0x40008000),
        };

        private const int Groups = 6;
        private const int FirstFixed = 20;
        private const int Channels = 32;
        private const long Enable = 0x500;
        private const long EnableSet = 0x504;
        private const long EnableClear = 0x508;
        private const long Channel0 = 0x510;
        private const long Group0 = 0x800;
        private const long Fork0 = 0x910;
    }
}
