// SPDX-License-Identifier: Apache-2.0
//
// RNG of the nRF52840 (Product Specification v1.8, 6.19), with the time that a number takes: Renode's next one is there at
// once, so that an interrupt handler which takes all there are never returns. A fixed seed: runs can be repeated.
using Antmicro.Renode.Core;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Nrf52Rng : Nrf52Peripheral
    {
        public Nrf52Rng(IMachine machine) : base(machine)
        {
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            step = null; // the clock forgets what was due
            state = Seed;
        }

        protected override void Do(long task)
        {
            if(task == Start && step == null)
            {
                Plan();
            }
            else if(task == Stop)
            {
                Clock.Cancel(ref step);
            }
        }

        protected override void Write(long offset, uint value)
        {
            if(offset != Value)
            {
                base.Write(offset, value);
            }
        }

        protected override (int Bit, long Event, long Task)[] Shortcuts => shortcuts;

        private void Plan()
        {
            step = Clock.AfterNanoseconds((registers[Configuration / 4] & 1) != 0 ? Corrected : Plain, () =>
            {
                // xorshift (Marsaglia, 2003)
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                registers[Value / 4] = state >> 24;
                Plan();
                Raise(Ready);
            });
        }

        private uint state;
        private Appointment step;

        private static readonly (int, long, long)[] shortcuts = { (0, Ready, Stop) };

        private const uint Seed = 52840;
        private const ulong Plain = 30000; // ns, 6.19.5
        private const ulong Corrected = 120000;
        private const long Start = 0x000;
        private const long Stop = 0x004;
        private const long Ready = 0x100;
        private const long Configuration = 0x504;
        private const long Value = 0x508;
    }
}
