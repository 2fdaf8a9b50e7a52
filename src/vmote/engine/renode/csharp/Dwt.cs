// SPDX-License-Identifier: Apache-2.0
//
// The cycle counter of a Cortex-M (ARMv7-M Architecture Reference Manual DDI 0403E, C1.8). Renode's DWT derives it from
// virtual time, which is rounded to eight cycles at 64 MHz; this counts each instruction, and what the core slept through.
using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Dwt : IDoubleWordPeripheral, IKnownSize
    {
        public Dwt(IMachine machine)
        {
            this.machine = machine;
        }

        public void Reset()
        {
            enabled = false;
            value = 0;
        }

        public uint ReadDoubleWord(long offset)
        {
            switch(offset)
            {
            case Control:
                return NoComparators | (enabled ? 1u : 0u);
            case CycleCount:
                return enabled ? (uint)(value + BoardClock.Of(machine).Cycle) : (uint)value;
            default:
                return 0;
            }
        }

        public void WriteDoubleWord(long offset, uint written)
        {
            var cycle = BoardClock.Of(machine).Cycle;
            if(offset == Control && enabled != ((written & 1) != 0))
            {
                enabled = !enabled;
                value = enabled ? value - cycle : value + cycle;
            }
            else if(offset == CycleCount)
            {
                value = enabled ? written - cycle : written;
            }
        }

        public long Size => 0x1000;

        private bool enabled;
        private ulong value; // while enabled, what to add to the board's cycles
        private readonly IMachine machine;

        private const long Control = 0x000;
        private const long CycleCount = 0x004;
        private const uint NoComparators = 0; // NUMCOMP
    }
}
