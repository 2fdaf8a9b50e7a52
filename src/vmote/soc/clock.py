# SPDX-License-Identifier: Apache-2.0
"""Device time: whole cycles of the board's clock since reset, and the queue of what is due when."""

from __future__ import annotations

import heapq
from collections.abc import Callable

NS_PER_S = 1_000_000_000


class Alarm:
    """Something due at a cycle; cancelled rather than removed."""

    __slots__ = ("action", "cycle", "lasting")

    def __init__(self, cycle: int, action: Callable[[], None], *, lasting: bool = False) -> None:
        self.cycle = cycle
        self.lasting = lasting
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        """Make it never happen."""
        self.action = None


class Clock:
    """Cycles are the unit: nanoseconds are derived, so that every timer of the board agrees exactly."""

    def __init__(self, hz: int) -> None:
        self.hz = hz
        self.now = 0
        self._queue: list[tuple[int, int, int, Alarm]] = []
        self._count = 0

    def ns(self, cycle: int | None = None) -> int:
        """Return a cycle (by default this one) in nanoseconds since reset, rounded down."""
        return (self.now if cycle is None else cycle) * NS_PER_S // self.hz

    def cycles(self, ns: int) -> int:
        """Return the first cycle that is not before an instant."""
        return -(-ns * self.hz // NS_PER_S)

    def at(self, cycle: int, action: Callable[[], None], *, rank: int = 1, lasting: bool = False) -> Alarm:
        """Have something done at a cycle; at the same cycle, by rank and then in the order of asking.

        What is `lasting` happens outside of the SoC, whether or not that is switched off.
        """
        alarm = Alarm(cycle, action, lasting=lasting)
        self._count += 1
        heapq.heappush(self._queue, (cycle, rank, self._count, alarm))
        return alarm

    def after(self, cycles: int, action: Callable[[], None]) -> Alarm:
        """Have something done some cycles from now."""
        return self.at(self.now + max(cycles, 1), action)

    def at_ns(self, ns: int, action: Callable[[], None]) -> Alarm:
        """Have something done at an instant."""
        return self.at(self.cycles(ns), action)

    def drop(self) -> None:
        """The SoC is switched off: cancel what it had planned."""
        for _, _, _, alarm in self._queue:
            if not alarm.lasting:
                alarm.cancel()

    def next_due(self) -> int | None:
        """Return the cycle of what comes next."""
        queue = self._queue
        while queue and queue[0][3].action is None:
            heapq.heappop(queue)
        return queue[0][0] if queue else None

    def advance(self, cycle: int) -> None:
        """Let time pass up to a cycle, doing what is due on the way, each at its own cycle."""
        queue = self._queue
        while queue and queue[0][0] <= cycle:
            due, _, _, alarm = heapq.heappop(queue)
            if alarm.action is not None:
                self.now = max(self.now, due)
                alarm.action()
        self.now = max(self.now, cycle)
