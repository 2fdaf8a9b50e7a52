# SPDX-License-Identifier: Apache-2.0
"""What was kept is there again, in the same objects; what cannot be kept is refused."""

from __future__ import annotations

import random
from collections import deque
from functools import partial

import numpy as np
import pytest

from vmote.platforms import load_board
from vmote.scenario.stimulus import Stimulus
from vmote.soc.bus import LocalPages
from vmote.soc.clock import Clock
from vmote.soc.device import Device
from vmote.soc.memento import CannotKeep, Memento
from vmote.soc.memory import Memories, Stretch
from vmote.soc.world import World


class Model:
    """Some of everything that a model may hold."""

    __module__ = "vmote.soc.test"

    def __init__(self) -> None:
        self.number = 1
        self.nested = {"list": [1, {2}], "queue": deque([1, 2]), "bytes": bytearray(b"ab")}
        self.array = np.arange(4)
        self.random = random.Random(1)
        count = 0

        def counted() -> int:
            nonlocal count
            count += 1
            return count

        self.counted = counted
        self.later = partial(self.change, extra=[])

    def change(self, extra: list[int]) -> None:
        """Change all of it."""
        self.number += 1
        self.nested["list"][1].add(3)
        self.nested["queue"].append(3)
        self.nested["bytes"][0] = 0
        self.array[1] = 9
        self.random.random()
        self.counted()
        extra.append(1)
        self.new = True

    def told(self) -> str:
        """Write it down."""
        extra = self.later.keywords["extra"]
        return repr((self.number, self.nested, self.array.tolist(), self.random.getstate(), extra, vars(self).keys()))


def test_everything_is_as_it_was() -> None:
    model = Model()
    model.counted()
    before, inner = model.told(), model.nested["list"]
    memento = Memento(model)
    for _ in range(2):
        model.later()
        assert model.told() != before
        memento.restore()
        assert model.told() == before and model.nested["list"] is inner
        assert model.counted() == 2  # a variable of a function
        memento.restore()


def test_what_is_beyond_is_left_alone() -> None:
    model, other = Model(), Model()
    model.other = other
    memento = Memento(model, beyond=(other,))
    model.later()
    other.later()
    memento.restore()
    assert (model.number, other.number) == (1, 2)


def test_what_cannot_be_kept_is_refused() -> None:
    model = Model()
    model.under_way = iter([1, 2])
    with pytest.raises(CannotKeep, match="list_iterator"):
        Memento(model)


class Told:
    """Nobody."""

    __module__ = "vmote.soc.test"

    def console(self, text: bytes) -> None: ...
    def pin(self, name: str, on: bool) -> None: ...
    def warning(self, text: str) -> None: ...
    def fault(self, fault: object) -> None: ...


@pytest.mark.parametrize("name", ["nano33ble-sense", "portenta-h7"])
def test_every_model_of_a_board_can_be_kept(name: str) -> None:
    """A new model that holds something else has to say so here, before a suite boots each time in silence."""
    board = load_board(name)
    memories = Memories(*(Stretch(n, m.base, memoryview(bytearray(m.size))) for n, m in board.memory.items()))
    clock = Clock(board.clock_hz)
    device = Device(board, World(Stimulus({}, 1)), clock, LocalPages(), memories, Told())
    memento = Memento(device, clock)
    clock.advance(10**6)
    memento.restore()
    assert clock.now == 0
