# SPDX-License-Identifier: Apache-2.0
"""GPIO ports (PS 6.9)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from vmote.soc.nrf52840.nordic import Fabric, NordicPeripheral
from vmote.soc.peripheral import Register

OUT, OUTSET, OUTCLR, IN, DIR, DIRSET, DIRCLR, LATCH, DETECTMODE, PIN_CNF = (
    0x504, 0x508, 0x50C, 0x510, 0x514, 0x518, 0x51C, 0x520, 0x524, 0x700,
)  # fmt: skip
PULL_DOWN, PULL_UP = 1, 3
OPEN_DRAIN = (6, 7)  # PIN_CNF.DRIVE: S0D1, H0D1, which let go of the pin instead of driving it high (PS 6.9.4.10)


class Gpio(NordicPeripheral):
    """Levels of up to 32 pins; whoever watches a pin is told when it changes."""

    size: ClassVar[int] = 0x780
    interrupts: ClassVar[bool] = False
    registers: ClassVar = (
        Register("OUT", OUT, write="write_out"),
        Register("OUTSET", OUTSET, write="write_outset"),
        Register("OUTCLR", OUTCLR, write="write_outclr"),
        Register("IN", IN, writable=0),
        Register("DIR", DIR, write="write_dir"),
        Register("DIRSET", DIRSET, write="write_dirset"),
        Register("DIRCLR", DIRCLR, write="write_dirclr"),
        Register("LATCH", LATCH, write="write_latch"),
        Register("DETECTMODE", DETECTMODE, writable=1),
    )

    def __init__(self, name: str, base: int, fabric: Fabric, pins: int) -> None:
        super().__init__(name, base, fabric)
        self.pins = pins
        self._out = 0
        self._dir = 0
        self._driven: dict[int, bool] = {}  # levels that something outside drives
        self._levels = 0
        self._outputs = 0
        self.watchers: dict[int, list[Callable[[bool], None]]] = {}
        self.on_detect: list[Callable[[], None]] = []  # told when a sensing pin begins to match
        self.reset_pin: int | None = None
        self.on_reset: Callable[[], None] | None = None  # told when something outside pulls it low
        self._detected = 0
        self.any_watchers: list[Callable[[int], None]] = []  # told which pins changed
        for n in range(pins):
            self.words[PIN_CNF // 4 + n] = 2  # input disconnected
            self._special(f"PIN_CNF[{n}]", PIN_CNF + 4 * n, write=partial(self._write_cnf, n))

    # --- outside ---

    def drive(self, pin: int, level: bool | None) -> None:
        """Have something outside drive a pin; None lets go of it."""
        pulled = level is False and self._driven.get(pin) is not False
        if level is None:
            self._driven.pop(pin, None)
        else:
            self._driven[pin] = level
        self._settle()
        if pulled and pin == self.reset_pin and self.on_reset is not None:
            self.on_reset()

    def watch(self, pin: int, told: Callable[[bool], None]) -> None:
        """Be told of each change of a pin's level or direction."""
        self.watchers.setdefault(pin, []).append(told)

    def level(self, pin: int) -> bool:
        """Return a pin's level now."""
        return bool(self._levels >> pin & 1)

    def is_output(self, pin: int) -> bool:
        """Tell whether the SoC drives a pin."""
        return bool(self._dir >> pin & 1)

    # --- registers ---

    def _write_cnf(self, n: int, value: int) -> None:
        self.words[PIN_CNF // 4 + n] = value
        self._dir = (self._dir & ~(1 << n)) | ((value & 1) << n)
        self._settle()

    def write_out(self, value: int) -> None:
        """Set all levels."""
        self._out = value
        self._settle()

    def write_outset(self, value: int) -> None:
        """Set some high."""
        self.write_out(self._out | value)

    def write_outclr(self, value: int) -> None:
        """Set some low."""
        self.write_out(self._out & ~value)

    def write_dir(self, value: int) -> None:
        """Choose the outputs; PIN_CNF shows the same bit."""
        self._dir = value
        for n in range(self.pins):
            word = PIN_CNF // 4 + n
            self.words[word] = (self.words[word] & ~1 & 0xFFFFFFFF) | (value >> n & 1)
        self._settle()

    def write_dirset(self, value: int) -> None:
        """Make some outputs."""
        self.write_dir(self._dir | value)

    def write_dirclr(self, value: int) -> None:
        """Make some inputs."""
        self.write_dir(self._dir & ~value)

    def write_latch(self, value: int) -> None:
        """Clear latched pins."""
        self.words[LATCH // 4] &= ~value & 0xFFFFFFFF
        self._sense()

    def set_from_gpiote(self, pin: int, level: bool) -> None:
        """Drive a pin from a GPIOTE task."""
        self._out = (self._out & ~(1 << pin)) | (int(level) << pin)
        self._dir |= 1 << pin
        self._settle()

    def _settle(self) -> None:
        """Work out levels and tell of changes."""
        self._out &= (1 << self.pins) - 1
        self._dir &= (1 << self.pins) - 1
        for offset in (OUT, OUTSET, OUTCLR):
            self.words[offset // 4] = self._out
        for offset in (DIR, DIRSET, DIRCLR):
            self.words[offset // 4] = self._dir
        levels, connected = self._out & self._dir, 0
        for n in range(self.pins):
            bit, cnf = 1 << n, self.words[PIN_CNF // 4 + n]
            floats = self._out & bit and cnf >> 8 & 7 in OPEN_DRAIN
            if floats or not self._dir & bit:
                pulled = cnf >> 2 & 3 == PULL_UP
                levels = levels | bit if self._driven.get(n, pulled) else levels & ~bit
            if not cnf & 2:
                connected |= bit
        self.words[IN // 4] = levels & connected
        changed = (self._levels ^ levels) | (self._outputs ^ self._dir)
        self._levels, self._outputs = levels, self._dir
        if changed:
            for pin, told in self.watchers.items():
                if changed >> pin & 1:
                    for tell in told:
                        tell(bool(levels >> pin & 1))
            for tell_any in self.any_watchers:
                tell_any(changed)
        self._sense()

    def _sense(self) -> None:
        """Latch pins whose level is the sensed one (PIN_CNF.SENSE); DETECT rises with the first of them."""
        detected = 0
        for n in range(self.pins):
            sense = self.words[PIN_CNF // 4 + n] >> 16 & 3
            if sense and (self._levels >> n & 1) == (1 if sense == 2 else 0):
                detected |= 1 << n
        if detected:
            self.words[LATCH // 4] |= detected
        began = detected and not self._detected
        self._detected = detected
        if began:
            for tell in self.on_detect:
                tell()

    # --- System OFF ---

    def senses(self) -> bool:
        """Tell whether a pin is set to sense."""
        return any(self.words[PIN_CNF // 4 + n] >> 16 & 3 for n in range(self.pins))

    def detect(self) -> bool:
        """Return the level of DETECT, or of LDETECT where that is chosen (PS 6.9.2)."""
        return bool(self.words[LATCH // 4] if self.words[DETECTMODE // 4] & 1 else self._detected)

    def kept(self) -> bytes:
        """Return what outlives System OFF."""
        words = (self._out, self._dir, self.words[LATCH // 4], self.words[DETECTMODE // 4])
        return struct.pack("<36I", *words, *(self.words[PIN_CNF // 4 + n] if n < self.pins else 0 for n in range(32)))

    def resume(self, kept: bytes) -> None:
        """Have the pins as they were."""
        self._out, self._dir, self.words[LATCH // 4], self.words[DETECTMODE // 4], *cnf = struct.unpack("<36I", kept)
        for n in range(self.pins):
            self.words[PIN_CNF // 4 + n] = cnf[n]
        self._settle()
