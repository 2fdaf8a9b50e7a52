# SPDX-License-Identifier: Apache-2.0
"""What a part sampled of the world, taken once more from the same channels: equal to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vmote.scenario.stimulus import Asked, Stimulus

_GRID_NS = 5  # how far a block may begin beside where the one before it ended, by rounding of times


@dataclass(frozen=True)
class Stretch:
    """Samples of one clock that was never restarted; where nothing was asked for, they are not known."""

    start_ns: int
    rate_hz: float
    values: NDArray[np.int64]  # sample × axis
    known: NDArray[np.bool_]
    blocks: tuple[int, ...]  # where the part's blocks begin

    def time_of(self, sample: int) -> int:
        """Return when a sample was taken."""
        return self.start_ns + round(sample * 1e9 / self.rate_hz)

    def spoil(self, from_ns: int, to_ns: int) -> None:
        """Forget the samples of a time in which the part was at fault."""
        low, high = (round((t - self.start_ns) * self.rate_hz / 1e9) for t in (from_ns, to_ns))
        self.known[max(low - 1, 0) : max(high + 2, 0)] = False

    def silence(self, from_ns: int, to_ns: int, wake_ns: int) -> None:
        """Know of a time in which the part was gone: a block it was not asked for is zeros, and so is its waking up."""
        ends = [*self.blocks[1:], len(self.known)]
        longest = int(np.diff([*self.blocks, len(self.known)]).min())
        for begin, following in zip(self.blocks, ends, strict=True):
            end = begin + int(self.known[begin:following].sum())
            awake_ns = to_ns + wake_ns - self.time_of(begin)
            if self.time_of(end) > to_ns and awake_ns > 0:  # asked for once the part was back
                self.values[begin : min(begin + int(awake_ns * self.rate_hz / 1e9), end)] = 0
        low, high = (round((t - self.start_ns) * self.rate_hz / 1e9) for t in (from_ns, to_ns))
        self.known[max(low - longest, 0) : max(high + longest, 0)] = True


@dataclass(frozen=True)
class Silent:
    """A part that gives zeros while it is gone, and until it has woken up."""

    part: str
    wake_ns: int


def stretches(
    asked: Sequence[Asked],
    stimulus: Stimulus,
    quantities: Sequence[str],
    convert: Callable[[NDArray[np.float64]], NDArray[np.int64]],
    silent: Silent | None = None,
) -> list[Stretch]:
    """Ask the channels again and join blocks that follow each other by the part's own clock."""
    first = [block for block in asked if block.quantity == quantities[0] and block.count > 0]
    found: list[Stretch] = []
    group: list[tuple[int, Asked]] = []

    def close() -> None:
        if group:
            found.append(_joined(group, stimulus, quantities, convert))
            group.clear()

    for block in first:
        if group:
            begun = group[0][1]
            at = (block.start_ns - begun.start_ns) * block.rate_hz / 1e9
            index = round(at)
            same_clock = block.rate_hz == begun.rate_hz and abs(at - index) * 1e9 / block.rate_hz <= _GRID_NS
            if same_clock and index >= group[-1][0] + group[-1][1].count:
                group.append((index, block))
                continue
            close()
        group.append((0, block))
    close()
    for stretch in found:
        gone = [fault for fault in stimulus.faults if silent and (fault.kind, fault.part) == ("vanish", silent.part)]
        for fault in gone:
            stretch.silence(fault.start_ns, fault.end_ns, silent.wake_ns if silent else 0)
        for fault in stimulus.faults:
            if fault not in gone:
                stretch.spoil(fault.start_ns, fault.end_ns)
    return found


def _joined(
    group: Sequence[tuple[int, Asked]],
    stimulus: Stimulus,
    quantities: Sequence[str],
    convert: Callable[[NDArray[np.float64]], NDArray[np.int64]],
) -> Stretch:
    length = group[-1][0] + group[-1][1].count
    values = np.zeros((length, len(quantities)), dtype=np.int64)
    known = np.zeros(length, dtype=np.bool_)
    for index, block in group:
        for axis, quantity in enumerate(quantities):
            channel = stimulus.channels.get(quantity)
            if channel is not None:
                raw = channel.samples(block.start_ns, block.rate_hz, block.count)
                values[index : index + block.count, axis] = convert(raw)
        known[index : index + block.count] = True
    begun = group[0][1]
    return Stretch(begun.start_ns, begun.rate_hz, values, known, tuple(index for index, _ in group))
