// SPDX-License-Identifier: Apache-2.0
//
// Renode's CLOCK of the nRF52840 with the time its oscillators take to start (nRF52840 Product Specification v1.8,
// 5.4.4): Renode starts them at once, and everything that the firmware does afterwards would come too early.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Nrf52Clock : IDoubleWordPeripheral, IKnownSize
    {
        public Nrf52Clock(IMachine machine)
        {
            this.machine = machine;
            registers = new NRF_CLOCK(machine);
        }

        public void Reset()
        {
            registers.Reset();
            fastRuns = slowStarted = SlowRuns = false;
            fastDue = slowDue = 0;
            fast = slowRc = slowCrystal = null; // the clock forgets what was due
        }

        public uint ReadDoubleWord(long offset)
        {
            switch(offset)
            {
            case FastStarted:
            case FastStatus:
                Polling.LetTimePass(machine, fastDue);
                break;
            case SlowStarted:
            case SlowStatus:
                Polling.LetTimePass(machine, slowDue);
                break;
            }
            return registers.ReadDoubleWord(offset);
        }

        public void WriteDoubleWord(long offset, uint value)
        {
            switch(offset)
            {
            case StartFast when(value & 1) != 0 && !fastRuns:
                fastDue = After(ref fast, FastCrystal, () =>
                {
                    fastRuns = true;
                    registers.WriteDoubleWord(StartFast, 1);
                });
                return;
            case StartSlow when(value & 1) != 0 && !slowStarted:
                slowStarted = true;
                // Until a crystal is up the RC oscillator stands in for it (5.4.2)
                After(ref slowRc, SlowRc, () => SetSlow(true));
                slowDue = After(ref slowCrystal, (registers.ReadDoubleWord(SlowSource) & 3) == 0 ? SlowRc : SlowCrystal,
                    () => registers.WriteDoubleWord(StartSlow, 1));
                return;
            case StopFast:
                fastRuns = false;
                BoardClock.Of(machine).Cancel(ref fast);
                break;
            case StopSlow:
                slowStarted = false;
                BoardClock.Of(machine).Cancel(ref slowRc);
                BoardClock.Of(machine).Cancel(ref slowCrystal);
                SetSlow(false);
                break;
            }
            registers.WriteDoubleWord(offset, value);
        }

        public GPIO IRQ => registers.IRQ;

        public long Size => registers.Size;

        // Whether the 32 kHz clock ticks, by whichever oscillator.
        public bool SlowRuns { get; private set; }

        public event Action SlowChanged;

        private void SetSlow(bool runs)
        {
            SlowRuns = runs;
            SlowChanged?.Invoke();
        }

        private ulong After(ref Appointment appointment, ulong microseconds, Action then)
        {
            var clock = BoardClock.Of(machine);
            clock.Cancel(ref appointment);
            appointment = clock.AfterNanoseconds(microseconds * 1000, then);
            return clock.ToNanoseconds(appointment.Cycle);
        }

        private readonly NRF_CLOCK registers;
        private readonly IMachine machine;
        private bool fastRuns;
        private bool slowStarted;
        private ulong fastDue;
        private ulong slowDue;
        private Appointment fast;
        private Appointment slowRc;
        private Appointment slowCrystal;

        private const long StartFast = 0x000;
        private const long StopFast = 0x004;
        private const long StartSlow = 0x008;
        private const long StopSlow = 0x00C;
        private const long FastStarted = 0x100;
        private const long SlowStarted = 0x104;
        private const long FastStatus = 0x40C;
        private const long SlowStatus = 0x418;
        private const long SlowSource = 0x518;
        private const ulong FastCrystal = 360; // us, 5.4.4.1, typical
        private const ulong SlowCrystal = 250000; // 5.4.4.2, typical
        private const ulong SlowRc = 600; // 5.4.4.3, typical
    }
}
