// SPDX-License-Identifier: Apache-2.0
//
// Renode's UARTE of the nRF52840 with the time that sending takes (nRF52840 Product Specification v1.8, 6.34): Renode
// sends a whole buffer in no time, so that firmware never waits for its console. The buffer leaves, and ENDTX comes,
// when the last byte would be on the wire; until then the firmware must leave the buffer alone, as on the real part.
using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Time;

namespace Antmicro.Renode.Peripherals.UART
{
    public class Nrf52Uarte : NRF52840_UART, IDoubleWordPeripheral
    {
        public Nrf52Uarte(IMachine machine) : base(machine, easyDMA: true)
        {
            this.machine = machine;
        }

        public override void Reset()
        {
            base.Reset();
            epoch++;
        }

        public new uint ReadDoubleWord(long offset)
        {
            if(offset == EndTransmit)
            {
                Polling.LetTimePass(machine, sent);
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
                var asked = epoch;
                var duration = SendingTime;
                machine.ScheduleAction(TimeInterval.FromNanoseconds(duration), _ =>
                {
                    if(asked == epoch)
                    {
                        base.WriteDoubleWord(StartTransmit, 1);
                    }
                });
                sent = machine.ElapsedVirtualTime.TimeElapsed.TotalNanoseconds + duration;
                return;
            case StopTransmit:
                epoch++;
                break;
            }
            base.WriteDoubleWord(offset, value);
        }

        // Ten bits a byte: start, eight, stop. The rate is a fraction of 16 MHz.
        private ulong SendingTime
        {
            get
            {
                var rate = System.Math.Max(base.ReadDoubleWord(BaudRateRegister), 0x00004000u) * 16000000.0 / 4294967296.0;
                return (ulong)(base.ReadDoubleWord(TransmitCount) * 10 * 1e9 / rate);
            }
        }

        private ulong sent;
        private int epoch; // what was started before a stop or a reset is not sent
        private readonly IMachine machine;

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
