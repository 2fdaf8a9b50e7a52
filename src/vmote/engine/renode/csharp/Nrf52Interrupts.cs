// SPDX-License-Identifier: Apache-2.0
//
// What the peripherals of the nRF52840 have in common (Product Specification v1.8, 6.1): INTEN, INTENSET and INTENCLR, and
// one line for all events. Event n is the register at 0x100 + 4 n, and bit n of INTEN.
using System;
using System.Collections.Generic;
using System.Linq;

using Antmicro.Renode.Core;

namespace Antmicro.Renode.Vmote
{
    public sealed class Nrf52Interrupts
    {
        public Nrf52Interrupts(GPIO line, IEnumerable<int> events, Func<long, uint> read)
        {
            this.line = line;
            this.events = events.ToArray();
            this.read = read;
        }

        public void Reset()
        {
            Enabled = 0;
            line.Unset();
        }

        public void Write(long offset, uint value)
        {
            switch(offset)
            {
            case Enable:
                Enabled = value;
                break;
            case Set:
                Enabled |= value;
                break;
            case Clear:
                Enabled &= ~value;
                break;
            }
            Update();
        }

        public void Update()
        {
            line.Set(events.Any(n => (Enabled & 1u << n) != 0 && read(FirstEvent + 4 * n) != 0));
        }

        public uint Enabled { get; private set; }

        public const long FirstEvent = 0x100;
        public const long Enable = 0x300;
        public const long Set = 0x304;
        public const long Clear = 0x308;

        private readonly GPIO line;
        private readonly int[] events;
        private readonly Func<long, uint> read;
    }
}
