# SPDX-License-Identifier: Apache-2.0
"""RCC: oscillators and PLLs are ready when asked for; all clocks follow from the registers, but the core's (RM 9)."""

from __future__ import annotations

from typing import ClassVar

from vmote.soc.bus import Bus
from vmote.soc.clock import Clock
from vmote.soc.peripheral import Peripheral, Register
from vmote.soc.site import Requests

CR, CFGR, D1CFGR, D2CFGR, BDCR, CSR = 0x00, 0x10, 0x18, 0x1C, 0x70, 0x74
# CR (RM 9.7.2): bit that switches on -> bit that says ready.
READY = {0: 2, 7: 8, 12: 13, 16: 17, 24: 25, 26: 27, 28: 29}
PRESCALED = (*(1,) * 8, 2, 4, 8, 16, 64, 128, 256, 512)  # D1CPRE, HPRE
DOMAINS_READY = 3 << 14
HSI_HZ, CSI_HZ = 64_000_000, 4_000_000  # RM 9.5.2, 9.5.3
PLLCKSELR, PLLCFGR, PLL1DIVR, PLL1FRACR = 0x28, 0x2C, 0x30, 0x34
FRACTIONAL = 1  # PLLCFGR.PLL1FRACEN
SYSTEM_CLOCK = 7  # CFGR.SW
CR_RESET = 1 | 1 << 2 | 1 << 5 | DOMAINS_READY  # HSI on and ready, its divider settled


def _plain() -> tuple[Register, ...]:
    """Everything that is merely stored: enables, resets, low-power enables, kernel clock choices."""
    named = {
        0x04: "HSICFGR", 0x08: "CRRCR", 0x0C: "CSICFGR", 0x1C: "D2CFGR", 0x20: "D3CFGR",
        0x28: "PLLCKSELR", 0x2C: "PLLCFGR", 0x30: "PLL1DIVR", 0x34: "PLL1FRACR", 0x38: "PLL2DIVR", 0x3C: "PLL2FRACR",
        0x40: "PLL3DIVR", 0x44: "PLL3FRACR", 0x4C: "D1CCIPR", 0x50: "D2CCIP1R", 0x54: "D2CCIP2R", 0x58: "D3CCIPR",
        0x60: "CIER", 0x64: "CIFR", 0x68: "CICR", 0xA0: "GCR", 0xA8: "D3AMR",
    }  # fmt: skip
    resets = {0x28: 0x02020200, 0x2C: 0x01FF0000, 0x30: 0x01010280, 0x38: 0x01010280, 0x40: 0x01010280}
    buses = ("AHB3", "AHB1", "AHB2", "AHB4", "APB3", "APB1L", "APB1H", "APB2", "APB4")
    out = [Register(name, offset, resets.get(offset, 0)) for offset, name in named.items()]
    out += [Register(f"{bus}RSTR", 0x7C + 4 * n) for n, bus in enumerate(buses)]
    for prefix, base in (("", 0xD0), ("C1_", 0x130), ("C2_", 0x190)):
        out.append(Register(f"{prefix}RSR", base))
        out += [Register(f"{prefix}{bus}ENR", base + 4 + 4 * n) for n, bus in enumerate(buses)]
        out += [Register(f"{prefix}{bus}LPENR", base + 0x2C + 4 * n) for n, bus in enumerate(buses)]
    return tuple(out)


