# SPDX-License-Identifier: Apache-2.0
"""A part with a register file behind I2C: sub-address first, then data, as most sensors of this kind speak."""

from __future__ import annotations

from typing import ClassVar

from vmote.soc.sensors.part import I2cSensor


class RegisterPart(I2cSensor):
    """Registers of one byte. A subclass fills the table of power-up values and reacts to reads and writes."""

    power_up: ClassVar[dict[int, int]] = {}
    writable: ClassVar[dict[int, int]] = {}  # register: bits that a write changes
    measurement: ClassVar[dict[int, bool]] = {}  # registers that hold measurements: is it a most significant byte?
    auto_increment_bit: ClassVar[int] = 0x80  # of the sub-address; 0: see `increments`

    def power_off(self) -> None:
        """Be without supply."""
        self.powered = False
        self.restart()

    def power(self, on: bool) -> None:
        """Switch the supply; what was set is lost."""
        if on == self.powered:
            return
        self.powered = on
        self.restart()

    def restart(self) -> None:
        """Take the values of power-up."""
        self.registers: dict[int, int] = dict(self.power_up)
        self._pointer = 0
        self._stepping = False
        self._fresh = False
        self.reset()

    def reset(self) -> None:
        """Do what else the part does at power-up."""

    def on_read(self, register: int) -> int:
        """Return a register's value, with what reading it changes."""
        return self.registers.get(register, 0)

    def on_write(self, register: int, value: int) -> None:
        """React to a register that was just written."""

    def after(self, register: int) -> int:
        """Return the register that follows in a transfer of several bytes."""
        return (register + 1) & 0x7F

    def increments(self) -> bool:
        """Tell whether the sub-address steps, when no bit of it says so."""
        return True

    # --- I2C ---

    def i2c_start(self, read: bool) -> bool:
        """Be addressed."""
        self._fresh = not read
        return self.answers

    def i2c_write(self, byte: int) -> bool:
        """Take the sub-address, then data."""
        self.settle()
        if self._fresh:
            self._fresh = False
            self._stepping = bool(byte & self.auto_increment_bit) if self.auto_increment_bit else self.increments()
            self._pointer = byte & ~self.auto_increment_bit & 0xFF
            return True
        mask = self.writable.get(self._pointer, 0)
        if mask:
            self.registers[self._pointer] = (self.registers.get(self._pointer, 0) & ~mask) | (byte & mask)
            self.on_write(self._pointer, self.registers[self._pointer])
        self._step()
        return True

    def i2c_read(self) -> int:
        """Give the register that is next."""
        self.settle()
        value = self.on_read(self._pointer) & 0xFF
        if self.faults and self._pointer in self.measurement:
            value = self.spoiled(value, most=self.measurement[self._pointer])
        self._step()
        return value

    def i2c_stop(self) -> None:
        """End the transfer; the sub-address stays."""

    def _step(self) -> None:
        if self._stepping:
            self._pointer = self.after(self._pointer)


def int16_bytes(value: float) -> tuple[int, int]:
    """Return a measurement as the low and the high byte of a two's complement number, saturated."""
    raw = max(-32768, min(32767, round(value))) & 0xFFFF
    return raw & 0xFF, raw >> 8
