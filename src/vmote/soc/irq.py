# SPDX-License-Identifier: Apache-2.0
"""The interrupt lines into the core: levels, as one integer of bits."""

from __future__ import annotations


class IrqLines:
    """Levels of the lines; the engine takes them over after each exchange."""

    def __init__(self) -> None:
        self.levels = 0

    def set(self, line: int, level: bool) -> None:
        """Raise or lower a line."""
        if level:
            self.levels |= 1 << line
        else:
            self.levels &= ~(1 << line)
