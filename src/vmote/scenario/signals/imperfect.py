# SPDX-License-Identifier: Apache-2.0
"""What a real sensor's chain does to a quantity, laid over a source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vmote.scenario.imperfections import Dropped, Imperfection
from vmote.scenario.signals.grid import Floats, Grid, Source, generator
from vmote.scenario.signals.scalar import White

LOOK_BACK = 1000  # lost samples in a row that are searched for the last good one


def imperfect(source: Source, wrong: Imperfection, grid: Grid, seed: int, name: str) -> Source:
    """Lay every written error over a source, in the order in which they happen to a signal."""
    if wrong.jitter > 0:
        source = Jittered(Random(source, grid), grid, wrong.jitter, seed, f"{name}/jitter")
    source = Chain(source, wrong, grid, seed, f"{name}/noise")
    if wrong.drop is not None and wrong.drop.share > 0:
        source = Lossy(Random(source, grid), grid, wrong.drop, seed, f"{name}/drop")
    return source


@dataclass
class Random:
    """A source read at any sample."""

    source: Source
    grid: Grid
    _held: tuple[int, Floats] = (-1, np.empty(0))
    _before: tuple[int, Floats] = (-1, np.empty(0))

    def at(self, index: Floats) -> Floats:
        """Return the samples of these (whole) numbers; outside the world its edges go on."""
        wanted = np.clip(index, 0, self.grid.count - 1).astype(np.int64)
        out = np.empty(len(wanted))
        for k in np.unique(wanted // self.grid.size).tolist():
            here = wanted // self.grid.size == k
            out[here] = self._block(k)[wanted[here] - k * self.grid.size]
        return out

    def _block(self, k: int) -> Floats:
        if self._held[0] != k:
            if self._before[0] == k:
                self._held, self._before = self._before, self._held
            else:
                self._held, self._before = (k, self.source.block(k)), self._held
        return self._held[1]


@dataclass
class Chain:
    """Gain, offset, drift, noise, quantization and clipping."""

    source: Source
    wrong: Imperfection
    grid: Grid
    seed: int
    name: str

    def block(self, k: int) -> Floats:
        """Return block k as the chain leaves it."""
        wrong = self.wrong
        out = self.source.block(k) * wrong.gain + (wrong.offset or 0.0)
        if wrong.drift is not None:
            out += wrong.drift.by / wrong.drift.per * self.grid.times(k)
        if wrong.noise:
            out += White(self.grid, wrong.noise, self.seed, self.name).block(k)
        if wrong.quantize:
            out = np.rint(out / wrong.quantize) * wrong.quantize
        if wrong.low is not None or wrong.high is not None:
            out = np.clip(out, wrong.low, wrong.high)
        return out


@dataclass
class Jittered:
    """Samples taken a little early or late."""

    source: Random
    grid: Grid
    sd: float
    seed: int
    name: str

    def block(self, k: int) -> Floats:
        """Return block k as an unsteady clock takes it."""
        late = generator(self.seed, self.name, k).standard_normal(self.grid.size) * (self.sd * self.grid.hertz)
        position = k * self.grid.size + np.arange(self.grid.size) + late
        low = np.floor(position)
        value: Floats = self.source.at(low) * (1.0 - (position - low)) + self.source.at(low + 1) * (position - low)
        return value


@dataclass
class Lossy:
    """Samples that get lost: the last one that came is seen again."""

    source: Random
    grid: Grid
    drop: Dropped
    seed: int
    name: str

    def block(self, k: int) -> Floats:
        """Return block k with its losses."""
        length = max(1.0, self.drop.every * self.grid.hertz)  # grid samples in one of the sensor's
        number = k * self.grid.size + np.arange(self.grid.size)
        slot = np.floor(number / length).astype(np.int64)
        first = max(0, int(slot[0]) - LOOK_BACK)
        came = ~self._lost(first, int(slot[-1]) + 1)
        came[0] = True
        # For each slot the last one that came; a lost slot repeats that one's last moment.
        last = np.maximum.accumulate(np.where(came, np.arange(len(came)), 0)) + first
        seen = last[slot - first]
        index = np.where(seen == slot, number, np.ceil((seen + 1) * length) - 1)
        return self.source.at(np.maximum(index, 0))

    def _lost(self, first: int, end: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        chunks = range(first // 4096, (end - 1) // 4096 + 1)
        drawn = np.concatenate([generator(self.seed, self.name, c).random(4096) for c in chunks])
        return drawn[first - chunks[0] * 4096 : end - chunks[0] * 4096] < self.drop.share
