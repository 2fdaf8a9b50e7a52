# SPDX-License-Identifier: Apache-2.0
"""Windows of a hand-held accelerometer, made by the generators that move the device in a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from vmote.scenario import pieces_motion as pieces
from vmote.scenario.signals.gestures import gesture, to_device
from vmote.scenario.signals.grid import Floats, Grid
from vmote.scenario.signals.motion import Moves, Tremor, Turn, Walk

SENSOR_HZ = 119  # LSM9DS1 datasheet (DocID025715 rev 3), register CTRL_REG6_XL: an output data rate
RATE_HZ = 25
WINDOW = 128
SECONDS = WINDOW / RATE_HZ
FULL_SCALE_G = 4.0
# LSM9DS1 datasheet, table 3: linear acceleration typical zero-g level offset accuracy 90 mg. A board that was laid
# flat once knows most of it.
ZERO_G = 0.02
NOISE_G = 0.004


@dataclass(frozen=True)
class Ranges:
    """What a set of examples may draw: pieces of ranges, so that other sets can live in the gaps."""

    persons: tuple[int, int]
    seconds: tuple[tuple[float, float], ...]
    size: tuple[tuple[float, float], ...]
    cadence: tuple[tuple[float, float], ...]
    strength: tuple[tuple[float, float], ...]


def pick(rng: np.random.Generator, ranges: Sequence[tuple[float, float]]) -> float:
    """Draw evenly from a union of intervals."""
    widths = np.array([high - low for low, high in ranges])
    low, high = ranges[int(rng.choice(len(ranges), p=widths / widths.sum()))]
    return float(rng.uniform(low, high))


class Maker:
    """Makes windows of one set."""

    def __init__(self, ranges: Ranges, rng: np.random.Generator) -> None:
        self.ranges = ranges
        self.rng = rng
        self.grid = Grid(Fraction(SENSOR_HZ), int(np.ceil(SECONDS * SENSOR_HZ)) + 2)

    def person(self) -> int:
        """Draw a person of this set."""
        return int(self.rng.integers(*self.ranges.persons))

    def gesture(self, name: str, inside: tuple[float, float] = (1.0, 1.0)) -> Floats:
        """Draw a gesture; `inside` says how much of it lies within the window."""
        rng = self.rng
        seconds = pick(rng, self.ranges.seconds)
        move = gesture(
            name,
            seconds,
            SENSOR_HZ,
            person=self.person(),
            seed=int(rng.integers(1 << 31)),
            size=pick(rng, self.ranges.size),
            sloppy=float(rng.uniform(0.05, 0.3)),
            mirrored=bool(rng.random() < 0.3),
        )
        share = rng.uniform(*inside)
        if share >= 1.0:
            start = rng.uniform(0.05, SECONDS - seconds - 0.05)
        elif rng.random() < 0.5:
            start = SECONDS - share * seconds  # it has only begun
        else:
            start = -(1.0 - share) * seconds  # its end is still in the window
        rows = self._held(gestures=True)
        return self._sense(rows + Moves.of(self.grid, move, [round(start * SENSOR_HZ)]).block(0))

    def still(self) -> Floats:
        """Lie on a table, or in a hand that holds it, any way up; half of the time as one holds it to draw."""
        return self._sense(self._held(gestures=bool(self.rng.random() < 0.5), on_table=self.rng.random() < 0.4))

    def turned(self) -> Floats:
        """Be turned from one face to another, in the hand or by a hand that then lets go."""
        rng = self.rng
        first, second = (pieces.FACE_ANGLES[str(name)] for name in rng.choice(pieces.FACES, 2, replace=False))
        rows = self._held(gestures=True, on_table=rng.random() < 0.5)
        rows[3] += first[0]
        rows[4] += first[1]
        over = float(rng.uniform(0.3, 2.5))
        at = float(rng.uniform(0.3 - over, SECONDS - 0.3))  # perhaps begun before the window, or ending after it
        turn = Turn(self.grid, at, over, (second[0] - first[0], second[1] - first[1]))
        return self._sense(rows + turn.block(0))

    def walk(self, begun: float = 1.0) -> Floats:
        """Walk; `begun` is the share of the window since it began."""
        rng = self.rng
        spec = pieces.WalkingSpec.model_construct(
            cadence=pick(rng, self.ranges.cadence),
            strength=pick(rng, self.ranges.strength),
            where=str(rng.choice(["hand", "pocket", "wrist"])),
            person=self.person(),
        )
        rows = Walk(self.grid, -float(rng.uniform(0, 600)), spec).block(0)
        if begun < 1.0:
            rows *= self.grid.times(0) >= (1.0 - begun) * SECONDS
        return self._sense(rows + self._held(gestures=bool(rng.random() < 0.6)))

    def _held(self, *, gestures: bool, on_table: bool = False) -> Floats:
        """Return the attitude in which the device is held and the trembling of the hand."""
        rng = self.rng
        spread = 8.0 if gestures else 25.0
        base = (0.0, 0.0)
        if not gestures:
            base = pieces.FACE_ANGLES[str(rng.choice(pieces.FACES))]
        sd = 0.0 if on_table else float(rng.uniform(0.002, 0.03))
        rows = Tremor(self.grid, sd, int(rng.integers(1 << 31)), "hand").block(0)
        rows[3] += base[0] + rng.normal(0, spread)
        rows[4] += base[1] + rng.normal(0, spread)
        return rows

    def _sense(self, rows: Floats) -> Floats:
        """Turn motion into what the part's registers say, at the sensor's rate, and bring it down to the model's."""
        acceleration, _ = to_device(rows[0:3], rows[3:6], rows[6:9])
        offset = self.rng.normal(0, ZERO_G, 3)
        read = acceleration * self.rng.normal(1.0, 0.01, 3) + offset + self.rng.normal(0, NOISE_G, acceleration.shape)
        read = np.clip(read, -FULL_SCALE_G, FULL_SCALE_G)
        return decimate(read)


def decimate(read: Floats) -> NDArray[np.float32]:
    """Average the sensor's samples that fall into each period of the model's rate: WINDOW rows of three axes."""
    period = np.arange(len(read)) * RATE_HZ // SENSOR_HZ
    out = np.empty((WINDOW, read.shape[1]), dtype=np.float32)
    for axis in range(read.shape[1]):
        total = np.bincount(period, weights=read[:, axis], minlength=WINDOW)[:WINDOW]
        out[:, axis] = total / np.bincount(period, minlength=WINDOW)[:WINDOW]
    return out
