# SPDX-License-Identifier: Apache-2.0
"""A part with a register file behind I2C: sub-address first, then data, as most sensors of this kind speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from vmote.soc.sensors.part import I2cSensor


@dataclass(frozen=True)
class Cell:
    """One register of a part, as its datasheet's table says."""

    at: int
    name: str
    reset: int = 0
    writable: int = 0  # bits that a write changes
    most: bool | None = None  # holds a measurement: its most significant byte, or another one
    inert: int = 0  # writable bits that nothing happens by: setting one is told


class RegisterPart(I2cSensor):
    """Registers of one byte. A subclass has the table of them, and reacts to reads and writes."""

    table: ClassVar[tuple[Cell, ...]] = ()
    cells: ClassVar[dict[int, Cell]] = {}
    auto_increment_bit: ClassVar[int] = 0x80  # of the sub-address; 0: see `increments`

    def __init_subclass__(cls, **given: Any) -> None:
        super().__init_subclass__(**given)
        cls.cells = {cell.at: cell for cell in cls.table}

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
        self.touched()

    def restart(self) -> None:
        """Take the values of power-up."""
        self.registers: dict[int, int] = {cell.at: cell.reset for cell in self.table}
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
        cell = self._cell("writes")
        if cell is not None and cell.writable:
            if byte & cell.inert & ~self.registers[cell.at]:
                self._tell(
                    f"{cell.name} (0x{cell.at:02x}): bits 0x{byte & cell.inert:02x}, by which nothing happens here"
                )
            self.registers[cell.at] = self.registers[cell.at] & ~cell.writable | byte & cell.writable
            self.on_write(cell.at, self.registers[cell.at])
        self._step()
        self.touched()
        return True

    def i2c_read(self) -> int:
        """Give the register that is next."""
        self.settle()
        cell = self._cell("reads")
        value = self.on_read(self._pointer) & 0xFF if cell is not None else 0
        if self.faults and cell is not None and cell.most is not None:
            value = self.spoiled(value, most=cell.most)
        self._step()
        self.touched()
        return value

    def i2c_stop(self) -> None:
        """End the transfer; the sub-address stays."""

    def _cell(self, verb: str) -> Cell | None:
        cell = self.cells.get(self._pointer)
        if cell is None:
            self.around.unmodelled(f"the firmware {verb} {self.name}'s register 0x{self._pointer:02x}")
        return cell

    def _tell(self, what: str) -> None:
        self.around.unmodelled(f"the firmware sets {self.name}.{what}")

    def _step(self) -> None:
        if self._stepping:
            self._pointer = self.after(self._pointer)


def int16_bytes(value: float) -> tuple[int, int]:
    """Return a measurement as the low and the high byte of a two's complement number, saturated."""
    raw = max(-32768, min(32767, round(value))) & 0xFFFF
    return raw & 0xFF, raw >> 8


def pin_level(active: bool, *, active_low: bool, open_drain: bool) -> bool | None:
    """Return what an interrupt pin of a given polarity and kind drives; an open drain only ever pulls down."""
    level = active != active_low
    return None if open_drain and level else level
