# SPDX-License-Identifier: Apache-2.0
"""A stimulus into files and commands: each part fed in the way its Renode model takes samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmote.engine.renode.commands import at, part_path
from vmote.engine.renode.resd import Sample, fine_blocks, write_resd
from vmote.errors import Unsupported
from vmote.platforms import Board
from vmote.scenario.channels import GridChannel
from vmote.scenario.stimulus import Channel, Stimulus
from vmote.soc.world import AT_REST
from vmote.units import NS_PER_S

_MOST = 500_000  # samples of a quantity in a file
_USUAL_NS = 100_000_000

# For each part: the quantity, its RESD type, the property that holds a value, the method that takes a file.
_RESD_PARTS = {
    "hts221": {
        "temperature": (Sample.TEMPERATURE, "Temperature", "FeedTemperatureSamplesFromRESD"),
        "humidity": (Sample.HUMIDITY, "Humidity", "FeedHumiditySamplesFromRESD"),
    },
}


class Feeds:
    """Knows how each quantity reaches the parts that sense it."""

    def __init__(self, board: Board, stimulus: Stimulus, folder: Path) -> None:
        self._board, self._stimulus, self._folder = board, stimulus, folder

    def refuse_what_no_part_takes(self) -> None:
        """Say at the start which of the world's quantities would reach nobody here, though the board senses them."""
        sensed = {quantity for part in self._board.parts.values() for quantity in part.quantities}
        for quantity in sensed & set(self._stimulus.channels):
            self.check_taken(quantity)

    def begin(self) -> list[str]:
        """Write the files; return the commands that give every part its world."""
        return [command for quantity in sorted(self._quantities()) for command in self.follow(quantity)]

    def follow(self, quantity: str) -> list[str]:
        """Return the commands that hand a quantity to the stimulus, or to rest where it says nothing."""
        channel = self._stimulus.channels.get(quantity)
        if channel is None:
            return self.hold(quantity, AT_REST.get(quantity, 0.0))
        commands = []
        for part, sample, _, feed in self._takers(quantity):
            path = self._folder / f"{quantity}.resd"
            if not path.is_file():
                period_ns = _period_ns(channel, self._stimulus.duration_ns)
                values = _samples(channel, period_ns, self._stimulus.duration_ns)
                write_resd(path, fine_blocks(sample, values, period_ns))
            commands.append(f"{part_path(self._board, part)} {feed} {at(path)} 0 1 true")
        return commands

    def hold(self, quantity: str, value: float) -> list[str]:
        """Return the commands that hold a quantity at a value."""
        return [f"{part_path(self._board, part)} {prop} {value:.6f}" for part, _, prop, _ in self._takers(quantity)]

    def check_taken(self, quantity: str) -> None:
        """Refuse a quantity that would reach no part here."""
        if not list(self._takers(quantity)):
            raise _cannot_feed(quantity, self._board)

    def _quantities(self) -> set[str]:
        return {q for part in self._board.parts.values() for q in _RESD_PARTS.get(part.model, {})}

    def _takers(self, quantity: str) -> Iterator[tuple[str, Sample, str, str]]:
        for name, part in self._board.parts.items():
            taken = _RESD_PARTS.get(part.model, {}).get(quantity)
            if taken is not None:
                yield name, *taken


def _cannot_feed(quantity: str, board: Board) -> Unsupported:
    return Unsupported(f"engine renode cannot feed {quantity} to {board.name} yet", hint="use engine qemu")


def _period_ns(channel: Channel, duration_ns: int) -> int:
    """Choose the channel's own grid where it has one, for then nothing is lost; else ten samples a second."""
    period = _USUAL_NS
    if isinstance(channel, GridChannel):
        exact = NS_PER_S / (channel.grid.rate * channel.pace)
        period = max(1, int(exact)) if exact.denominator == 1 else _USUAL_NS
    return max(period, -(-duration_ns // _MOST))


def _samples(channel: Channel, period_ns: int, duration_ns: int) -> NDArray[np.float64]:
    """Sample a channel to its end and two beyond, so that there is always a next one to draw a line to."""
    return channel.samples(0, NS_PER_S / period_ns, duration_ns // period_ns + 3)
