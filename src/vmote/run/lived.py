# SPDX-License-Identifier: Apache-2.0
"""A channel as it was lived through: what a scenario says, and what was held by hand in between."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vmote.scenario.stimulus import Channel
from vmote.units import NS_PER_S


@dataclass
class LivedChannel:
    """Answers for any instant what the quantity was then; `base` may be exchanged for one with the same past."""

    base: Channel | None
    changes: list[tuple[int, float | None]] = field(default_factory=list)  # from when on held at what; None: let go

    def held_at(self, t_ns: int) -> float | None:
        """Return the value a hand holds at an instant, or None."""
        at = bisect_right(self.changes, t_ns, key=lambda change: change[0])
        return self.changes[at - 1][1] if at else None

    def value_at(self, t_ns: int) -> float:
        """Return the quantity at one instant."""
        held = self.held_at(t_ns)
        if held is not None:
            return held
        return 0.0 if self.base is None else self.base.value_at(t_ns)

    def next_change(self, t_ns: int) -> int | None:
        """Return when what the scenario says switches next, for a quantity that does."""
        change = getattr(self.base, "next_change", None)
        return None if change is None else change(t_ns)

    def samples(self, start_ns: int, rate_hz: float, count: int) -> NDArray[np.float64]:
        """Return `count` samples from `start_ns` on."""
        values = np.zeros(count) if self.base is None else self.base.samples(start_ns, rate_hz, count)
        if not self.changes:
            return values
        values = values.copy()
        first = [(change - start_ns) * rate_hz / NS_PER_S for change, _ in self.changes]
        edges = [min(max(int(np.ceil(at - 1e-9)), 0), count) for at in first] + [count]
        for (_, value), low, high in zip(self.changes, edges, edges[1:], strict=False):
            if value is not None:
                values[low:high] = value
        return values
