# SPDX-License-Identifier: Apache-2.0
"""A counter driven by a slower clock: its value at any cycle, and the cycle at which it reaches a value."""

from __future__ import annotations

from vmote.soc.clock import Clock


class Ticker:
    """Counts edges of a clock of `hz` divided by `divider`; edges lie on a grid that begins at reset."""

    def __init__(self, clock: Clock, hz: int) -> None:
        self.clock = clock
        self.hz = hz
        self.divider = 1
        self.running = False
        self._base = 0
        self._start = 0  # edge at which it was started

    def _edges(self) -> int:
        return self.clock.now * self.hz // self.clock.hz

    @property
    def count(self) -> int:
        """Return the count, never wrapped."""
        if not self.running:
            return self._base
        return self._base + (self._edges() - self._start) // self.divider

    def set(self, count: int) -> None:
        """Go on from a count; the divider begins anew."""
        self._base = count
        self._start = self._edges()

    def start(self) -> None:
        """Begin or go on counting."""
        if not self.running:
            self._start = self._edges()
            self.running = True

    def stop(self) -> None:
        """Hold the count."""
        if self.running:
            self._base = self.count
            self.running = False

    def cycle_at(self, count: int) -> int:
        """Return the cycle at which a count still to come is reached."""
        edge = self._start + (count - self._base) * self.divider
        return -(-edge * self.clock.hz // self.hz)
