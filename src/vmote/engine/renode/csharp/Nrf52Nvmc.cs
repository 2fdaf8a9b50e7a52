// SPDX-License-Identifier: Apache-2.0
//
// NVMC of the nRF52840 (Product Specification v1.8, 4.3), the flash controller, which Renode lacks: erasing, and UICR. A store
// into flash is a store into memory in Renode, allowed or not.
using System;
using System.Linq;

using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.Memory;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    public class Nrf52Nvmc : Nrf52Peripheral
    {
        public Nrf52Nvmc(IMachine machine, MappedMemory flash, Nrf52Uicr uicr) : base(machine)
        {
            this.flash = flash;
            this.uicr = uicr;
            uicr.Written = (word, value) =>
            {
                if(registers[Configuration / 4] == Writes)
                {
                    uicr.Words[word] &= value;
                    BeBusy(WriteTime);
                }
            };
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            registers[Ready / 4] = registers[ReadyNext / 4] = 1;
            registers[PartialConfiguration / 4] = 0xA;
        }

        protected override void Do(long task)
        {
            // it has none
        }

        protected override void Write(long offset, uint value)
        {
            switch(offset)
            {
            case Ready:
            case ReadyNext:
                return;
            case ErasePage:
            case ErasePageOld:
            case ErasePartially:
                Erase(value & ~(Page - 1), Page);
                return;
            case EraseAll when value == 1:
                Erase(0, (uint)flash.Size);
                EraseUicr();
                return;
            case EraseUicrTask when value == 1:
                EraseUicr();
                return;
            }
            registers[offset / 4] = value;
        }

        private void Erase(uint address, uint size)
        {
            if(registers[Configuration / 4] == Erases && address + size <= flash.Size)
            {
                flash.WriteBytes(address, Enumerable.Repeat((byte)0xFF, (int)size).ToArray(), 0, (int)size);
                BeBusy(EraseTime);
            }
        }

        private void EraseUicr()
        {
            if(registers[Configuration / 4] == Erases)
            {
                for(var n = 0; n < uicr.Words.Length; n++)
                {
                    uicr.Words[n] = uint.MaxValue;
                }
            }
        }

        private void BeBusy(ulong microseconds)
        {
            registers[Ready / 4] = 0;
            Clock.AfterNanoseconds(microseconds * 1000, () => registers[Ready / 4] = 1);
        }

        private readonly MappedMemory flash;
        private readonly Nrf52Uicr uicr;

        private const uint Page = 4096;
        private const uint Writes = 1;
        private const uint Erases = 2;
        private const ulong WriteTime = 41; // us, 4.3.9
        private const ulong EraseTime = 85000;
        private const long Ready = 0x400;
        private const long ReadyNext = 0x408;
        private const long Configuration = 0x504;
        private const long ErasePage = 0x508;
        private const long EraseAll = 0x50C;
        private const long ErasePageOld = 0x510;
        private const long EraseUicrTask = 0x514;
        private const long ErasePartially = 0x518;
        private const long PartialConfiguration = 0x51C;
    }

    // UICR (4.5), which outlives resets. PSELRESET is programmed, as a board leaves its factory.
    public class Nrf52Uicr : IDoubleWordPeripheral, IKnownSize
    {
        public Nrf52Uicr(IMachine machine)
        {
            for(var n = 0; n < Words.Length; n++)
            {
                Words[n] = uint.MaxValue;
            }
            Words[0x200 / 4] = Words[0x204 / 4] = ResetPin;
        }

        public void Reset()
        {
        }

        public uint ReadDoubleWord(long offset) => Words[offset / 4];

        public void WriteDoubleWord(long offset, uint value)
        {
            Written?.Invoke(offset / 4, value);
        }

        public long Size => 0x1000;

        public uint[] Words { get; } = new uint[0x1000 / 4];

        public Action<long, uint> Written { get; set; }

        private const uint ResetPin = 18;
    }
}
