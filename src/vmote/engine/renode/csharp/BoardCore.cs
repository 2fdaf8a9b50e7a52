// SPDX-License-Identifier: Apache-2.0
//
// Renode's Cortex-M with four things more. WFI does not sleep while an interrupt is pending, though masked by PRIMASK
// (ARMv7-M Architecture Reference Manual DDI 0403E, B1.5.18): Renode sleeps to the next timer event. WFE does not sleep
// where an exception was entered since the last one (the same section): Renode's sleeps past it. An interrupt that becomes
// pending and is masked by BASEPRI before Renode takes it stays pending: Renode jumps to the vector of an exception 528,
// which is anything. And it tells how many instructions of the block under way were begun, which Renode knows and offers
// to nobody.
using System;
using System.Reflection;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.IRQControllers;
using Antmicro.Renode.Utilities.Binding;

namespace Antmicro.Renode.Peripherals.CPU
{
    public class BoardCore : CortexM
    {
        public BoardCore(string cpuType, IMachine machine, NVIC nvic, uint numberOfMPURegions = 8) : base(cpuType, machine, nvic, numberOfMPURegions: numberOfMPURegions)
        {
            interrupts = nvic;
            placeInBlock = typeof(TranslationCPU).GetField("TlibRestoreContext", BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(this) as Func<int>;
            isBuilt = true;
        }

        // Ask within a register access only.
        public int PlaceInBlock => Math.Max(0, placeInBlock?.Invoke() ?? 0);

        // The NVIC's line rises when an interrupt becomes pending, and falls when it is taken: either is an event.
        public override void OnGPIO(int number, bool value)
        {
            base.OnGPIO(number, value);
            if(isBuilt)
            {
                SetEventFlag(true);
            }
        }

        protected override bool ExecutionFinished(ExecutionResult result)
        {
            neverWaitForInterrupt = result == ExecutionResult.WaitingForInterrupt && interrupts.MaskedInterruptPresent;
            return base.ExecutionFinished(result);
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

        private readonly bool isBuilt;
        private readonly NVIC interrupts;
        private readonly Func<int> placeInBlock;
    }
}
