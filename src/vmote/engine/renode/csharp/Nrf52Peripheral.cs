// SPDX-License-Identifier: Apache-2.0
//
// What the peripherals of the nRF52840 share (Product Specification v1.8, 6.1): tasks are words below 0x100, events those from
// 0x100 on; shortcuts from events to tasks, interrupts, and PPI, which hears of every event.
using System;
using System.Linq;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.Miscellaneous;

namespace Antmicro.Renode.Vmote
{
    public abstract class Nrf52Peripheral : IDoubleWordPeripheral, IKnownSize, INRFEventProvider
    {
        public virtual void Reset()
        {
            Array.Clear(registers, 0, registers.Length);
            interrupts.Reset();
        }

        public uint ReadDoubleWord(long offset)
        {
            switch(offset)
            {
            case Nrf52Interrupts.Enable:
            case Nrf52Interrupts.Set:
            case Nrf52Interrupts.Clear:
                return interrupts.Enabled;
            }
            return offset < TaskEnd ? 0 : Read(offset);
        }

        public void WriteDoubleWord(long offset, uint value)
        {
            if(offset < TaskEnd)
            {
                if((value & 1) != 0)
                {
                    Do(offset);
                }
                return;
            }
            if(offset < EventEnd)
            {
                registers[offset / 4] = value & 1;
                interrupts.Update();
                EventWritten(offset);
                return;
            }
            switch(offset)
            {
            case Nrf52Interrupts.Enable:
            case Nrf52Interrupts.Set:
            case Nrf52Interrupts.Clear:
                interrupts.Write(offset, value);
                InterruptsChanged();
                return;
            }
            Write(offset, value);
        }

        public GPIO IRQ { get; } = new GPIO();

        public long Size => 0x1000;

        public event Action<uint> EventTriggered;

        protected Nrf52Peripheral(IMachine machine)
        {
            this.machine = machine;
            interrupts = new Nrf52Interrupts(IRQ, Enumerable.Range(0, 32), offset => registers[offset / 4]);
        }

        // Carries out the task whose register is at this offset.
        protected abstract void Do(long task);

        protected virtual uint Read(long offset) => registers[offset / 4];

        protected virtual void Write(long offset, uint value)
        {
            registers[offset / 4] = value;
        }

        protected virtual void EventWritten(long offset)
        {
        }

        protected virtual void InterruptsChanged()
        {
        }

        // The bit of SHORTS, the event, the task.
        protected virtual (int Bit, long Event, long Task)[] Shortcuts => none;

        protected void Raise(long offset)
        {
            registers[offset / 4] = 1;
            interrupts.Update();
            foreach(var shortcut in Shortcuts)
            {
                if(shortcut.Event == offset && (registers[ShortcutRegister / 4] & 1u << shortcut.Bit) != 0)
                {
                    Do(shortcut.Task);
                }
            }
            EventTriggered?.Invoke((uint)offset);
        }

        protected bool Interrupts(long offset) => (interrupts.Enabled & 1u << (int)((offset - TaskEnd) / 4)) != 0;

        // Whether PPI may be waiting for one of its events.
        protected bool Heard => EventTriggered != null;

        protected BoardClock Clock => BoardClock.Of(machine);

        protected readonly uint[] registers = new uint[0x1000 / 4];
        protected readonly IMachine machine;

        protected const long TaskEnd = 0x100;
        protected const long EventEnd = 0x180;
        protected const long ShortcutRegister = 0x200;

        private readonly Nrf52Interrupts interrupts;

        private static readonly (int, long, long)[] none = { };
    }
}
