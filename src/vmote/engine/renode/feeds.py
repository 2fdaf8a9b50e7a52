# SPDX-License-Identifier: Apache-2.0
"""A stimulus into files and commands: each part fed in the way its Renode model takes samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmote.engine.renode.commands import at, part_path
from vmote.engine.renode.presses import PRESSED, press
from vmote.engine.renode.resd import Sample, write_fine
from vmote.engine.renode.sound import SoundFeed
from vmote.errors import Unsupported
from vmote.platforms import Board
from vmote.scenario.channels import GridChannel
from vmote.scenario.stimulus import Channel, Stimulus
from vmote.soc.world import AT_REST
from vmote.units import NS_PER_S

_MOST_SLOW, _MOST_FAST = 500_000, 4_000_000  # samples of a quantity in a file
_USUAL_NS = 100_000_000  # between two samples of a slow quantity whose own grid does not fit
_FAST_NS = 1_000_000  # … of a fast one
_BEYOND = 3  # samples: the one at the end and two beyond, so that there is always a next one to draw a line to


@dataclass(frozen=True)
class Way:
    """How a quantity, or the three axes of one, reaches a part."""

    quantities: tuple[str, ...]
    sample: Sample | None  # RESD's kind; None is sound, which goes in by pieces
    feed: str  # the method that takes the file
    properties: tuple[str, ...]  # those that hold a value, one a quantity


def _axes(quantity: str, sample: Sample, feed: str, prop: str) -> Way:
    return Way(tuple(f"{quantity}-{axis}" for axis in "xyz"), sample, feed, tuple(f"{prop}{axis}" for axis in "XYZ"))


_TEMPERATURE = Way(("temperature",), Sample.TEMPERATURE, "FeedTemperatureSamplesFromRESD", ("Temperature",))
_HUMIDITY = Way(("humidity",), Sample.HUMIDITY, "FeedHumiditySamplesFromRESD", ("Humidity",))
_PRESSURE = Way(("pressure",), Sample.PRESSURE, "FeedPressureSamplesFromRESD", ("Pressure",))
_HEARD = "sound"  # the quantity
_SOUND = Way((_HEARD,), None, "", ("Sound",))
_WAYS: dict[str, tuple[Way, ...]] = {
    "hs300x": (_TEMPERATURE, _HUMIDITY),
    "hts221": (_TEMPERATURE, _HUMIDITY),
    "lps22hb": (_PRESSURE, _TEMPERATURE),
    "lsm9ds1-ag": (
        _axes("acceleration", Sample.ACCELERATION, "FeedAccelerationSamplesFromRESD", "Acceleration"),
        _axes("angular-rate", Sample.ANGULAR_RATE, "FeedAngularRateSamplesFromRESD", "AngularRate"),
        _TEMPERATURE,
    ),
    "lsm9ds1-m": (
        _axes("magnetic-field", Sample.MAGNETIC_FLUX_DENSITY, "FeedMagneticSamplesFromRESD", "MagneticField"),
    ),
    "mp34dt06": (_SOUND,),
    "analog-microphone": (_SOUND,),
}


class Feeds:
    """Knows how each quantity reaches the parts that sense it."""

    def __init__(self, board: Board, stimulus: Stimulus, folder: Path) -> None:
        self._board, self._stimulus, self._folder = board, stimulus, folder
        heard = stimulus.channels.get(_HEARD)
        microphones = [part_path(board, part) for part, _ in self._takers(_HEARD)]
        self._sound = heard and SoundFeed(heard, microphones, folder, stimulus.duration_ns)

    def refuse_what_no_part_takes(self) -> None:
        """Say at the start which of the world's quantities would reach nobody here, though the board senses them."""
        sensed = {quantity for part in self._board.parts.values() for quantity in part.quantities}
        for quantity in sensed & set(self._stimulus.channels):
            self.check_taken(quantity)

    def begin(self) -> list[str]:
        """Write the files; return the commands that give every part its world."""
        commands = []
        for part, way in self._ways():
            if any(quantity in self._stimulus.channels for quantity in way.quantities):
                commands += [] if way.sample is None else [self._feed(part, way, way.sample)]
            else:
                commands += [self._hold(part, way, quantity, _rest(quantity)) for quantity in way.quantities]
        return commands

    def ahead(self, now_ns: int, t_ns: int) -> tuple[int, list[str]]:
        """Return how far a device may go towards an instant, and what has to be done before."""
        return self._sound.ahead(now_ns, t_ns) if self._sound else (t_ns, [])

    def follow(self, quantity: str) -> list[str]:
        """Return the commands that hand a quantity to the stimulus, or to rest where it says nothing.

        Axes travel together: those of the same sensor are handed over with it.
        """
        if quantity == PRESSED:
            return []  # the engine presses at the very instants
        if quantity not in self._stimulus.channels:
            return self.hold(quantity, _rest(quantity))
        if quantity == _HEARD and self._sound:
            self._sound.follow()
        return [self._feed(part, way, way.sample) for part, way in self._takers(quantity) if way.sample is not None]

    def hold(self, quantity: str, value: float) -> list[str]:
        """Return the commands that hold a quantity at a value."""
        if quantity == PRESSED:
            return list(press(self._board, on=value >= 0.5))
        if quantity == _HEARD and self._sound:
            self._sound.hold()
        return [self._hold(part, way, quantity, value) for part, way in self._takers(quantity)]

    def check_taken(self, quantity: str) -> None:
        """Refuse a quantity that would reach no part here."""
        if not list(self._takers(quantity)) and not (quantity == PRESSED and press(self._board, on=True)):
            raise Unsupported(
                f"engine renode cannot feed {quantity} to {self._board.name}: no part there takes it",
                hint="use engine qemu",
            )

    def _ways(self) -> Iterator[tuple[str, Way]]:
        for name, part in self._board.parts.items():
            for way in _WAYS.get(part.model, ()):
                yield name, way

    def _takers(self, quantity: str) -> Iterator[tuple[str, Way]]:
        return ((part, way) for part, way in self._ways() if quantity in way.quantities)

    def _hold(self, part: str, way: Way, quantity: str, value: float) -> str:
        return f"{part_path(self._board, part)} {way.properties[way.quantities.index(quantity)]} {value:.9f}"

    def _feed(self, part: str, way: Way, sample: Sample) -> str:
        """Write a way's file, unless another part has it already, and name it to the part."""
        path = self._folder / f"{way.quantities[0].removesuffix('-x')}.resd"
        channels = [self._stimulus.channels.get(quantity) for quantity in way.quantities]
        if not path.is_file():
            write_file(path, sample, channels, [_rest(q) for q in way.quantities], self._stimulus.duration_ns)
        return f"{part_path(self._board, part)} {way.feed} {at(path)} 0 1 true"


