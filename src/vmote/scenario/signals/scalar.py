# SPDX-License-Identifier: Apache-2.0
"""Generators of slow quantities: each a function of the time since the piece was placed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from vmote.scenario import pieces as p
from vmote.scenario.signals.compose import Placement
from vmote.scenario.signals.grid import Floats, Grid, generator

Function = Callable[[Floats], Floats]

DAY = 86400.0


@dataclass
class Analytic:
    """A closed formula of the time since `at`."""

    grid: Grid
    placement: Placement
    at: float
    function: Function

    def block(self, k: int) -> Floats:
        """Evaluate the formula, each repetition from its own start."""
        return self.function(self.placement.folded(self.grid.times(k)) - self.at)


def constant(piece: p.Constant) -> Function:
    """One value."""

    def flat(t: Floats) -> Floats:
        return np.full(t.shape, piece.constant)

    return flat


def points(piece: p.Points) -> Function:
    """A curve through points; before the first and after the last it stands still."""
    when, values = (np.array(column) for column in zip(*piece.curve(), strict=True))

    def straight(t: Floats) -> Floats:
        return np.asarray(np.interp(t, when, values), dtype=np.float64)

    def smooth(t: Floats) -> Floats:
        right = np.clip(np.searchsorted(when, t, side="right"), 1, len(when) - 1)
        x = np.clip((t - when[right - 1]) / np.maximum(when[right] - when[right - 1], 1e-12), 0.0, 1.0)
        value: Floats = values[right - 1] + (values[right] - values[right - 1]) * (x * x * (3.0 - 2.0 * x))
        return value

    return smooth if piece.smooth and len(when) > 1 else straight


def _ends(change: p.ChangeSpec) -> tuple[float, float]:
    if change.by is not None:
        return 0.0, change.by
    return change.from_ or 0.0, change.to or 0.0


def ramp(piece: p.Ramp, rest: float) -> Function:
    """A straight change over `for`, or over what is left of the scenario."""
    low, high = _ends(piece.ramp)
    length = piece.for_ or max(rest, 1e-9)

    def line(t: Floats) -> Floats:
        value: Floats = low + (high - low) * np.clip(t / length, 0.0, 1.0)
        return value

    return line


def step(piece: p.Step) -> Function:
    """A sudden change, for good or for as long as `for` says."""
    low, high = _ends(piece.step)
    length = piece.for_ or np.inf
    return lambda t: np.where((t >= 0) & (t < length), high, low)


def sine(piece: p.Sine) -> Function:
    """A sine wave."""
    spec = piece.sine

    def wave(t: Floats) -> Floats:
        value: Floats = spec.amplitude * np.sin(2 * np.pi * (spec.hertz * t + spec.phase / 360.0))
        return value

    return wave


def diurnal(piece: p.Diurnal) -> Function:
    """A daily wave, steeper in the morning than in the evening, as a thermometer shows it."""
    spec = piece.diurnal

    def wave(t: Floats) -> Floats:
        # The second harmonic lets the air cool for fourteen hours and warm for ten. With it the top of the wave lies
        # 0.26258 before cosine's (where 0.6 s^2 + s = 0.3, s its sine), and is 1.04093 high.
        angle = 2 * np.pi * (t - spec.peak) / DAY - 0.26258
        value: Floats = spec.swing / 2.0 / 1.04093 * (np.cos(angle) - 0.15 * np.sin(2 * angle))
        return value

    return wave


def front(piece: p.Front) -> Function:
    """An S-shaped change centred on the passage, and a slow return where `recovery` is given."""
    spec = piece.front

    def pass_by(t: Floats) -> Floats:
        passed = 0.5 * (1.0 + np.tanh(3.0 * t / spec.over))
        left = np.exp(-np.clip(t, 0.0, None) / spec.recovery) if spec.recovery else 1.0
        value: Floats = spec.change * passed * left
        return value

    return pass_by


@dataclass
class White:
    """White noise, each block from its own seed."""

    grid: Grid
    sd: float
    seed: int
    name: str

    def block(self, k: int) -> Floats:
        """Draw a block."""
        return self.sd * generator(self.seed, self.name, k).standard_normal(self.grid.size)


@dataclass
class Walk:
    """A random walk, or with `back` a wandering that forgets itself."""

    grid: Grid
    spec: p.WalkSpec
    seed: int
    name: str
    starts: dict[int, float] = field(default_factory=lambda: {0: 0.0})

    def block(self, k: int) -> Floats:
        """Walk from where block k-1 ended."""
        for before in range(max(j for j in self.starts if j <= k), k):
            self._walk(before)
        return self._walk(k)

    def _walk(self, k: int) -> Floats:
        step = 1.0 / self.grid.hertz
        noise = generator(self.seed, self.name, k).standard_normal(self.grid.size)
        noise *= self.spec.sd * np.sqrt(step / self.spec.per)
        out = autoregress(noise, np.exp(-step / self.spec.back) if self.spec.back else 1.0, self.starts[k])
        self.starts[k + 1] = float(out[-1])
        return out


def autoregress(noise: Floats, keep: float, start: float) -> Floats:
    """Return x[i] = keep·x[i-1] + noise[i], without a loop over samples."""
    if keep >= 1.0:
        return start + np.cumsum(noise)
    out = np.empty_like(noise)
    # Scaled sums stay exact enough while keep^-n does not outgrow a thousand.
    length = max(1, min(len(noise), int(np.log(1e3) / -np.log(max(keep, 1e-300)))))
    weights = keep ** np.arange(1, length + 1)
    for low in range(0, len(noise), length):
        part = noise[low : low + length]
        w = weights[: len(part)]
        out[low : low + length] = w * (start + np.cumsum(part / w))
        start = float(out[low + len(part) - 1])
    return out