class Rcc(Peripheral):
    """The core executes at the board's clock from its first cycle on; SysTick, buses, timers by the registers."""

    size: ClassVar = 0x400
    registers: ClassVar = (
        Register("CR", CR, CR_RESET, write="write_cr"),
        Register("CFGR", CFGR, write="write_cfgr"),
        Register("D1CFGR", D1CFGR, write="write_d1cfgr"),
        Register("BDCR", BDCR, write="write_bdcr"),
        Register("CSR", CSR, write="write_csr"),
        *_plain(),
    )

    def __init__(self, base: int, bus: Bus, clock: Clock, reset_flags: int, requests: Requests, hse_hz: int) -> None:
        super().__init__("RCC", base, bus, clock)
        self._requests, self._hse_hz = requests, hse_hz
        for offset in (0xD0, 0x130, 0x190):
            self.words[offset // 4] = reset_flags

    def write_cr(self, value: int) -> None:
        """Switch oscillators and PLLs; each is ready at once."""
        ready = sum(1 << flag for on, flag in READY.items() if value >> on & 1)
        flags = sum(1 << flag for flag in READY.values())
        self.words[CR // 4] = value & ~flags | ready | 1 << 5 | DOMAINS_READY

    def write_cfgr(self, value: int) -> None:
        """SWS follows SW (RM 9.7.6)."""
        self.words[CFGR // 4] = value & ~(7 << 3) | (value & 7) << 3
        self._core_changed()

    def write_d1cfgr(self, value: int) -> None:
        """Divide the system clock for the core (D1CPRE), the buses (HPRE) and APB3."""
        self.words[D1CFGR // 4] = value
        self._core_changed()

    def _core_changed(self) -> None:
        """Have SysTick follow, and say once that the core does not."""
        if int(self.words[CFGR // 4]) & SYSTEM_CLOCK == 0:
            return  # still on the oscillator of reset: nothing is timed by it yet
        self._requests.core_hz = core = self.core_hz
        if core != self.clock.hz:
            self.bus.warn_once(
                f"RCC sets the core to {core / 1e6:g} MHz; it executes at the board's {self.clock.hz / 1e6:g} MHz here,"
                " while SysTick, timers and buses count as the registers say"
            )

    def write_bdcr(self, value: int) -> None:
        """LSERDY follows LSEON."""
        self.words[BDCR // 4] = value & ~2 | (value & 1) << 1

    def write_csr(self, value: int) -> None:
        """LSIRDY follows LSION."""
        self.words[CSR // 4] = value & ~2 | (value & 1) << 1

    # --- what is derived ---

    @property
    def _hsi_hz(self) -> int:
        return HSI_HZ >> (int(self.words[CR // 4]) >> 3 & 3)

    @property
    def _pll1_hz(self) -> int:
        """Return PLL1's output P: reference / DIVM x (DIVN + FRACN / 8192) / DIVP (RM 9.5.5)."""
        select, divisors = int(self.words[PLLCKSELR // 4]), int(self.words[PLL1DIVR // 4])
        reference = (self._hsi_hz, CSI_HZ, self._hse_hz, 0)[select & 3]
        fraction = int(self.words[PLL1FRACR // 4]) >> 3 if int(self.words[PLLCFGR // 4]) & FRACTIONAL else 0
        multiplier = ((divisors & 0x1FF) + 1) * 8192 + fraction
        return reference * multiplier // (8192 * max(select >> 4 & 0x3F, 1) * ((divisors >> 9 & 0x7F) + 1))

    @property
    def core_hz(self) -> int:
        """Return the core's clock: the system clock by D1CPRE (RM 9.7.6, 9.7.8)."""
        source = int(self.words[CFGR // 4]) & SYSTEM_CLOCK
        system = {0: self._hsi_hz, 1: CSI_HZ, 2: self._hse_hz, 3: self._pll1_hz}.get(source, 0) or HSI_HZ
        return system // PRESCALED[int(self.words[D1CFGR // 4]) >> 8 & 0xF]

    @property
    def hclk_hz(self) -> int:
        """Return the AHB clock: the core's by HPRE (RM 9.7.8)."""
        return self.core_hz // PRESCALED[int(self.words[D1CFGR // 4]) & 0xF]

    def _apb_divider(self, second: bool) -> int:
        ppre = int(self.words[D2CFGR // 4]) >> (8 if second else 4) & 7
        return 1 if ppre < 4 else 2 << (ppre - 4)

    def pclk_hz(self, *, second: bool = False) -> int:
        """Return the clock of APB1, or of APB2."""
        return self.hclk_hz // self._apb_divider(second)

    def timer_hz(self, *, second: bool = False) -> int:
        """Return the timers' clock: twice the bus's where that is divided (RM 9.5.8, TIMPRE clear)."""
        return self.pclk_hz(second=second) * (1 if self._apb_divider(second) == 1 else 2)
