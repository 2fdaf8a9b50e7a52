# SPDX-License-Identifier: Apache-2.0
"""What a scenario's world turns into: channels that sensors sample, faults and truth. Knows no engine."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

# Every quantity has one unit inside, so that ranges and conversions are checked once, where the scenario is read.
# sound: fraction of full scale (-1 … 1). button: 1 while it is pressed, 0 otherwise.
QUANTITY_UNITS: dict[str, str] = {
    "temperature": "degC",
    "humidity": "%RH",
    "pressure": "hPa",
    "acceleration-x": "g", "acceleration-y": "g", "acceleration-z": "g",
    "angular-rate-x": "dps", "angular-rate-y": "dps", "angular-rate-z": "dps",
    "magnetic-field-x": "gauss", "magnetic-field-y": "gauss", "magnetic-field-z": "gauss",
    "sound": "FS",
    "button": "pressed",
}  # fmt: skip


class Channel(Protocol):
    """One quantity of the world as a function of virtual time."""

    def value_at(self, t_ns: int) -> float:
        """Return the quantity at one instant."""

    def samples(self, start_ns: int, rate_hz: float, count: int) -> NDArray[np.float64]:
        """Return `count` samples from `start_ns` on; what lies past the end repeats the last value (sound: silence)."""


@dataclass(frozen=True)
class Asked:
    """Equally spaced samples of a quantity that a part took: what its channel was asked for."""

    quantity: str
    start_ns: int
    rate_hz: float
    count: int


@dataclass(frozen=True)
class Switch:
    """A channel that is 1 in stretches of time and 0 between them, to the nanosecond: [start, end), in order."""

    stretches: tuple[tuple[int, int], ...]

    def value_at(self, t_ns: int) -> float:
        """Return 1 or 0."""
        at = bisect_right(self.stretches, t_ns, key=lambda stretch: stretch[0])
        return float(at > 0 and t_ns < self.stretches[at - 1][1])

    def samples(self, start_ns: int, rate_hz: float, count: int) -> NDArray[np.float64]:
        """Return ones and zeros."""
        return np.array([self.value_at(start_ns + round(n * 1e9 / rate_hz)) for n in range(count)])

    def next_change(self, t_ns: int) -> int | None:
        """Return the first instant after `t_ns` at which it switches."""
        return next((edge for stretch in self.stretches for edge in stretch if edge > t_ns), None)


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong at a part of the board, from start to end."""

    kind: str  # nack, hold-bus, freeze, stuck-bits, out-of-range, vanish, brown-out, bit-flip
    part: str  # the part's name in board.yaml, or "supply", "ram"
    start_ns: int
    end_ns: int
    args: dict[str, float | int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class TruthWindow:
    """What the device ought to conclude between two instants."""

    label: str
    start_ns: int
    end_ns: int


@dataclass(frozen=True)
class Stimulus:
    """A scenario rendered: all that an engine needs of it."""

    channels: dict[str, Channel]
    duration_ns: int
    faults: tuple[Fault, ...] = ()
    truth: tuple[TruthWindow, ...] = ()
    sha256: str = ""  # of what was generated, so that a run can say which world it met
