# SPDX-License-Identifier: Apache-2.0
"""Channels: a source of blocks read at any virtual time and any rate."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from vmote.scenario.signals.grid import Floats, Grid, Source
from vmote.units import NS_PER_S

KEEP = 8  # blocks held: enough for readers that look back a little


@dataclass
class GridChannel:
    """A source on its grid, rounded to whole quanta so that a machine's last-bit differences in sin() do not show."""

    source: Source
    grid: Grid
    quantum: float
    low: float = -np.inf
    high: float = np.inf
    silent_end: bool = False  # sound ends; a temperature stays
    pace: Fraction = Fraction(1)  # seconds of the world in a second of the device
    _blocks: OrderedDict[int, Floats] = field(default_factory=OrderedDict, repr=False)

    def block(self, k: int) -> Floats:
        """Return block k, rounded and within what the quantity can be; not to be changed."""
        held = self._blocks.get(k)
        if held is None:
            held = np.rint(np.clip(self.source.block(k), self.low, self.high) / self.quantum) * self.quantum
            held.flags.writeable = False
            self._blocks[k] = held
            while len(self._blocks) > KEEP:
                self._blocks.popitem(last=False)
        return held

    def value_at(self, t_ns: int) -> float:
        """Return the quantity at one instant, between two samples in a straight line."""
        rate = self.grid.rate * self.pace
        index, rest = divmod(max(t_ns, 0) * rate.numerator, rate.denominator * NS_PER_S)
        last = self.grid.count - 1
        if index >= last:
            return 0.0 if self.silent_end and index > last else self._at(last)
        here = self._at(index)
        return here + (self._at(index + 1) - here) * (rest / (rate.denominator * NS_PER_S)) if rest else here

    def _at(self, index: int) -> float:
        k, i = divmod(index, self.grid.size)
        return float(self.block(k)[i])

    def native(self, first: int, count: int) -> Floats:
        """Return samples of the grid itself, past the end as the channel ends."""
        out = np.empty(count)
        inside = max(0, min(count, self.grid.count - first))
        done = 0
        while done < inside:
            k, i = divmod(first + done, self.grid.size)
            take = min(inside - done, self.grid.size - i)
            out[done : done + take] = self.block(k)[i : i + take]
            done += take
        out[inside:] = 0.0 if self.silent_end else (self._at(self.grid.count - 1) if inside < count else 0.0)
        return out

    def samples(self, start_ns: int, rate_hz: float, count: int) -> Floats:
        """Return `count` samples from `start_ns` on."""
        if count <= 0:
            return np.empty(0)
        rate = float(self.grid.rate * self.pace)
        position = max(start_ns, 0) / NS_PER_S * rate + np.arange(count) * (rate / rate_hz)
        index = np.floor(position + 1e-9).astype(np.int64)
        rest = np.clip(position - index, 0.0, 1.0)
        first = int(index[0])
        native = self.native(first, int(index[-1]) - first + 2)
        index -= first
        value: Floats = native[index] + (native[index + 1] - native[index]) * rest
        return value
