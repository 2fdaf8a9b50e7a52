// SPDX-License-Identifier: Apache-2.0
//
// Renode's Cortex-M with four things more. WFI does not sleep while an interrupt is pending, though masked by PRIMASK
// (ARMv7-M Architecture Reference Manual DDI 0403E, B1.5.18): Renode sleeps to the next timer event. WFE does not sleep
// after an event (the same section): Renode's sleeps past SEV, and past exceptions. An interrupt that becomes pending and
// is masked by BASEPRI before Renode takes it stays pending: Renode jumps to the vector of an exception 528, which is
// anything. And it tells how many instructions of the block under way were begun, which Renode knows and offers to nobody.
using System;
using System.Reflection;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.IRQControllers;
using Antmicro.Renode.Utilities.Binding;

namespace Antmicro.Renode.Peripherals.CPU
{
    public class BoardCore : CortexM
    {
        public BoardCore(string cpuType, IMachine machine, BoardNvic nvic, uint numberOfMPURegions = 8) : base(cpuType, machine, nvic, numberOfMPURegions: numberOfMPURegions)
        {
            interrupts = nvic;
            placeInBlock = typeof(TranslationCPU).GetField("TlibRestoreContext", BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(this) as Func<int>;
            isBuilt = true;
            nvic.Pended += Happened;
        }

        // Ask within a register access only.
        public int PlaceInBlock => Math.Max(0, placeInBlock?.Invoke() ?? 0);

        // The NVIC's line falls when an exception is taken: that is an event too.
        public override void OnGPIO(int number, bool value)
        {
            base.OnGPIO(number, value);
            if(isBuilt)
            {
                Happened();
            }
        }

        protected override bool ExecutionFinished(ExecutionResult result)
        {
            neverWaitForInterrupt = result == ExecutionResult.WaitingForInterrupt && (interrupts.MaskedInterruptPresent || PassesWfe());
            return base.ExecutionFinished(result);
        }

        private bool PassesWfe()
        {
            if(!happened || Bus.ReadWord(PC.RawValue - 2, this) != WaitForEvent)
            {
                return false;
            }
            happened = false;
            return true;
        }

        // Sets the event register, Renode's and what is known of it here.
        private void Happened()
        {
            happened = true;
            SetEventFlag(true);
        }

        // In place of the one of Arm, which tells nobody.
        [Export]
        private void SetSystemEvent(int value)
        {
            happened = value != 0;
            SetEventFlag(happened);
        }

        // In place of the one of CortexM, which leaves the core's interrupt line as it was.
        [Export]
        private void OnBASEPRIWrite(int value, uint secure)
        {
            interrupts.BASEPRI_NS = (byte)value;
            if(!interrupts.MaskedInterruptPresent)
            {
                interrupts.IRQ.Unset();
            }
        }

        private bool happened; // since the last WFE
        private readonly bool isBuilt;
        private readonly BoardNvic interrupts;
        private readonly Func<int> placeInBlock;

        private const ushort WaitForEvent = 0xBF20;
    }
}
