# SPDX-License-Identifier: Apache-2.0
"""GPIO: levels and directions of sixteen pins (RM 12.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from vmote.soc.bus import Bus
from vmote.soc.clock import Clock
from vmote.soc.peripheral import Peripheral, Register

MODER, OTYPER, PUPDR, IDR, ODR, BSRR = 0x00, 0x04, 0x0C, 0x10, 0x14, 0x18
OUTPUT, ANALOG = 1, 3


class Gpio(Peripheral):
    """One port. What reads a level is plain memory, kept up to date here."""

    size: ClassVar = 0x400
    registers: ClassVar = (
        Register("MODER", MODER, 0xFFFFFFFF, write="write_moder"),
        Register("OTYPER", OTYPER, write="write_otyper"),
        Register("OSPEEDR", 0x08),
        Register("PUPDR", PUPDR, write="write_pupdr"),
        Register("IDR", IDR, writable=0),
        Register("ODR", ODR, write="write_odr"),
        Register("BSRR", BSRR, write="write_bsrr"),
        Register("LCKR", 0x1C),
        Register("AFRL", 0x20),
        Register("AFRH", 0x24),
    )

    def __init__(self, name: str, base: int, bus: Bus, clock: Clock) -> None:
        super().__init__(name, base, bus, clock)
        self.pins = 16
        self.watchers: dict[int, list[Callable[[bool], None]]] = {}
        self._driven: dict[int, bool] = {}
        self._seen = (0, 0)
        self.any_watchers: list[Callable[[int, int], None]] = []  # told all levels, and which of them changed

    def watch(self, pin: int, told: Callable[[bool], None]) -> None:
        """Be told of each change of a pin's level or direction."""
        self.watchers.setdefault(pin, []).append(told)

    def drive(self, pin: int, level: bool | None) -> None:
        """Drive an input from outside; None lets it go."""
        if level is None:
            self._driven.pop(pin, None)
        else:
            self._driven[pin] = level
        self._settle()

    def level(self, pin: int) -> bool:
        """Return a pin's level now."""
        return bool(self._seen[0] >> pin & 1)

    def is_output(self, pin: int) -> bool:
        """Tell whether the SoC drives a pin."""
        return int(self.words[MODER // 4]) >> 2 * pin & 3 == OUTPUT

    def write_moder(self, value: int) -> None:
        """Choose input, output, alternate function or analog for each pin."""
        self.words[MODER // 4] = value
        self._settle()

    def write_otyper(self, value: int) -> None:
        """Choose push-pull or open drain for each pin."""
        self.words[OTYPER // 4] = value & 0xFFFF
        self._settle()

    def write_pupdr(self, value: int) -> None:
        """Pull pins up or down."""
        self.words[PUPDR // 4] = value
        self._settle()

    def write_odr(self, value: int) -> None:
        """Set all levels."""
        self.words[ODR // 4] = value & 0xFFFF
        self._settle()

    def write_bsrr(self, value: int) -> None:
        """Set some (low half) and clear some (high half); setting wins."""
        self.write_odr(int(self.words[ODR // 4]) & ~(value >> 16) | value & 0xFFFF)

    def _settle(self) -> None:
        outputs = sum(1 << pin for pin in range(self.pins) if self.is_output(pin))
        modes, out = int(self.words[MODER // 4]), int(self.words[ODR // 4])
        levels = out & outputs & ~int(self.words[OTYPER // 4])
        floating = ~outputs | out & int(self.words[OTYPER // 4])
        seen = 0  # the input buffers of analog pins are off (RM 12.3.13)
        for pin in range(self.pins):
            if floating >> pin & 1:
                pulled_up = int(self.words[PUPDR // 4]) >> 2 * pin & 3 == 1
                levels |= int(self._driven.get(pin, pulled_up)) << pin
            seen |= int(modes >> 2 * pin & 3 != ANALOG) << pin
        self.words[IDR // 4] = levels & seen
        changed = (levels ^ self._seen[0]) | (outputs ^ self._seen[1])
        edges = levels ^ self._seen[0]
        self._seen = (levels, outputs)
        for pin, told in self.watchers.items():
            if changed >> pin & 1:
                for tell in told:
                    tell(bool(levels >> pin & 1))
        if edges:
            for tell_all in self.any_watchers:
                tell_all(levels, edges)
