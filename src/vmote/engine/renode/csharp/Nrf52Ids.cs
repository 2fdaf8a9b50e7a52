// SPDX-License-Identifier: Apache-2.0
//
// FICR of the nRF52840 (Product Specification v1.8, 4.4): what the factory wrote. Renode has only what a platform tags.
using System;
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Nrf52Ids : IDoubleWordPeripheral, IKnownSize
    {
        public Nrf52Ids(IMachine machine)
        {
        }

        public void Reset()
        {
            // written for good
        }

        public uint ReadDoubleWord(long offset) => words.TryGetValue(offset, out var value) ? value : uint.MaxValue;

        public void WriteDoubleWord(long offset, uint value)
        {
            // likewise
        }

        public long Size => 0x1000;

        private static readonly Dictionary<long, uint> words = new Dictionary<long, uint>
        {
            { 0x010, 4096 }, { 0x014, 256 }, // CODEPAGESIZE, CODESIZE
            { 0x060, 0x766D6F74 }, { 0x064, 0x00000001 }, // DEVICEID
            { 0x0A0, 1 }, { 0x0A4, 0x6D6F7465 }, { 0x0A8, 0x0000C076 }, // DEVICEADDRTYPE, DEVICEADDR
            { 0x100, 0x00052840 }, { 0x104, 0x41414430 }, { 0x108, 0x2004 }, { 0x10C, 256 }, { 0x110, 1024 }, // INFO
            { 0x130, 8 }, { 0x134, 0 }, // the revision, as errata work-arounds of the vendor's start-up code read it
            { 0x350, 0xBB42319F }, { 0x354, 0xBB42319F }, { 0x358, 0xBB42319F }, // PRODTEST: done
            // TEMP: slopes, offsets and segment ends, the typical values (4.4.1.33 and following)
            { 0x404, 0x320 }, { 0x408, 0x343 }, { 0x40C, 0x35D }, { 0x410, 0x400 }, { 0x414, 0x452 }, { 0x418, 0x37B },
            { 0x41C, 0x3FCC }, { 0x420, 0x3F98 }, { 0x424, 0x3F98 }, { 0x428, 0x0012 }, { 0x42C, 0x004D }, { 0x430, 0x3E10 },
            { 0x434, 0xE2 }, { 0x438, 0x00 }, { 0x43C, 0x14 }, { 0x440, 0x19 }, { 0x444, 0x50 },
        };
    }
}
