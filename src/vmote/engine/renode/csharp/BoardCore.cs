// SPDX-License-Identifier: Apache-2.0
//
// Renode's Cortex-M with two things more. WFI does not sleep while an interrupt is pending, though masked by PRIMASK
// (ARMv7-M Architecture Reference Manual DDI 0403E, B1.5.18): Renode sleeps to the next timer event. And it tells how many
// instructions of the block under way were begun, which Renode knows and offers to nobody.
using System;
using System.Reflection;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.IRQControllers;

namespace Antmicro.Renode.Peripherals.CPU
{
    public class BoardCore : CortexM
    {
        public BoardCore(string cpuType, IMachine machine, NVIC nvic, uint numberOfMPURegions = 8) : base(cpuType, machine, nvic, numberOfMPURegions: numberOfMPURegions)
        {
            interrupts = nvic;
            placeInBlock = typeof(TranslationCPU).GetField("TlibRestoreContext", BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(this) as Func<int>;
        }

        // Ask within a register access only.
        public int PlaceInBlock => Math.Max(0, placeInBlock?.Invoke() ?? 0);

        protected override bool ExecutionFinished(ExecutionResult result)
        {
            neverWaitForInterrupt = result == ExecutionResult.WaitingForInterrupt && interrupts.MaskedInterruptPresent;
            return base.ExecutionFinished(result);
        }

        private readonly NVIC interrupts;
        private readonly Func<int> placeInBlock;
    }
}
