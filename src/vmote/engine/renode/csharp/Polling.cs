// SPDX-License-Identifier: Apache-2.0
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.CPU;
using Antmicro.Renode.Time;

namespace Antmicro.Renode.Peripherals
{
    // Firmware that polls a flag which rises at a known time would cost a call into the model for each look: four million
    // for one crystal. Each look lets virtual time pass instead, but never so long that an interrupt comes late.
    public static class Polling
    {
        public static void LetTimePass(IMachine machine, ulong until)
        {
            if(!machine.SystemBus.TryGetCurrentCPU(out var current) || !(current is BaseCPU cpu))
            {
                return;
            }
            cpu.SyncTime();
            var now = machine.ElapsedVirtualTime.TimeElapsed.TotalNanoseconds;
            if(until > now + Worthwhile)
            {
                cpu.SkipTime(TimeInterval.FromNanoseconds(Math.Min(until - now, Longest)));
            }
        }

        private const ulong Worthwhile = 1000; // ns
        private const ulong Longest = 20000;
    }
}
