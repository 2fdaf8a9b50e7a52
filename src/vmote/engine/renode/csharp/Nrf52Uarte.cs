// SPDX-License-Identifier: Apache-2.0
//
// Renode's UARTE of the nRF52840 with the time that sending takes (nRF52840 Product Specification v1.8, 6.34): Renode
// sends a whole buffer in no time, so that firmware never waits for its console. The buffer leaves, and ENDTX comes,
// when the last byte would be on the wire; until then the firmware must leave the buffer alone, as on the real part.
// Its interrupts are its own: Renode's enables them at the end of a time quantum only.
using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Vmote;

namespace Antmicro.Renode.Peripherals.UART
{
    public class Nrf52Uarte : NRF52840_UART, IDoubleWordPeripheral
    {
        public Nrf52Uarte(IMachine machine) : base(machine, easyDMA: true)
        {
            this.machine = machine;
            interrupts = new Nrf52Interrupts(Interrupt, eventNumbers, base.ReadDoubleWord);
        }

        public override void Reset()
        {
            base.Reset();
            interrupts.Reset();
            BoardClock.Of(machine).Cancel(ref sending);
        }

        public new uint ReadDoubleWord(long offset)
        {
            switch(offset)
            {
            case EndTransmit:
                Polling.LetTimePass(machine, sent);
                break;
            case Nrf52Interrupts.Set:
            case Nrf52Interrupts.Clear:
                return interrupts.Enabled;
            }
            return base.ReadDoubleWord(offset);
        }

        public new void WriteDoubleWord(long offset, uint value)
        {
            switch(offset)
            {
            case PinRts:
            case PinTxd:
            case PinCts:
            case PinRxd:
                return; // how the pins are routed does not matter here
            case StartTransmit when(value & 1) != 0:
                var clock = BoardClock.Of(machine);
                clock.Cancel(ref sending);
                sending = clock.After(SendingCycles(clock), () =>
                {
                    sending = null;
                    base.WriteDoubleWord(StartTransmit, 1);
                    interrupts.Update();
                });
                sent = clock.ToNanoseconds(sending.Cycle);
                return;
            case StopTransmit:
                BoardClock.Of(machine).Cancel(ref sending);
                break;
            case Nrf52Interrupts.Set:
            case Nrf52Interrupts.Clear:
                interrupts.Write(offset, value);
                return;
            }
            base.WriteDoubleWord(offset, value);
            interrupts.Update();
        }

        public GPIO Interrupt { get; } = new GPIO(); // instead of the IRQ of the base

        protected override void CharWritten()
        {
            base.CharWritten();
            interrupts.Update();
        }

        // Ten bits a byte: start, eight, stop. The rate is a fraction of 16 MHz.
        private ulong SendingCycles(BoardClock clock)
        {
            ulong rate = System.Math.Max(base.ReadDoubleWord(BaudRateRegister), 0x00004000u);
            return base.ReadDoubleWord(TransmitCount) * (((10 * (clock.Hertz / 16000000) << 32) + rate - 1) / rate);
        }

        private ulong sent;
        private Appointment sending;
        private readonly IMachine machine;
        private readonly Nrf52Interrupts interrupts;

        // RXDRDY, ENDRX, TXDRDY, ENDTX, RXTO, RXSTARTED, TXSTARTED, TXSTOPPED
        private static readonly int[] eventNumbers = { 2, 4, 7, 8, 17, 19, 20, 22 };

        private const long StartTransmit = 0x008;
        private const long StopTransmit = 0x00C;
        private const long EndTransmit = 0x120;
        private const long PinRts = 0x508;
        private const long PinTxd = 0x50C;
        private const long PinCts = 0x510;
        private const long PinRxd = 0x514;
        private const long BaudRateRegister = 0x524;
        private const long TransmitCount = 0x548;
    }
}
