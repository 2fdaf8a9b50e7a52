# SPDX-License-Identifier: Apache-2.0
"""A part with a register file behind I2C: sub-address first, then data, as most sensors of this kind speak."""

from __future__ import annotations

from typing import ClassVar

from vmote.soc.world import Surroundings


class RegisterPart:
    """Registers of one byte. A subclass fills the table of power-up values and reacts to reads and writes."""

    power_up: ClassVar[dict[int, int]] = {}
    writable: ClassVar[dict[int, int]] = {}  # register: bits that a write changes
    auto_increment_bit: ClassVar[int] = 0x80  # of the sub-address; 0: it always increments

    def __init__(self, name: str, around: Surroundings) -> None:
        self.name = name
        self.around = around
        self.powered = False
        self.registers: dict[int, int] = {}
        self._pointer = 0
        self._increments = False
        self._fresh = False

    def power(self, on: bool) -> None:
        """Switch the supply; what was set is lost."""
        if on == self.powered:
            return
        self.powered = on
        self.registers = dict(self.power_up)
        self.reset()

    def reset(self) -> None:
        """Do what the part does at power-up."""

    def sync(self, now_ns: int) -> None:
        """Let conversions finish that end before now."""

    def on_read(self, register: int) -> int:
        """Return a register's value, with what reading it changes."""
        return self.registers.get(register, 0)

    def on_write(self, register: int, value: int) -> None:
        """React to a register that was just written."""

    def after(self, register: int) -> int:
        """Return the register that follows in a transfer of several bytes."""
        return (register + 1) & 0x7F

    # --- I2C ---

    def i2c_start(self, read: bool) -> bool:
        """Be addressed."""
        self._fresh = not read
        return self.powered

    def i2c_write(self, byte: int) -> bool:
        """Take the sub-address, then data."""
        if self._fresh:
            self._fresh = False
            self._increments = bool(byte & self.auto_increment_bit) or self.auto_increment_bit == 0
            self._pointer = byte & ~self.auto_increment_bit & 0xFF
            return True
        mask = self.writable.get(self._pointer, 0)
        self.sync(self.around.now_ns())
        if mask:
            self.registers[self._pointer] = (self.registers.get(self._pointer, 0) & ~mask) | (byte & mask)
            self.on_write(self._pointer, self.registers[self._pointer])
        self._step()
        return True

    def i2c_read(self) -> int:
        """Give the register that is next."""
        self.sync(self.around.now_ns())
        value = self.on_read(self._pointer) & 0xFF
        self._step()
        return value

    def i2c_stop(self) -> None:
        """End the transfer; the sub-address stays."""

    def _step(self) -> None:
        if self._increments:
            self._pointer = self.after(self._pointer)


def int16_bytes(value: float) -> tuple[int, int]:
    """Return a measurement as the low and the high byte of a two's complement number, saturated."""
    raw = max(-32768, min(32767, round(value))) & 0xFFFF
    return raw & 0xFF, raw >> 8
