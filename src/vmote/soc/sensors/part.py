# SPDX-License-Identifier: Apache-2.0
"""What every part of a board has: a supply, surroundings, and things that can go wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from vmote.scenario.stimulus import Fault
from vmote.soc.world import Surroundings


class Sensor:
    """A part that measures. Conversions are worked out when someone looks, not one by one as time passes."""

    lines: ClassVar[tuple[str, ...]] = ()  # what it drives: data-ready and interrupt lines
    signed: ClassVar[bool] = True  # whether measurements are in two's complement

    def __init__(self, name: str, around: Surroundings) -> None:
        self.name = name
        self.around = around
        self.powered = False
        self.on_touched: Callable[[], None] | None = None  # whoever is wired to its lines
        self.faults: dict[str, Fault] = {}  # in force now, by kind
        self.power_off()

    def power_off(self) -> None:
        """Be without supply, as before the first power-up."""
        self.powered = False

    def power(self, on: bool) -> None:
        """Switch the supply."""
        self.powered = on

    def sync(self, now_ns: int) -> None:
        """Let conversions finish that end before now."""

    def line(self, name: str) -> bool | None:
        """Return the level at which the part drives a line now; None lets go of it."""
        return None

    def next_line_ns(self) -> int | None:
        """Return when a line may change by itself, as far as anyone could notice."""
        return None

    def touched(self) -> None:
        """Something happened to the part that its lines may show."""
        if self.on_touched is not None:
            self.on_touched()

    def settle(self) -> None:
        """Bring the part up to now; a frozen one stays where it was."""
        if "freeze" not in self.faults:
            self.sync(self.around.now_ns())

    @property
    def stale(self) -> bool:
        """Tell whether conversions deliver what was measured before."""
        return "stale" in self.faults

    def begin_fault(self, fault: Fault) -> None:
        """Let something go wrong."""
        self.settle()
        self.faults[fault.kind] = fault
        if fault.kind == "vanish":
            self.power(False)
        self.touched()

    def end_fault(self, fault: Fault, *, powered: bool) -> None:
        """Let it be right again."""
        if self.faults.get(fault.kind) is fault:
            del self.faults[fault.kind]
            if fault.kind == "vanish":
                self.power(powered)
        self.touched()

    def spoiled(self, byte: int, *, most: bool) -> int:
        """Return a byte of a measurement as the faults in force let it be seen."""
        if fault := self.faults.get("out-of-range"):
            smallest = 0x80 if most and self.signed else 0x00
            byte = 0xFF - smallest if fault.args.get("value", "high") == "high" else smallest
        if fault := self.faults.get("stuck-bits"):
            mask = int(fault.args.get("mask", 0)) & 0xFF
            byte = byte | mask if fault.args.get("value", "high") == "high" else byte & ~mask
        return byte


class I2cSensor(Sensor):
    """A part on an I2C bus."""

    @property
    def answers(self) -> bool:
        """Tell whether the part acknowledges its address."""
        return self.powered and "nack" not in self.faults and "vanish" not in self.faults

    def i2c_start(self, read: bool) -> bool:
        """Be addressed; False does not acknowledge."""
        return self.answers

    def i2c_write(self, byte: int) -> bool:
        """Take a byte; False does not acknowledge."""
        return True

    def i2c_read(self) -> int:
        """Give a byte."""
        return 0xFF

    def i2c_stop(self) -> None:
        """The transfer is over."""
