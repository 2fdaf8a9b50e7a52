# SPDX-License-Identifier: Apache-2.0
"""Motion put together: hands, bodies and machines into three axes of acceleration and three of angular rate."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vmote.scenario import pieces_motion as pm
from vmote.scenario.signals.clip import Clip
from vmote.scenario.signals.compose import Placement
from vmote.scenario.signals.gestures import Move, to_device
from vmote.scenario.signals.grid import Floats, Grid, generator
from vmote.scenario.signals.scalar import autoregress

ROWS = 9  # linear acceleration, attitude, its derivative: three each


class Mover(Protocol):
    """Something that moves the device."""

    def block(self, k: int) -> Floats:
        """Return its nine rows of block k."""


@dataclass
class Motion:
    """All that moves the device; gravity is added where its attitude is known, at the end."""

    grid: Grid
    movers: list[tuple[Mover, Placement, float]]
    _made: OrderedDict[int, tuple[Floats, Floats]] = field(default_factory=OrderedDict)

    def sensed(self, k: int) -> tuple[Floats, Floats]:
        """Return block k of acceleration and angular rate, each [n, 3]."""
        if k not in self._made:
            total = np.zeros((ROWS, self.grid.size))
            t = self.grid.times(k)
            for mover, placement, gain in self.movers:
                if placement.always:
                    total += gain * mover.block(k)
                    continue
                weight = placement.weight(t)
                if weight.any():
                    total += gain * weight * mover.block(k)
            self._made[k] = to_device(total[0:3], total[3:6], total[6:9])
            while len(self._made) > 2:
                self._made.popitem(last=False)
        return self._made[k]


@dataclass
class Axis:
    """One axis of a motion."""

    motion: Motion
    rotation: bool
    axis: int

    def block(self, k: int) -> Floats:
        """Return the axis's block."""
        return self.motion.sensed(k)[int(self.rotation)][:, self.axis].copy()


@dataclass
class Turn:
    """The device turns from one attitude to another and stays."""

    grid: Grid
    at: float
    over: float
    angles: tuple[float, float]

    def block(self, k: int) -> Floats:
        """Turn smoothly."""
        out = np.zeros((ROWS, self.grid.size))
        x = np.clip((self.grid.times(k) - self.at) / self.over, 0.0, 1.0) if self.over > 0 else np.ones(self.grid.size)
        part = x * x * (3.0 - 2.0 * x)
        speed = 6.0 * x * (1.0 - x) / self.over if self.over > 0 else np.zeros(self.grid.size)
        for row, angle in enumerate(self.angles):
            out[3 + row] = angle * part
            out[6 + row] = angle * speed
        return out


@dataclass
class Moves:
    """A ready-made move at each of its starts."""

    clips: list[Clip]

    @classmethod
    def of(cls, grid: Grid, move: Move, starts: list[int]) -> Moves:
        """Put a move into place."""
        rows = np.concatenate([move.linear, move.attitude, move.turning], axis=1).T
        return cls([Clip(grid, np.ascontiguousarray(row), starts) for row in rows])

    def block(self, k: int) -> Floats:
        """Return the rows of block k."""
        return np.stack([clip.block(k) for clip in self.clips])


@dataclass
class Walk:
    """Steps: a bounce and its harmonics, a sway at half the pace, an arm that swings."""

    grid: Grid
    at: float
    spec: pm.WalkingSpec

    def block(self, k: int) -> Floats:
        """Walk through block k."""
        own = generator(self.spec.person, "walker")
        phases, drift = own.uniform(0, 2 * np.pi, 5), own.uniform(0.02, 0.05, 3)
        depth = own.uniform(0.7, 1.3, 4)
        t = self.grid.times(k) - self.at
        f, s = self.spec.cadence, self.spec.strength
        step = 2 * np.pi * f * t
        for i, slow in enumerate((0.11, 0.23, 0.37)):  # nobody walks like a clock
            step = step + 2 * np.pi * drift[i] * f * np.sin(2 * np.pi * slow * t + phases[i])
        out = np.zeros((ROWS, self.grid.size))
        swing = {"hand": 12.0, "pocket": 20.0, "wrist": 30.0}[self.spec.where]
        damp = {"hand": 0.8, "pocket": 1.1, "wrist": 1.0}[self.spec.where]
        out[2] = damp * s * (np.sin(step) + 0.45 * depth[0] * np.sin(2 * step + phases[3]) + 0.15 * np.sin(3 * step))
        out[1] = damp * s * 0.5 * depth[1] * np.cos(step + phases[4])
        out[0] = damp * s * 0.35 * depth[2] * np.sin(step / 2)
        pace = np.pi * f  # of the arm, in radians a second
        out[4] = swing * depth[3] * np.sin(step / 2 + 0.5)
        out[7] = swing * depth[3] * pace * np.cos(step / 2 + 0.5)
        out[3] = 3.0 * np.sin(step / 2)
        out[6] = 3.0 * pace * np.cos(step / 2)
        return out