def write_file(path: Path, sample: Sample, channels: list[Channel | None], rest: list[float], duration_ns: int) -> None:
    """Write channels, axes of one kind, as Renode's parts take them."""
    fast = sample in (Sample.ACCELERATION, Sample.ANGULAR_RATE, Sample.MAGNETIC_FLUX_DENSITY)
    usual, most = (_FAST_NS, _MOST_FAST) if fast else (_USUAL_NS, _MOST_SLOW)
    there = [channel for channel in channels if channel is not None]
    times = _own_times(there, duration_ns, most)
    if times is not None:
        columns = [_at_times(channel, still, times) for channel, still in zip(channels, rest, strict=True)]
        write_fine(path, sample, _table(columns), times_ns=times)
        return
    period_ns = max(_period_ns(there, usual), -(-duration_ns // most))
    count = duration_ns // period_ns + _BEYOND
    columns = [_column(channel, still, period_ns, count) for channel, still in zip(channels, rest, strict=True)]
    write_fine(path, sample, _table(columns), period_ns=period_ns)


def _rest(quantity: str) -> float:
    return AT_REST.get(quantity, 0.0)


def _table(columns: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.stack(columns, axis=1) if len(columns) > 1 else columns[0]


def _column(channel: Channel | None, still: float, period_ns: int, count: int) -> NDArray[np.float64]:
    return np.full(count, still) if channel is None else channel.samples(0, NS_PER_S / period_ns, count)


def _at_times(channel: Channel | None, still: float, times: NDArray[np.int64]) -> NDArray[np.float64]:
    if channel is None:
        return np.full(len(times), still)
    if isinstance(channel, GridChannel):
        return channel.native(0, len(times))
    return np.array([channel.value_at(int(t_ns)) for t_ns in times])


def _own_ns(channel: GridChannel) -> Fraction:
    return NS_PER_S / Fraction(channel.grid.rate * channel.pace)


def _own_times(channels: list[Channel], duration_ns: int, most: int) -> NDArray[np.int64] | None:
    """Return when the channels' own samples are where their grid is not one of whole nanoseconds.

    That takes a time for each sample, rounded; None where a period says as much, or grids differ, or the file would be
    too large.
    """
    grids = {_own_ns(channel) for channel in channels if isinstance(channel, GridChannel)}
    if len(grids) != 1:
        return None
    own = grids.pop()
    count = int(duration_ns / own) + _BEYOND
    if own.denominator == 1 or own < 1 or count > most:
        return None
    return np.array([round(n * own) for n in range(count)], dtype=np.int64)


def _period_ns(channels: list[Channel], usual: int) -> int:
    """Choose the channels' own grid where it is one of whole nanoseconds, for then nothing is lost."""
    period = usual
    for channel in channels:
        if isinstance(channel, GridChannel):
            exact = _own_ns(channel)
            own = exact.numerator if exact.denominator == 1 else min(usual, max(1, int(exact)))
            period = own if channel is channels[0] else min(period, own)
    return period
