// SPDX-License-Identifier: Apache-2.0
//
// The cycle counter of a Cortex-M (ARMv7-M Architecture Reference Manual DDI 0403E, C1.8). Renode's DWT derives it from
// virtual time, which is rounded to eight cycles at 64 MHz; this counts instructions, one cycle each, and the cycles
// that the core slept through.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.CPU;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Dwt : IDoubleWordPeripheral, IKnownSize
    {
        public Dwt(IMachine machine, ICPU cpu, ulong megahertz)
        {
            this.machine = machine;
            this.cpu = cpu;
            this.megahertz = megahertz;
            Reset();
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
                Advance();
                return value;
            default:
                return 0;
            }
        }

        public void WriteDoubleWord(long offset, uint written)
        {
            Advance();
            if(offset == Control)
            {
                enabled = (written & 1) != 0;
            }
            else if(offset == CycleCount)
            {
                value = written;
            }
        }

        public long Size => 0x1000;

        // Count the instructions since the last look; where time passed without them, asleep, count the time. (The CPU's
        // own ElapsedCycles will not do: in Renode 1.16.1 it counts what is left of a microsecond's eighth twice.)
        private void Advance()
        {
            if(cpu.OnPossessedThread)
            {
                cpu.SyncTime();
            }
            var instructions = cpu.ExecutedInstructions;
            var cycles = machine.ElapsedVirtualTime.TimeElapsed.TotalNanoseconds * megahertz / 1000;
            var slept = (long)(cycles - lastCycles) - (long)(instructions - lastInstructions);
            if(enabled)
            {
                value += (uint)(Math.Abs(slept) < Grain ? instructions - lastInstructions : cycles - lastCycles);
            }
            lastInstructions = instructions;
            lastCycles = cycles;
        }

        private bool enabled;
        private uint value;
        private ulong lastInstructions;
        private ulong lastCycles;
        private readonly ulong megahertz;
        private readonly ICPU cpu;
        private readonly IMachine machine;

        private const int Grain = 16; // cycles: what virtual time may be off from instructions by its rounding
        private const long Control = 0x000;
        private const long CycleCount = 0x004;
        private const uint NoComparators = 0; // NUMCOMP
    }
}