@dataclass
class Tremor:
    """A hand that holds still: noise that forgets itself within some hundredths of a second."""

    grid: Grid
    sd: float
    seed: int
    name: str
    starts: dict[int, list[float]] = field(default_factory=lambda: {0: [0.0, 0.0, 0.0]})

    def block(self, k: int) -> Floats:
        """Tremble from where block k-1 ended."""
        for before in range(max(j for j in self.starts if j <= k), k):
            self._block(before)
        return self._block(k)

    def _block(self, k: int) -> Floats:
        out = np.zeros((ROWS, self.grid.size))
        keep = float(np.exp(-1.0 / (0.03 * self.grid.hertz)))
        noise = generator(self.seed, self.name, k).standard_normal((3, self.grid.size))
        noise *= self.sd * np.sqrt(1.0 - keep * keep)
        ends = []
        for axis in range(3):
            out[axis] = autoregress(noise[axis], keep, self.starts[k][axis])
            ends.append(float(out[axis][-1]))
        self.starts[k + 1] = ends
        return out


@dataclass
class Machine:
    """A machine that turns, and perhaps a bearing that knocks."""

    grid: Grid
    at: float
    spec: pm.VibrationSpec
    axis: int
    seed: int
    name: str

    def block(self, k: int) -> Floats:
        """Vibrate through block k."""
        out = np.zeros((ROWS, self.grid.size))
        out[self.axis] = self.wave(k)
        return out

    def wave(self, k: int) -> Floats:
        """Return the vibration alone."""
        t = self.grid.times(k) - self.at
        phases = generator(self.seed, f"{self.name}/phases").uniform(0, 2 * np.pi, len(self.spec.harmonics) + 3)
        turn = 2 * np.pi * self.spec.speed * t
        for i, slow in enumerate((0.071, 0.19, 0.53)):
            # The phase wanders so that the speed does, by the given share, with no harmonic of its own.
            turn = turn + self.spec.unsteady * self.spec.speed / slow / 3 * np.sin(2 * np.pi * slow * t + phases[i])
        total = np.zeros(self.grid.size)
        for number, amplitude in enumerate(self.spec.harmonics, start=1):
            if number * self.spec.speed < self.grid.hertz / 2:
                total += amplitude * np.sin(number * turn + phases[2 + number])
        return total + self._knocks(t) if self.spec.bearing else total

    def _knocks(self, t: Floats) -> Floats:
        bearing = self.spec.bearing
        assert bearing is not None
        rate = passages(bearing, self.spec.speed)
        ring = np.arange(int(8 * bearing.decay * self.grid.hertz) + 2) / self.grid.hertz
        out = np.zeros(len(t) + len(ring) + 2)
        first = max(0, int((t[0] - ring[-1]) * rate) - 2)
        numbers = np.arange(first, max(first, int(t[-1] * rate) + 3), dtype=np.int64)
        for number, slip in zip(numbers.tolist(), self._slips(numbers).tolist(), strict=True):
            when = (number + slip) / rate
            low = (when - t[0]) * self.grid.hertz
            index = int(np.ceil(low))
            if when < 0 or index + len(ring) <= 0 or index >= len(t):
                continue
            since = ring + (index - low) / self.grid.hertz
            wave = np.exp(-since / bearing.decay) * np.sin(2 * np.pi * bearing.resonance * since)
            a = max(index, 0)
            out[a : index + len(ring)] += self._load(when) * bearing.severity * wave[a - index :]
        return out[: len(t)]

    def _slips(self, numbers: NDArray[np.int64]) -> Floats:
        """Return how far each passage is off its time, in passages; drawn in chunks, so any block finds its own."""
        slips = np.empty(len(numbers))
        for chunk in range(int(numbers[0]) // 1024, int(numbers[-1]) // 1024 + 1) if len(numbers) else ():
            drawn = generator(self.seed, f"{self.name}/slips", chunk).standard_normal(1024)
            here = numbers // 1024 == chunk
            slips[here] = drawn[numbers[here] % 1024]
        bearing = self.spec.bearing
        return slips * (bearing.slip if bearing else 0.0)

    def _load(self, when: float) -> float:
        """Return how loaded the fault is as it passes: an inner ring's goes round, an outer ring's stays."""
        bearing = self.spec.bearing
        assert bearing is not None
        if bearing.fault == "outer":
            return 1.0
        around = self.spec.speed if bearing.fault == "inner" else passages(bearing, self.spec.speed, "cage")
        return float(0.55 + 0.45 * np.cos(2 * np.pi * around * when))


def passages(bearing: pm.Bearing, speed: float, fault: str | None = None) -> float:
    """Return how often a second a bearing's fault is rolled over (R. B. Randall, Vibration-based Condition Monitoring).

    n balls of diameter d on pitch diameter D at contact angle a, shaft speed f, outer ring at rest, s = d/D cos a:
    outer n/2 f (1 - s), inner n/2 f (1 + s), ball D/(2d) f (1 - s^2), cage f/2 (1 - s).
    """
    slope = bearing.ratio * float(np.cos(np.deg2rad(bearing.contact)))
    rates = {
        "outer": bearing.balls / 2 * speed * (1 - slope),
        "inner": bearing.balls / 2 * speed * (1 + slope),
        "ball": speed / (2 * bearing.ratio) * (1 - slope**2),
        "cage": speed / 2 * (1 - slope),
    }
    return rates[fault or bearing.fault]
