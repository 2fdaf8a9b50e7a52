# SPDX-License-Identifier: Apache-2.0
"""Small peripherals: random numbers, die temperature, watchdog, software events, flash controller."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from vmote.soc.clock import Alarm
from vmote.soc.nrf52840.nordic import Fabric, NordicPeripheral
from vmote.soc.peripheral import Register

LFCLK_HZ = 32768


class Rng(NordicPeripheral):
    """RNG (PS 6.19). Seeded, so that runs can be repeated; the numbers are the renode engine's too."""

    tasks: ClassVar = {"START": 0x000, "STOP": 0x004}
    events: ClassVar = {"VALRDY": 0x100}
    shorts: ClassVar = {0: ("VALRDY", "STOP")}
    registers: ClassVar = (Register("CONFIG", 0x504, writable=1), Register("VALUE", 0x508, writable=0))

    def __init__(self, name: str, base: int, fabric: Fabric, irq: int, seed: int) -> None:
        super().__init__(name, base, fabric, irq)
        self._state = seed
        self._alarm: Alarm | None = None

    def task_start(self) -> None:
        """Make numbers until stopped: 30 us each, 120 us with bias correction (PS 6.19.5)."""
        if self._alarm is None:
            self._plan()

    def _plan(self) -> None:
        period = 120_000 if self.words[0x504 // 4] & 1 else 30_000
        self._alarm = self.clock.at_ns(self.clock.ns() + period, self._ready)

    def _ready(self) -> None:
        state = self._state  # xorshift (Marsaglia, 2003)
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        self._state = state
        self.words[0x508 // 4] = state >> 24
        self._plan()
        self.event("VALRDY")

    def task_stop(self) -> None:
        """Stop."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None


class Temp(NordicPeripheral):
    """TEMP, the die's thermometer (PS 6.28): the world's temperature, in quarters of a degree."""

    tasks: ClassVar = {"START": 0x000, "STOP": 0x004}
    events: ClassVar = {"DATARDY": 0x100}
    registers: ClassVar = (
        Register("TEMP", 0x508, writable=0),
        *(Register(f"{letter}{n}", 0x520 + 4 * (8 * k + n)) for k, letter in enumerate("ABT") for n in range(6)),
    )

    def __init__(self, name: str, base: int, fabric: Fabric, irq: int, ambient: Callable[[], float]) -> None:
        super().__init__(name, base, fabric, irq)
        self._ambient = ambient

    def task_start(self) -> None:
        """Measure: 36 us (PS 6.28.2)."""
        self.clock.at_ns(self.clock.ns() + 36_000, self._ready)

    def _ready(self) -> None:
        self.words[0x508 // 4] = round(self._ambient() * 4) & 0xFFFFFFFF
        self.event("DATARDY")

    def task_stop(self) -> None:
        """Stop."""


class Watchdog(NordicPeripheral):
    """WDT (PS 6.36). Once started it cannot be stopped."""

    tasks: ClassVar = {"START": 0x000}
    events: ClassVar = {"TIMEOUT": 0x100}
    registers: ClassVar = (
        Register("RUNSTATUS", 0x400, writable=0),
        Register("REQSTATUS", 0x404, reset=1, writable=0),
        Register("CRV", 0x504, reset=0xFFFFFFFF, write="write_crv"),
        Register("RREN", 0x508, reset=1, write="write_rren"),
        Register("CONFIG", 0x50C, reset=1, write="write_config"),
    )
    RELOAD: ClassVar[int] = 0x6E524635
    RESET_DELAY: ClassVar[int] = 2  # LFCLK periods from TIMEOUT to reset (PS 6.36.3)

    def __init__(self, name: str, base: int, fabric: Fabric, irq: int) -> None:
        super().__init__(name, base, fabric, irq)
        self._alarm: Alarm | None = None
        for n in range(8):
            self._special(f"RR[{n}]", 0x600 + 4 * n, write=partial(self._reload, n))

    def _unlocked(self) -> bool:
        return not self.words[0x400 // 4]

    def write_crv(self, value: int) -> None:
        """Set the period; not while running."""
        if self._unlocked():
            self.words[0x504 // 4] = max(value, 0xF)

    def write_rren(self, value: int) -> None:
        """Choose the reload registers; not while running."""
        if self._unlocked():
            self.words[0x508 // 4] = value & 0xFF

    def write_config(self, value: int) -> None:
        """Behaviour while asleep or halted; not while running. Asleep, it counts on here in any case."""
        if self._unlocked():
            self.words[0x50C // 4] = value & 9

    def task_start(self) -> None:
        """Start for good."""
        if self._unlocked():
            self.words[0x400 // 4] = 1
            self._arm()

    def _arm(self) -> None:
        self.words[0x404 // 4] = self.words[0x508 // 4]
        if self._alarm is not None:
            self._alarm.cancel()
        cycles = (int(self.words[0x504 // 4]) + 1) * self.clock.hz // LFCLK_HZ
        self._alarm = self.clock.after(cycles, self._timeout)

    def _reload(self, n: int, value: int) -> None:
        if value == self.RELOAD and self.words[0x400 // 4]:
            self.words[0x404 // 4] &= ~(1 << n) & 0xFF
            if not self.words[0x404 // 4]:
                self._arm()

    def _timeout(self) -> None:
        self.event("TIMEOUT")
        delay = self.RESET_DELAY * self.clock.hz // LFCLK_HZ
        self.clock.after(delay, self._reset)

    def _reset(self) -> None:
        self.fabric.requests.reset = "watchdog"


class Egu(NordicPeripheral):
    """EGU, events that software triggers (PS 6.8)."""

    events: ClassVar = {f"TRIGGERED[{n}]": 0x100 + 4 * n for n in range(16)}

    def __init__(self, name: str, base: int, fabric: Fabric, irq: int) -> None:
        super().__init__(name, base, fabric, irq)
        for n in range(16):
            task = partial(self.event, f"TRIGGERED[{n}]")
            fabric.tasks[base + 4 * n] = task
            self._special(f"TASKS_TRIGGER[{n}]", 4 * n, write=partial(self._on_task, task))


class Nvmc(NordicPeripheral):
    """NVMC, the flash controller (PS 4.3). Programming takes its time, which READY tells."""

    interrupts: ClassVar[bool] = False
    registers: ClassVar = (
        Register("READY", 0x400, reset=1, writable=0),
        Register("READYNEXT", 0x408, reset=1, writable=0),
        Register("CONFIG", 0x504, writable=3),
        Register("ERASEPAGE", 0x508, write="write_erasepage"),
        Register("ERASEALL", 0x50C, write="write_eraseall"),
        Register("ERASEPCR0", 0x510, write="write_erasepage"),
        Register("ERASEUICR", 0x514, write="write_eraseuicr"),
        Register("ERASEPAGEPARTIAL", 0x518, write="write_erasepage"),
        Register("ERASEPAGEPARTIALCFG", 0x51C, reset=0xA, writable=0x7F),
        Register("ICACHECNF", 0x540, writable=0x101),
        Register("IHIT", 0x548),
        Register("IMISS", 0x54C),
    )
    PAGE: ClassVar[int] = 4096
    WRITE_NS: ClassVar[int] = 41_000  # PS 4.3.9
    ERASE_NS: ClassVar[int] = 85_000_000

    def __init__(self, name: str, base: int, fabric: Fabric) -> None:
        super().__init__(name, base, fabric)
        self.uicr = fabric.bus.page(0x10001000)
        for word in range(1024):
            self.uicr.writers[word] = partial(self._write_uicr, word)

    @property
    def _flash(self) -> tuple[int, memoryview]:
        stretch = next(s for s in self.fabric.memories.stretches if s.name == "flash")
        return stretch.base, stretch.bytes

    def _busy(self, ns: int) -> None:
        self.words[0x400 // 4] = 0
        self.clock.at_ns(self.clock.ns() + ns, self._ready)

    def _ready(self) -> None:
        self.words[0x400 // 4] = 1

    def _write_uicr(self, word: int, value: int) -> None:
        if self.words[0x504 // 4] == 1:
            self.uicr.words[word] &= value
            self._busy(self.WRITE_NS)

    def write(self, address: int, value: int, size: int) -> bool:
        """Program a word of flash; False when that is not allowed: bits only go from 1 to 0."""
        if self.words[0x504 // 4] != 1 or size != 4:
            return False
        base, content = self._flash
        view = content[address - base : address - base + 4]
        view[:] = (int.from_bytes(view, "little") & value).to_bytes(4, "little")
        self.fabric.requests.changed.append((address, address + 4))
        self._busy(self.WRITE_NS)
        return True

    def _erase(self, start: int, end: int) -> None:
        base, content = self._flash
        if self.words[0x504 // 4] == 2 and base <= start < end <= base + len(content):
            content[start - base : end - base] = b"\xff" * (end - start)
            self.fabric.requests.changed.append((start, end))
            self._busy(self.ERASE_NS)

    def write_erasepage(self, value: int) -> None:
        """Erase a page."""
        start = value & ~(self.PAGE - 1)
        self._erase(start, start + self.PAGE)

    def write_eraseall(self, value: int) -> None:
        """Erase everything."""
        if value & 1:
            base, content = self._flash
            self._erase(base, base + len(content))
            self.write_eraseuicr(1)

    def write_eraseuicr(self, value: int) -> None:
        """Erase UICR."""
        if value & 1 and self.words[0x504 // 4] == 2:
            for word in range(1024):
                self.uicr.words[word] = 0xFFFFFFFF


# Words that the vendor's start-up code touches as errata work-arounds, and nothing else does: (address, erratum).
ERRATA = (
    (0x4000568C, 98), (0x4000F518, 103), (0x40000EE4, 115), (0x40029640, 120), (0x4000053C, 31), (0x40001774, 0),
)  # fmt: skip


def map_errata(fabric: Fabric) -> None:
    """Let the work-arounds have their words without a warning."""
    for address, number in ERRATA:
        page = fabric.bus.page(address & ~0xFFF)
        word = address % 4096 // 4
        page.names[word] = f"erratum {number}"
        page.attrs[word], page.masks[word] = 3, 0xFFFFFFFF
