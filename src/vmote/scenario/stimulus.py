# SPDX-License-Identifier: Apache-2.0
"""What a scenario's world turns into: channels that sensors sample, faults and truth. Knows no engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

# Every quantity has one unit inside, so that ranges and conversions are checked once, where the scenario is read.
# sound: fraction of full scale (-1 … 1).
QUANTITY_UNITS: dict[str, str] = {
    "temperature": "degC",
    "humidity": "%RH",
    "pressure": "hPa",
    "acceleration-x": "g", "acceleration-y": "g", "acceleration-z": "g",
    "angular-rate-x": "dps", "angular-rate-y": "dps", "angular-rate-z": "dps",
    "magnetic-field-x": "gauss", "magnetic-field-y": "gauss", "magnetic-field-z": "gauss",
    "sound": "FS",
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
