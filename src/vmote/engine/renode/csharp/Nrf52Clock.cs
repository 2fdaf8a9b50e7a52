// SPDX-License-Identifier: Apache-2.0
//
// CLOCK and POWER of the nRF52840, which share one page (Product Specification v1.8, 5.3 and 5.4). Renode's oscillators start
// at once, so that everything which the firmware does afterwards would come too early, and it has no POWER.
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Nrf52Clock : Nrf52Peripheral
    {
        public Nrf52Clock(IMachine machine) : base(machine)
        {
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            registers[RamStatus / 4] = 0xF;
            registers[CrystalDebounce / 4] = 0x10;
            for(var n = 0; n < 9; n++)
            {
                registers[RamPower / 4 + 4 * n] = 0xFFFF;
            }
            switch(ResetReason.Of(machine).Take())
            {
            case ResetReason.Reason.Watchdog:
                registers[Reasons / 4] = 1 << 1;
                break;
            case ResetReason.Reason.Request:
                registers[Reasons / 4] = 1 << 2;
                break;
            }
            SlowRuns = false;
            fastDue = slowDue = 0;
            fast = slowRc = slowCrystal = null; // the clock forgets what was due
        }

        // Whether the 32 kHz clock ticks, by whichever oscillator.
        public bool SlowRuns { get; private set; }

        public event Action SlowChanged;

        protected override uint Read(long offset)
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
            return registers[offset / 4];
        }

        protected override void Write(long offset, uint value)
        {
            switch(offset)
            {
            case Reasons:
                registers[offset / 4] &= ~value;
                return;
            case FastRun:
            case FastStatus:
            case SlowRun:
            case SlowStatus:
            case SlowSourceCopy:
            case RamStatus:
            case UsbStatus:
            case MainStatus:
                return;
            case SystemOff when (value & 1) != 0:
                this.Log(LogLevel.Warning, "The firmware entered System OFF, which only a reset or a pin ends");
                return;
            }
            registers[offset / 4] = value;
        }

        protected override void Do(long task)
        {
            switch(task)
            {
            case StartFast:
                StartFastClock();
                break;
            case StopFast:
                registers[FastRun / 4] = registers[FastStatus / 4] = 0;
                break;
            case StartSlow:
                StartSlowClock();
                break;
            case StopSlow:
                registers[SlowRun / 4] = registers[SlowStatus / 4] = 0;
                SetSlow(false);
                break;
            case Calibrate:
                Clock.AfterNanoseconds(Calibration * 1000, () => Raise(Calibrated));
                break;
            case StartCalibrationTimer:
                Raise(CalibrationTimerStarted);
                Clock.AfterNanoseconds((registers[CalibrationInterval / 4] & 0x7F) * 250000000ul, () => Raise(CalibrationTimeout));
                break;
            case StopCalibrationTimer:
                Raise(CalibrationTimerStopped);
                break;
            }
        }

        private void StartFastClock()
        {
            registers[FastRun / 4] = 1;
            if((registers[FastStatus / 4] & Running) != 0)
            {
                Raise(FastStarted);
            }
            else if(fast == null)
            {
                fastDue = After(ref fast, FastCrystal, () =>
                {
                    fast = null;
                    if(registers[FastRun / 4] != 0)
                    {
                        registers[FastStatus / 4] = Running | 1;
                        Raise(FastStarted);
                    }
                });
            }
        }

        private void StartSlowClock()
        {
            var source = registers[SlowSource / 4] & 3;
            registers[SlowRun / 4] = 1;
            registers[SlowSourceCopy / 4] = source;
            if(slowCrystal != null)
            {
                return;
            }
            if(registers[SlowStatus / 4] == (Running | source))
            {
                Raise(SlowStarted);
                return;
            }
            // Until a crystal is up the RC oscillator stands in for it (5.4.2)
            After(ref slowRc, SlowRc, () =>
            {
                slowRc = null;
                if(registers[SlowRun / 4] != 0 && registers[SlowStatus / 4] == 0)
                {
                    registers[SlowStatus / 4] = Running;
                    SetSlow(true);
                }
            });
            slowDue = After(ref slowCrystal, source == 1 ? SlowCrystal : SlowRc, () =>
            {
                slowCrystal = null;
                if(registers[SlowRun / 4] != 0)
                {
                    registers[SlowStatus / 4] = Running | registers[SlowSourceCopy / 4];
                    Raise(SlowStarted);
                }
            });
        }

        private void SetSlow(bool runs)
        {
            SlowRuns = runs;
            SlowChanged?.Invoke();
        }

        private ulong After(ref Appointment appointment, ulong microseconds, Action then)
        {
            Clock.Cancel(ref appointment);
            appointment = Clock.AfterNanoseconds(microseconds * 1000, then);
            return Clock.ToNanoseconds(appointment.Cycle);
        }

        private ulong fastDue;
        private ulong slowDue;
        private Appointment fast;
        private Appointment slowRc;
        private Appointment slowCrystal;

        private const uint Running = 1 << 16;
        private const long StartFast = 0x000;
        private const long StopFast = 0x004;
        private const long StartSlow = 0x008;
        private const long StopSlow = 0x00C;
        private const long Calibrate = 0x010;
        private const long StartCalibrationTimer = 0x014;
        private const long StopCalibrationTimer = 0x018;
        private const long FastStarted = 0x100;
        private const long SlowStarted = 0x104;
        private const long Calibrated = 0x10C;
        private const long CalibrationTimeout = 0x110;
        private const long CalibrationTimerStarted = 0x128;
        private const long CalibrationTimerStopped = 0x12C;
        private const long Reasons = 0x400;
        private const long FastRun = 0x408;
        private const long FastStatus = 0x40C;
        private const long SlowRun = 0x414;
        private const long SlowStatus = 0x418;
        private const long SlowSourceCopy = 0x41C;
        private const long RamStatus = 0x428;
        private const long UsbStatus = 0x438;
        private const long SystemOff = 0x500;
        private const long SlowSource = 0x518;
        private const long CrystalDebounce = 0x528;
        private const long CalibrationInterval = 0x538;
        private const long MainStatus = 0x640;
        private const long RamPower = 0x900;
        private const ulong FastCrystal = 360; // us, 5.4.4.1, typical
        private const ulong SlowCrystal = 250000; // 5.4.4.2, typical
        private const ulong SlowRc = 600; // 5.4.4.3, typical
        private const ulong Calibration = 17000; // 5.4.2.1: 16 to 17 ms
    }
}
