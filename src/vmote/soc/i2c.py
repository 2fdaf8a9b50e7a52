# SPDX-License-Identifier: Apache-2.0
"""An I2C bus: parts by address. Timing belongs to the controller, contents to the parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class I2cPart(Protocol):
    """A part on an I2C bus."""

    def i2c_start(self, read: bool) -> bool:
        """Be addressed; False does not acknowledge."""

    def i2c_write(self, byte: int) -> bool:
        """Take a byte; False does not acknowledge."""

    def i2c_read(self) -> int:
        """Give a byte."""

    def i2c_stop(self) -> None:
        """The transfer is over."""


class I2cBus:
    """The wires of one bus. Without pull-ups nothing answers; while a part holds SDA low, nothing moves."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts: dict[int, I2cPart] = {}
        self._pulled_up = True
        self.changed: list[Callable[[], None]] = []  # told when the wires change
        self._holders: dict[str, int | None] = {}  # who holds SDA low: clock pulses until it lets go, if it ever does
        self._current: I2cPart | None = None

    @property
    def held(self) -> bool:
        """Tell whether someone holds the data line low."""
        return bool(self._holders)

    @property
    def pulled_up(self) -> bool:
        """Tell whether the lines have pull-ups."""
        return self._pulled_up

    @pulled_up.setter
    def pulled_up(self, on: bool) -> None:
        if on != self._pulled_up:
            self._pulled_up = on
            self._tell()

    def hold(self, who: str, clocks: int | None = None) -> None:
        """Have a part hold SDA low, for so many pulses of SCL or until it is released."""
        self._holders[who] = clocks
        self._tell()

    def release(self, who: str) -> None:
        """Have a part let go of SDA."""
        if who in self._holders:
            del self._holders[who]
            self._tell()

    def pulse(self) -> None:
        """Take a clock pulse that firmware makes by hand: it moves a part on that is stuck in a byte."""
        for who, left in list(self._holders.items()):
            if left is not None:
                self._holders[who] = left - 1
                if left <= 1:
                    self.release(who)

    def _tell(self) -> None:
        for tell in list(self.changed):
            tell()

    def start(self, address: int, read: bool) -> bool:
        """Send a (repeated) start and an address; tell whether a part acknowledged."""
        part = self.parts.get(address) if self.pulled_up and not self.held else None
        if self._current is not None and self._current is not part:
            self._current.i2c_stop()
        self._current = part if part is not None and part.i2c_start(read) else None
        return self._current is not None

    def write(self, byte: int) -> bool:
        """Send a byte; tell whether it was acknowledged."""
        return self._current is not None and self._current.i2c_write(byte)

    def read(self) -> int:
        """Receive a byte; a released bus reads as ones."""
        return self._current.i2c_read() if self._current is not None else 0xFF

    def stop(self) -> None:
        """Send a stop condition."""
        if self._current is not None:
            self._current.i2c_stop()
            self._current = None
