# SPDX-License-Identifier: Apache-2.0
"""PWR, SYSCFG, HSEM, DBGMCU and identity: what start-up code asks of a chip before it does anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from vmote.soc.bus import Bus
from vmote.soc.clock import Clock
from vmote.soc.peripheral import Peripheral, Register

VOS_READY = 1 << 13


class Pwr(Peripheral):
    """Supplies settle at once (RM 7.8)."""

    size: ClassVar = 0x400
    registers: ClassVar = (
        Register("CR1", 0x00, 0xF000C000),
        Register("CSR1", 0x04, 0x00004000 | VOS_READY, writable=0),
        Register("CR2", 0x08),
        Register("CR3", 0x0C, 0x00000006, write="write_cr3"),
        Register("CPUCR", 0x10),
        Register("CPU2CR", 0x14),
        Register("D3CR", 0x18, 0x00004000 | VOS_READY, write="write_d3cr"),
        Register("WKUPCR", 0x20),
        Register("WKUPFR", 0x24),
        Register("WKUPEPR", 0x28),
    )

    def write_cr3(self, value: int) -> None:
        """Choose the supply; an external SMPS is ready when asked for."""
        self.words[0x0C // 4] = value | (1 << 16 if value >> 3 & 1 else 0)

    def write_d3cr(self, value: int) -> None:
        """Scale the voltage: ready at once, and CSR1 tells the same scale."""
        scale = value & 3 << 14
        self.words[0x18 // 4] = scale | VOS_READY
        self.words[0x04 // 4] = scale | VOS_READY


class Syscfg(Peripheral):
    """Stored; EXTICR is what the external interrupts ask (RM 13.3)."""

    size: ClassVar = 0x400
    registers: ClassVar = tuple(
        Register(name, offset)
        for name, offset in {
            "PMCR": 0x04, "EXTICR1": 0x08, "EXTICR2": 0x0C, "EXTICR3": 0x10, "EXTICR4": 0x14, "CFGR": 0x18,
            "CCCSR": 0x20, "CCVR": 0x24, "CCCR": 0x28, "PWRCR": 0x2C, "PKGR": 0x124, "UR0": 0x300, "UR1": 0x304,
            "UR2": 0x308, "UR3": 0x30C, "UR4": 0x310, "UR5": 0x314, "UR6": 0x318, "UR7": 0x31C,
        }.items()
    )  # fmt: skip

    def port_of_line(self, line: int) -> int:
        """Return the number of the port whose pin is an external interrupt's line (RM 13.3.3)."""
        return int(self.words[(0x08 + line // 4 * 4) // 4]) >> 4 * (line % 4) & 0xF


class Hsem(Peripheral):
    """Semaphores between the two cores; the other one never takes any (RM 11)."""

    size: ClassVar = 0x400
    core: ClassVar = 3  # Cortex-M7 (RM 11.3.6)
    LOCK: ClassVar = 1 << 31

    def __init__(self, base: int, bus: Bus, clock: Clock) -> None:
        super().__init__("HSEM", base, bus, clock)
        for n in range(32):
            self.add(Register(f"R{n}", 4 * n))
            word = self._first + (0x80 + 4 * n) // 4
            self.add(Register(f"RLR{n}", 0x80 + 4 * n))
            self.page.attrs[word] = 4  # ASK_READ: reading takes the lock
            self.page.readers[word] = self._taker(n)
        for name, offset in (("C1IER", 0x100), ("C1ICR", 0x104), ("C1ISR", 0x108), ("C1MISR", 0x10C), ("CR", 0x140)):
            self.add(Register(name, offset))

    def _taker(self, n: int) -> Callable[[], int]:
        def take() -> int:
            self.words[n] = self.LOCK | self.core << 8
            return int(self.words[n])

        return take


class Dbgmcu(Peripheral):
    """Identity of the die (RM 60.5.8)."""

    registers: ClassVar = (Register("IDC", 0x00, 0x20036450, writable=0), Register("CR", 0x04))


class SystemFlash(Peripheral):
    """Unique number and flash size (RM 61)."""

    registers: ClassVar = (
        Register("UID0", 0x800, 0x00450031, writable=0),
        Register("UID1", 0x804, 0x3330510B, writable=0),
        Register("UID2", 0x808, 0x36303530, writable=0),
        Register("FLASHSIZE", 0x880, 2048, writable=0),
    )
