# SPDX-License-Identifier: Apache-2.0
"""Wires between parts and pins: data-ready and interrupt lines, buttons, the data line of a bus that is held."""

from __future__ import annotations

from collections.abc import Mapping

from vmote.soc.clock import Alarm, Clock
from vmote.soc.i2c import I2cBus
from vmote.soc.sensors.part import Sensor
from vmote.soc.site import Port


class Lines:
    """What one part drives. It is looked at whenever it was touched, and when a line is due to change by itself."""

    def __init__(self, part: Sensor, clock: Clock, wires: Mapping[str, tuple[Port, int]]) -> None:
        self._part = part
        self._clock = clock
        self._wires = wires
        self._levels: dict[str, bool | None] = dict.fromkeys(wires)
        self._alarm: Alarm | None = None
        part.on_touched = self.look
        self.look()

    def look(self) -> None:
        """Bring the pins up to what the part drives now."""
        part = self._part
        part.settle()
        for name, (port, pin) in self._wires.items():
            level = part.line(name)
            if level != self._levels[name]:
                self._levels[name] = level
                port.drive(pin, level)
        if self._alarm is not None:
            self._alarm.cancel()
        due = None if "freeze" in part.faults else part.next_line_ns()
        self._alarm = (
            None
            if due is None
            else self._clock.at(max(self._clock.cycles(due), self._clock.now + 1), self.look, lasting=True)
        )


def connect_bus(bus: I2cBus, scl: tuple[Port, int], sda: tuple[Port, int]) -> None:
    """Let firmware that takes the pins into its own hands see a held bus, and clock it free."""
    levels: list[bool | None] = [None, None]

    def look() -> None:
        wanted = [True, not bus.held] if bus.pulled_up else [None, None]
        for n, (port, pin) in enumerate((scl, sda)):
            if levels[n] != wanted[n]:
                levels[n] = wanted[n]
                port.drive(pin, wanted[n])

    def clocked(level: bool) -> None:
        if level and scl[0].is_output(scl[1]):
            bus.pulse()

    scl[0].watch(scl[1], clocked)
    bus.changed.append(look)
    look()
