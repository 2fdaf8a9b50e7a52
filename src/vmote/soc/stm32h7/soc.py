# SPDX-License-Identifier: Apache-2.0
"""The STM32H747 put together, as its Cortex-M7 sees it: which peripheral lies where (RM 2.3.2)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from vmote.soc.i2c import I2cBus
from vmote.soc.irq import IrqLines
from vmote.soc.peripheral import Peripheral, Register
from vmote.soc.site import Site
from vmote.soc.stm32h7.adc import Adc
from vmote.soc.stm32h7.dma import Dma, DmaMux
from vmote.soc.stm32h7.elsewhere import UNMODELLED
from vmote.soc.stm32h7.exti import Exti
from vmote.soc.stm32h7.flash import Flash
from vmote.soc.stm32h7.gpio import Gpio
from vmote.soc.stm32h7.i2c import I2c
from vmote.soc.stm32h7.power import Dbgmcu, Hsem, Pwr, Syscfg, SystemFlash
from vmote.soc.stm32h7.rcc import Rcc
from vmote.soc.stm32h7.tim import Tim
from vmote.soc.stm32h7.usart import Usart

# Where peripherals can be: an access outside of this is a bus error.
SPACES = (
    (0x40000000, 0x30000), (0x48020000, 0x3000), (0x50000000, 0x4000), (0x51000000, 0x2000), (0x52000000, 0x9000),
    (0x58000000, 0x27000), (0x5C001000, 0x1000), (0x1FF1E000, 0x1000),
)  # fmt: skip
IRQ_LINES = 150  # RM 20.1.1
PRIORITY_BITS = 4  # RM 20.1
SYSTICK_DIVIDER = 8  # RM 21: the reference clock is an eighth of the core's
RESET_FLAGS = {  # RCC_RSR by what caused the reset (RM 9.7.41)
    "power-on": 0x00E80000, "request": 0x01400000, "watchdog": 0x04400000, "brown-out": 0x00E00000,
}  # fmt: skip
PORTS = "ABCDEFGHIJK"
# Name: base, interrupt, bits, on APB2.
TIMERS = {
    "TIM2": (0x40000000, 28, 32, False), "TIM3": (0x40000400, 29, 16, False), "TIM4": (0x40000800, 30, 16, False),
    "TIM5": (0x40000C00, 50, 32, False), "TIM6": (0x40001000, 54, 16, False), "TIM7": (0x40001400, 55, 16, False),
    "TIM15": (0x40014000, 116, 16, True),
}  # fmt: skip
# Number: base, interrupt, DMA request of the sender, on APB2.
USARTS = {
    1: (0x40011000, 37, 42, True), 2: (0x40004400, 38, 44, False), 3: (0x40004800, 39, 46, False),
    4: (0x40004C00, 52, 64, False), 5: (0x40005000, 53, 66, False), 6: (0x40011400, 71, 72, True),
    7: (0x40007800, 82, 80, False), 8: (0x40007C00, 83, 82, False),
}  # fmt: skip
I2CS = {"i2c1": (0x40005400, 31), "i2c2": (0x40005800, 33), "i2c3": (0x40005C00, 72), "i2c4": (0x58001C00, 95)}
ADC_TRIGGERS = {4: "TIM3", 11: "TIM2", 12: "TIM4", 13: "TIM6", 14: "TIM15"}  # RM table 211


class _AdcCommon(Peripheral):
    """Shared by ADC1 and ADC2: stored."""

    size: ClassVar = 0x100
    registers: ClassVar = (Register("CSR", 0, writable=0), Register("CCR", 8), Register("CDR", 0xC, writable=0))


class Stm32h747:
    """One SoC."""

    def __init__(self, site: Site) -> None:
        bus, clock = site.bus, site.clock
        self._bus = bus
        bus.elsewhere = UNMODELLED
        self._microphone = site.microphone
        self._microphone_channel = site.board.wiring.get("adc", {}).get("channel")
        hse_hz = int(site.board.wiring.get("hse", {}).get("hz", 25_000_000))
        self.irqs = irqs = IrqLines()
        self.rcc = rcc = Rcc(0x58024400, bus, clock, RESET_FLAGS[site.reset_reason], site.requests, hse_hz)
        Pwr("PWR", 0x58024800, bus, clock)
        syscfg = Syscfg("SYSCFG", 0x58000400, bus, clock)
        self.flash = Flash(0x52002000, bus, clock, site.memories, site.requests)
        Hsem(0x58026400, bus, clock)
        Dbgmcu("DBGMCU", 0x5C001000, bus, clock)
        SystemFlash("SYSTEM", 0x1FF1E000, bus, clock)
        self.ports = [Gpio(f"GPIO{name}", 0x58020000 + 0x400 * n, bus, clock) for n, name in enumerate(PORTS)]
        self.exti = Exti("EXTI", 0x58000000, bus, clock, irqs, self.ports, syscfg.port_of_line)
        mux = DmaMux(0x40020800, bus, clock)
        mux.controllers = [Dma(n + 1, 0x40020000 + 0x400 * n, bus, clock, irqs, site.memories, mux) for n in range(2)]
        console = int(site.board.wiring["uart"].get("number", 1))
        self.usarts = {
            number: Usart(
                f"{'US' if number in (1, 2, 3, 6) else 'U'}ART{number}", base, bus, clock, rcc, irqs, irq, mux, request,
                site.console if number == console else lambda text: None, second_bus=second,
            )
            for number, (base, irq, request, second) in USARTS.items()
        }  # fmt: skip
        self.console = self.usarts[console]
        nothing = I2cBus("nothing")
        self.i2cs = {
            name: I2c(name.upper(), base, bus, clock, rcc, irqs, irq, site.buses.get(name, nothing))
            for name, (base, irq) in I2CS.items()
        }
        self.timers = {
            name: Tim(name, base, bus, clock, rcc, irqs, irq, bits, second_bus=second)
            for name, (base, irq, bits, second) in TIMERS.items()
        }
        triggers = {number: self.timers[name] for number, name in ADC_TRIGGERS.items()}
        self.adc = Adc("ADC1", 0x40022000, bus, clock, irqs, 18, mux, triggers, self._analog)
        _AdcCommon("ADC12", 0x40022300, bus, clock)

    def pin(self, name: str) -> tuple[Gpio, int]:
        """Return a pin by its name, such as PH7."""
        return self.ports[PORTS.index(name[1])], int(name[2:])

    def _analog(self, channel: int, start_ns: int, rate_hz: float, count: int) -> NDArray[np.float64]:
        """Return what lies at an analog input, as fractions of the reference: the microphone, or nothing."""
        if self._microphone is None or channel != self._microphone_channel:
            return np.zeros(count)
        return (self._microphone.samples(start_ns, rate_hz, count, 1.0).astype(np.float64) + 32768) / 65535

    def kept(self) -> bytes:
        """Return what outlives a reset, other than memories: nothing that is modelled."""
        return b""

    def program(self, address: int, value: int, size: int) -> bool:
        """Take a store into flash; False is a bus error."""
        return self.flash.program(address, value, size)

    def feed(self, data: bytes) -> None:
        """Send bytes to the console's receiving side."""
        self.console.feed(data)

    def flush(self) -> None:
        """The run is over: hand over what is under way."""
        self.console.flush()


def build(site: Site) -> Stm32h747:
    """Put the SoC together."""
    return Stm32h747(site)
