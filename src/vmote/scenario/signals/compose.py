# SPDX-License-Identifier: Apache-2.0
"""Pieces placed, scaled, faded and laid over each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vmote.scenario.signals.grid import Floats, Grid, Source


@dataclass(frozen=True)
class Placement:
    """When a piece is there, and how it comes and goes."""

    start: float = -np.inf
    end: float = np.inf
    fade: float = 0.0
    every: float | None = None  # repeated with this period …
    times: int | None = None  # … this often, or to the end

    @property
    def always(self) -> bool:
        """Tell whether the piece is there throughout."""
        return self.start == -np.inf and self.end == np.inf and self.every is None

    def weight(self, t: Floats) -> Floats:
        """Return 0 where the piece is not, 1 where it is, and between where it fades."""
        t = self.folded(t)
        if self.fade <= 0:
            return ((t >= self.start) & (t < self.end)).astype(np.float64)
        rise = np.clip((t - self.start) / self.fade, 0.0, 1.0)
        fall = np.clip((self.end - t) / self.fade, 0.0, 1.0)
        return np.minimum(rise, fall)

    def folded(self, t: Floats) -> Floats:
        """Return the times as the piece sees them: repetition takes each back to the first turn."""
        if self.every is None:
            return t
        turn = np.floor((t - self.start) / self.every)
        turn = np.clip(turn, 0, None if self.times is None else self.times - 1)
        return t - turn * self.every


@dataclass
class Laid:
    """A piece in its place."""

    source: Source
    placement: Placement
    gain: float = 1.0
    replace: bool = False


@dataclass
class Mix:
    """Pieces laid over each other in the order they are written."""

    grid: Grid
    pieces: list[Laid]

    def block(self, k: int) -> Floats:
        """Sum the pieces; one that replaces fades out what lies below it."""
        total = np.zeros(self.grid.size)
        t = self.grid.times(k)
        for laid in self.pieces:
            if laid.placement.always:
                total = laid.gain * laid.source.block(k) + (0.0 if laid.replace else total)
                continue
            weight = laid.placement.weight(t)
            if not weight.any():
                continue
            if laid.replace:
                total *= 1.0 - weight
            total += laid.gain * weight * laid.source.block(k)
        return total
