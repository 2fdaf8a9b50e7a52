# SPDX-License-Identifier: Apache-2.0
"""Ready-made samples put into place, as often as wanted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vmote.scenario.signals.grid import Floats, Grid


@dataclass
class Clip:
    """Samples on the grid's rate, starting at each of `starts` (sorted sample numbers)."""

    grid: Grid
    samples: Floats
    starts: Sequence[int]

    def block(self, k: int) -> Floats:
        """Lay what of the clip falls into block k."""
        out = np.zeros(self.grid.size)
        first, last = k * self.grid.size, (k + 1) * self.grid.size
        low = bisect_right(self.starts, first - len(self.samples))
        for start in self.starts[low : bisect_left(self.starts, last)]:
            a, b = max(start, first), min(start + len(self.samples), last)
            out[a - first : b - first] += self.samples[a - start : b - start]
        return out
