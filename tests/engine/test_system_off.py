# SPDX-License-Identifier: Apache-2.0
"""System OFF of the nRF52840 (PS 5.3.3): no instruction more, until a pin or the reset pin begins anew by a reset."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.engine.base import End, Limits
from vmote.platforms import Board, load_board
from vmote.scenario.stimulus import Fault, Stimulus, Switch

pytestmark = pytest.mark.tools
Build = Callable[..., Path]
S = 1_000_000_000
OFF, PIN = 1 << 16, 1 << 0  # RESETREAS
PRESSES = Switch(((1 * S, 2 * S), (5 * S, 5 * S + S // 10)))


def told(bench) -> list[tuple[float, int, int]]:
    """Return when the device began, why, and what was left in RAM."""
    lines = [(t / S, line) for t, text in bench.seen.console for line in text.decode().splitlines()]
    begun = [(t, int(line[7:])) for t, line in lines if line.startswith("reason=")]
    kept = [int(line[5:]) for _, line in lines if line.startswith("kept=")]
    assert "never said" not in bench.seen.text
    return [(round(t), reason, count) for (t, reason), count in zip(begun, kept, strict=True)]


def test_nothing_can_wake_it(build: Build, run) -> None:
    bench = run(build("off", OFF=0), 10)
    assert bench.stop.end is End.OFF and "no pin senses" in bench.stop.detail
    assert bench.stop.t_ns < 20_000_000 and told(bench) == [(0, 0, 0)]
    assert bench.engine.run_until(11 * S) == bench.stop


@pytest.mark.parametrize(("image", "kept"), [(1, [0, 0, 0]), (2, [0, 1, 2])])
def test_a_button_wakes_it(build: Build, run, image: int, kept: list[int]) -> None:
    bench = run(build("off", OFF=image), 3, stimulus=Stimulus({"button": PRESSES}, 10**12))
    assert bench.stop.end is End.TIME and bench.stop.t_ns == 3 * S
    asleep = bench.engine.counters().instructions
    assert bench.engine.run_until(4 * S).t_ns == 4 * S and bench.engine.counters().instructions == asleep
    assert bench.engine.run_until(10 * S).end is End.TIME
    assert told(bench) == [(0, 0, kept[0]), (1, OFF, kept[1]), (5, OFF, kept[2])]
    said = bench.seen.text.splitlines()
    assert [line for line in said if line.startswith("retained")] == ["retained=0", "retained=1", "retained=2"]
    # The pins are as they were: the LED's never went out, and the one that woke it is latched.
    assert [line for line in said if line.startswith("lit")] == ["lit=0", "lit=1", "lit=1"]
    assert [line for line in said if line.startswith("latch")] == ["latch=0", "latch=1", "latch=1"]
    assert [(name, on) for _, name, on in bench.seen.pins] == [("builtin", True)]
    assert bench.engine.counters().extra["resets"] == 0  # to be woken is no trouble


@pytest.mark.parametrize("image", [3, 4])
def test_awake_at_once_time_and_again(build: Build, run, image: int) -> None:
    world = Stimulus({"button": Switch(((0, 9 * S),))}, 10**12)
    bench = run(build("off", OFF=image), 10, stimulus=world, limits=Limits(resets=3))
    assert bench.stop.end is End.RESET_LOOP and "the last by off" in bench.stop.detail


def reset_board() -> Board:
    """The board with its button at the reset pin, P0.18."""
    board = load_board("nano33ble-sense")
    button = board.parts["button"].model_copy(update={"lines": {"out": "P0.18"}})
    return board.model_copy(update={"parts": board.parts | {"button": button}})


def test_the_reset_pin_wakes_it(build: Build, run) -> None:
    bench = run(build("off", OFF=0), 10, stimulus=Stimulus({"button": PRESSES}, 10**12), board=reset_board())
    assert bench.stop.end is End.TIME
    assert told(bench) == [(0, 0, 0), (1, PIN, 0), (5, PIN, 0)]
    assert "retained=1" not in bench.seen.text  # a pin reset clears GPREGRET


def test_the_reset_pin_resets_a_device_that_is_awake(build: Build, run) -> None:
    bench = run(build("trouble", TROUBLE=10), 4, stimulus=Stimulus({"button": PRESSES}, 10**12), board=reset_board())
    assert bench.stop.end is End.TIME and bench.seen.text == "before\nbefore\n"
    assert bench.engine.counters().extra["resets"] == 1


def test_a_brown_out_ends_it(build: Build, run) -> None:
    world = Stimulus({}, 10**12, faults=(Fault("brown-out", "supply", 2 * S, 3 * S),))
    bench = run(build("off", OFF=1), 5, stimulus=world)
    assert bench.stop.end is End.TIME and told(bench) == [(0, 0, 0), (3, 0, 0)]


def test_silence_is_noticed(build: Build, run) -> None:
    bench = run(build("off", OFF=1), 60, limits=Limits(silence_ns=5 * S))
    assert bench.stop.end is End.SILENCE and bench.stop.t_ns == pytest.approx(5 * S, abs=20_000_000)
