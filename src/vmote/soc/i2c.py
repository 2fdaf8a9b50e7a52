# SPDX-License-Identifier: Apache-2.0
"""An I2C bus: parts by address. Timing belongs to the controller, contents to the parts."""

from __future__ import annotations

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
    """The wires of one bus. Without pull-ups nothing answers."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts: dict[int, I2cPart] = {}
        self.pulled_up = True
        self.holders: set[str] = set()  # parts that hold SDA low: no start condition gets through
        self._current: I2cPart | None = None

    @property
    def held(self) -> bool:
        """Tell whether someone holds the data line low."""
        return bool(self.holders)

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
