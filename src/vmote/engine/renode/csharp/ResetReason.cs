// SPDX-License-Identifier: Apache-2.0
//
// Why a board was reset last, for the register that tells. Renode resets a machine without saying why.
using System.Runtime.CompilerServices;

using Antmicro.Renode.Core;

namespace Antmicro.Renode.Vmote
{
    public sealed class ResetReason
    {
        public static ResetReason Of(IMachine machine) => all.GetValue(machine, key => new ResetReason(key));

        // Said by who is about to reset the board. The firmware itself, which is everybody else, says nothing.
        public void Announce(Reason reason)
        {
            announced = reason;
        }

        public Reason Take()
        {
            var reason = announced ?? (machine.ElapsedVirtualTime.TimeElapsed.Ticks == 0 ? Reason.PowerOn : Reason.Request);
            announced = null;
            return reason;
        }

        public enum Reason
        {
            PowerOn,
            Watchdog,
            Request,
        }

        private ResetReason(IMachine machine)
        {
            this.machine = machine;
        }

        private Reason? announced;
        private readonly IMachine machine;

        private static readonly ConditionalWeakTable<IMachine, ResetReason> all = new ConditionalWeakTable<IMachine, ResetReason>();
    }
}
