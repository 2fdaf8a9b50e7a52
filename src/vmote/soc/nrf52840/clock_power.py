# SPDX-License-Identifier: Apache-2.0
"""CLOCK and POWER, which share one page (PS 5.3, 5.4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from vmote.soc.nrf52840.nordic import Fabric, NordicPeripheral
from vmote.soc.peripheral import Register

HFXO_START_NS = 360_000  # PS 5.4.4.1: start-up time of the 32 MHz crystal, typical
LFRC_START_NS = 600_000  # PS 5.4.4.3
LFXO_START_NS = 250_000_000  # PS 5.4.4.2
CALIBRATION_NS = 17_000_000  # PS 5.4.2.1: a calibration takes some 16 to 17 ms

HFCLKRUN, HFCLKSTAT, LFCLKRUN, LFCLKSTAT, LFCLKSRCCOPY, LFCLKSRC = 0x408, 0x40C, 0x414, 0x418, 0x41C, 0x518
RUNNING = 1 << 16
RESETREAS, SYSTEMOFF, GPREGRET, GPREGRET2, RAM_POWER, RAM_BLOCKS = 0x400, 0x500, 0x51C, 0x520, 0x900, 9


class ClockPower(NordicPeripheral):
    """Oscillators start after their time; power is what a board on USB has."""

    tasks: ClassVar = {
        "HFCLKSTART": 0x000, "HFCLKSTOP": 0x004, "LFCLKSTART": 0x008, "LFCLKSTOP": 0x00C, "CAL": 0x010,
        "CTSTART": 0x014, "CTSTOP": 0x018, "CONSTLAT": 0x078, "LOWPWR": 0x07C,
    }  # fmt: skip
    events: ClassVar = {
        "HFCLKSTARTED": 0x100, "LFCLKSTARTED": 0x104, "POFWARN": 0x108, "DONE": 0x10C, "CTTO": 0x110,
        "SLEEPENTER": 0x114, "SLEEPEXIT": 0x118, "USBDETECTED": 0x11C, "USBREMOVED": 0x120, "USBPWRRDY": 0x124,
        "CTSTARTED": 0x128, "CTSTOPPED": 0x12C,
    }  # fmt: skip
    registers: ClassVar = (
        Register("RESETREAS", RESETREAS, write="write_resetreas"),
        Register("HFCLKRUN", HFCLKRUN, writable=0),
        Register("HFCLKSTAT", HFCLKSTAT, writable=0),
        Register("LFCLKRUN", LFCLKRUN, writable=0),
        Register("LFCLKSTAT", LFCLKSTAT, writable=0),
        Register("LFCLKSRCCOPY", LFCLKSRCCOPY, writable=0),
        Register("RAMSTATUS", 0x428, reset=0xF, writable=0),
        Register("USBREGSTATUS", 0x438, writable=0),
        Register("SYSTEMOFF", SYSTEMOFF, write="write_systemoff"),
        Register("POFCON", 0x510),
        Register("LFCLKSRC", LFCLKSRC, writable=0x30003),
        Register("GPREGRET", GPREGRET, writable=0xFF),
        Register("GPREGRET2", GPREGRET2, writable=0xFF),
        Register("HFXODEBOUNCE", 0x528, reset=0x10),
        Register("LFXODEBOUNCE", 0x52C),
        Register("CTIV", 0x538),
        Register("TRACECONFIG", 0x55C),
        Register("DCDCEN", 0x578, writable=1),
        Register("DCDCEN0", 0x580, writable=1),
        Register("LFRCMODE", 0x5B4),
        Register("MAINREGSTATUS", 0x640, writable=0),
        *(Register(f"RAM[{n}].POWER", RAM_POWER + 16 * n, reset=0xFFFF) for n in range(RAM_BLOCKS)),
    )

    def __init__(self, name: str, base: int, fabric: Fabric, irq: int, reset_reason: int = 0) -> None:
        super().__init__(name, base, fabric, irq)
        self.words[RESETREAS // 4] = reset_reason
        self.on_off: Callable[[], None] | None = None
        self._hf_pending = False
        self._lf_pending = False
        for n in range(RAM_BLOCKS):
            at = RAM_POWER + 16 * n
            self._special(f"RAM[{n}].POWERSET", at + 4, write=partial(self._change_ram, n, on=True))
            self._special(f"RAM[{n}].POWERCLR", at + 8, write=partial(self._change_ram, n, on=False))

    def _change_ram(self, block: int, value: int, *, on: bool) -> None:
        word = (RAM_POWER + 16 * block) // 4
        power = self.words[word]
        for same in (word, word + 1, word + 2):
            self.words[same] = power | value if on else power & ~value

    def ram_power(self, block: int) -> int:
        """Return RAM[n].POWER."""
        return int(self.words[(RAM_POWER + 16 * block) // 4])

    def task_hfclkstart(self) -> None:
        """Start the crystal."""
        self.words[HFCLKRUN // 4] = 1
        if self.words[HFCLKSTAT // 4] & RUNNING:
            self.event("HFCLKSTARTED")
        elif not self._hf_pending:
            self._hf_pending = True
            self.clock.at_ns(self.clock.ns() + HFXO_START_NS, self._hf_started)

    def _hf_started(self) -> None:
        self._hf_pending = False
        if self.words[HFCLKRUN // 4]:
            self.words[HFCLKSTAT // 4] = RUNNING | 1
            self.event("HFCLKSTARTED")

    def task_hfclkstop(self) -> None:
        """Go back to the internal oscillator."""
        self.words[HFCLKRUN // 4] = 0
        self.words[HFCLKSTAT // 4] = 0

    def task_lfclkstart(self) -> None:
        """Start the slow clock."""
        source = self.words[LFCLKSRC // 4] & 3
        self.words[LFCLKRUN // 4] = 1
        self.words[LFCLKSRCCOPY // 4] = source
        if self.words[LFCLKSTAT // 4] == RUNNING | source and not self._lf_pending:
            self.event("LFCLKSTARTED")
        elif not self._lf_pending:
            self._lf_pending = True
            self.fabric.lfclk_asked = True
            # Until a crystal is up the RC oscillator stands in for it (PS 5.4.2).
            self.clock.at_ns(self.clock.ns() + LFRC_START_NS, self._lf_runs)
            delay = LFXO_START_NS if source == 1 else LFRC_START_NS
            self.clock.at_ns(self.clock.ns() + delay, self._lf_started)

    def _lf_runs(self) -> None:
        if self.words[LFCLKRUN // 4] and not self.words[LFCLKSTAT // 4]:
            self.words[LFCLKSTAT // 4] = RUNNING
            self.fabric.set_lfclk(on=True)

    def _lf_started(self) -> None:
        self._lf_pending = False
        if self.words[LFCLKRUN // 4]:
            self.words[LFCLKSTAT // 4] = RUNNING | (self.words[LFCLKSRCCOPY // 4] & 3)
            self.event("LFCLKSTARTED")

    def task_lfclkstop(self) -> None:
        """Stop the slow clock; the RTCs stand still."""
        self.words[LFCLKRUN // 4] = 0
        self.words[LFCLKSTAT // 4] = 0
        self.fabric.lfclk_asked = False
        self.fabric.set_lfclk(on=False)

    def task_cal(self) -> None:
        """Calibrate the slow RC oscillator."""
        self.clock.at_ns(self.clock.ns() + CALIBRATION_NS, lambda: self.event("DONE"))

    def task_ctstart(self) -> None:
        """Start the calibration timer."""
        self.event("CTSTARTED")
        interval = self.words[0x538 // 4] & 0x7F
        self.clock.at_ns(self.clock.ns() + interval * 250_000_000, lambda: self.event("CTTO"))

    def task_ctstop(self) -> None:
        """Stop the calibration timer."""
        self.event("CTSTOPPED")

    def task_constlat(self) -> None:
        """Choose constant latency; costs power, not cycles."""

    def task_lowpwr(self) -> None:
        """Choose low power."""

    def write_resetreas(self, value: int) -> None:
        """Clear the bits that are written as ones."""
        self.words[RESETREAS // 4] &= ~value & 0xFFFFFFFF

    def write_systemoff(self, value: int) -> None:
        """Enter System OFF (PS 5.3.3)."""
        if value & 1 and self.on_off is not None:
            self.on_off()
