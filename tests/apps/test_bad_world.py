# SPDX-License-Identifier: Apache-2.0
"""What a device meets and must not believe: dead, saturated and offset microphones, humidity that cannot be."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.firmware.build import build
from vmote.platforms import Board, load_board, project_root
from vmote.scenario.stimulus import Fault

sys.path.insert(0, str(project_root() / "tests"))

from firmware.device import live

pytestmark = pytest.mark.tools

HOUR = 3600
RESUMES = 2.6


@pytest.fixture(scope="module")
def board() -> Board:
    return load_board("nano33ble-sense")


@pytest.fixture(scope="module")
def keyword(board: Board) -> Path:
    return build(board, "keyword").path


def hiss(t: float) -> float:
    return 0.02 * math.sin(5000 * t * t)


@pytest.mark.parametrize(
    "value", [0.0, 0.4, 3.0, -3.0], ids=["silent", "direct-current", "saturated-high", "saturated-low"]
)
def test_a_microphone_that_gives_one_value_is_not_concluded_from(value: float, board: Board, keyword: Path) -> None:
    """It is told once, nothing is inferred, and sound that comes back is heard."""
    seen = live(board, keyword, 3.9, {"sound": lambda t: value if t < RESUMES else hiss(t)})
    assert [(e.text("code"), e.text("sensor")) for e in seen.of("error")] == [("sensor-flat", "microphone")]
    assert next(record.text("state") for record in seen.of("sound")) == "flat"
    times = [record.number("t") or 0 for record in seen.of("infer")]
    assert times and min(times) > RESUMES
    assert max(times) > 3.6


def test_a_microphone_that_dies(board: Board, keyword: Path) -> None:
    """From a window on in which nothing moves, no label is told any more."""
    seen = live(board, keyword, 3.5, {"sound": lambda t: hiss(t) if t < 1.6 else 0.0})
    times = [record.number("t") or 0 for record in seen.of("infer")]
    assert times and max(times) < 1.6 + 0.99 + 0.2  # the window, and the time an inference takes
    (error,) = seen.of("error")
    assert error.text("code") == "sensor-flat" and error.device_t_ns / 1e9 > max(times)


def test_clipped_sound_goes_on_and_is_told(board: Board, keyword: Path) -> None:
    seen = live(board, keyword, 1.5, {"sound": lambda t: 3.0 * math.sin(900 * t)})
    assert [record.text("state") for record in seen.of("sound")] == ["clipped"]
    assert seen.of("infer") and not seen.of("error")


@pytest.mark.parametrize(
    ("humidity", "told"), [(104.0, "100.000"), (-3.0, "0.000")], ids=["above-100-percent", "below-0-percent"]
)
def test_humidity_a_little_outside_is_brought_inside(humidity: float, told: str, board: Board) -> None:
    """The HTS221's calibration may overshoot: what it cannot mean is the end of its range."""
    world: dict[str, Callable[[float], float]] = {"temperature": lambda t: 1.0, "humidity": lambda t: humidity}
    seen = live(board, build(board, "weather").path, 3 * HOUR, world)
    assert {record.text("humidity") for record in seen.of("sample")} == {told}
    assert seen.of("infer") and not seen.of("error")


def test_humidity_that_cannot_be_is_an_error_and_no_data(board: Board) -> None:
    """Readings at the end of the register's range: told, not inferred from, and the window fills anew."""
    wrong = Fault("out-of-range", "hts221", (2 * HOUR - 10) * 10**9, (3 * HOUR + 10) * 10**9, {"value": "high"})
    world: dict[str, Callable[[float], float]] = {"temperature": lambda t: 1.0, "humidity": lambda t: 90.0}
    seen = live(board, build(board, "weather").path, 6 * HOUR + 1, world, faults=(wrong,))
    assert [e.text("code") for e in seen.of("error")] == ["sensor-range", "sensor-range"]
    assert [record.integer("n") for record in seen.of("sample")] == [0, 1, 4, 5, 6]
    assert [record.integer("n") for record in seen.of("infer")] == [6]
