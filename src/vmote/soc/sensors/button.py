# SPDX-License-Identifier: Apache-2.0
"""A push button between a pin and ground: the firmware's pull-up makes the other level. It does not bounce."""

from __future__ import annotations

from typing import ClassVar

from vmote.soc.sensors.part import Sensor


class Button(Sensor):
    """Pressed while the world's `button` is 1. The pin is low then, and nobody's otherwise."""

    lines: ClassVar[tuple[str, ...]] = ("out",)

    @property
    def pressed(self) -> bool:
        """Tell whether it is down; one that vanished, or is frozen, is not."""
        now = self.around.now_ns()
        return self.powered and not self.faults and self.around.is_on("button", now)

    def line(self, name: str) -> bool | None:
        """Short the pin to ground."""
        return False if self.pressed else None

    def next_line_ns(self) -> int | None:
        """Return the next time that somebody presses or lets go."""
        return self.around.next_change("button", self.around.now_ns())
