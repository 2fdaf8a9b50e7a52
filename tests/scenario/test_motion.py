# SPDX-License-Identifier: Apache-2.0
"""Motion: gravity where it belongs, gestures that differ, machines with the frequencies of their parts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vmote.scenario.pieces_motion import GESTURES, Bearing
from vmote.scenario.signals.gestures import gesture, sensed
from vmote.scenario.signals.motion import passages
from vmote.scenario.stimulus import Stimulus
from vmote.units import NS_PER_S

World = Callable[..., Stimulus]


def axes(stimulus: Stimulus, quantity: str, rate: float, start: float = 0, seconds: float | None = None) -> np.ndarray:
    count = round((stimulus.duration_ns / NS_PER_S - start if seconds is None else seconds) * rate)
    first = round(start * NS_PER_S)
    return np.stack([stimulus.channels[f"{quantity}-{axis}"].samples(first, rate, count) for axis in "xyz"], axis=1)


@pytest.mark.parametrize(
    ("face", "gravity"),
    [("face-up", (0, 0, 1)), ("face-down", (0, 0, -1)), ("left-edge", (-1, 0, 0)), ("right-edge", (1, 0, 0)),
     ("top-edge", (0, -1, 0)), ("bottom-edge", (0, 1, 0))],
)  # fmt: skip
def test_at_rest_there_is_gravity_alone(world: World, face: str, gravity: tuple[float, ...]) -> None:
    stimulus = world(f"  motion: {{rest: {face}}}\n", "2s")
    assert np.allclose(axes(stimulus, "acceleration", 100), gravity, atol=1e-5)
    assert np.allclose(axes(stimulus, "angular-rate", 100), 0, atol=1e-3)


def test_a_turn_ends_where_it_says_and_the_gyroscope_adds_up_to_it(world: World) -> None:
    body = "  motion:\n    - rest: face-up\n    - rest: {roll: 90 deg}\n      at: 1s\n      over: 500ms\n"
    stimulus = world(body, "3s")
    acceleration = axes(stimulus, "acceleration", 1000)
    assert np.allclose(acceleration[900], (0, 0, 1), atol=1e-5) and np.allclose(
        acceleration[1600], (0, 1, 0), atol=1e-5
    )
    assert np.allclose(np.linalg.norm(acceleration, axis=1), 1, atol=1e-5)
    assert np.sum(axes(stimulus, "angular-rate", 1000)[:, 0]) / 1000 == pytest.approx(90, abs=0.2)


@pytest.mark.parametrize("name", GESTURES)
def test_a_gesture_starts_and_ends_at_rest_and_moves_between(name: str) -> None:
    acceleration, turning = sensed(gesture(name, 1.2, 1000, person=4, seed=2))
    assert np.isfinite(acceleration).all() and np.isfinite(turning).all()
    assert np.allclose(acceleration[[0, -1]], (0, 0, 1), atol=0.05)
    strength = np.abs(np.linalg.norm(acceleration, axis=1) - 1).max()
    assert 0.1 < strength < 8


def test_people_and_tries_differ_and_one_try_is_itself() -> None:
    def drawn(**how: int) -> np.ndarray:
        return sensed(gesture("wing", 1.2, 200, **how))[0]

    assert np.array_equal(drawn(person=1, seed=1), drawn(person=1, seed=1))
    assert not np.allclose(drawn(person=1, seed=1), drawn(person=2, seed=1), atol=0.05)
    assert not np.allclose(drawn(person=1, seed=1), drawn(person=1, seed=2), atol=0.01)


def test_a_larger_or_faster_gesture_is_stronger() -> None:
    def strength(seconds: float, size: float) -> float:
        moved = gesture("ring", seconds, 500, size=size, sloppy=0.0).linear
        return float(np.linalg.norm(moved, axis=1).max())

    assert strength(1.2, 0.6) == pytest.approx(2 * strength(1.2, 0.3), rel=0.01)
    assert strength(0.6, 0.3) == pytest.approx(4 * strength(1.2, 0.3), rel=0.05)


def test_gestures_can_be_told_apart() -> None:
    """Nearest neighbour over people: what one person draws is most like the same gesture by others."""
    names = ("wing", "ring", "slope")
    made = [(n, sensed(gesture(n, 1.2, 25, person=p, seed=p))[0].ravel()) for n in names for p in range(12)]
    right = 0
    for i, (name, wave) in enumerate(made):
        others = [(np.linalg.norm(wave - other), label) for j, (label, other) in enumerate(made) if i != j]
        right += min(others)[1] == name
    assert right >= 0.85 * len(made)


def test_gestures_know_their_truth_and_leave_no_jump(world: World) -> None:
    body = "  motion:\n    - rest: face-up\n    - gesture: ring\n      at: 1s\n      repeat: {every: 2s, times: 2}\n"
    stimulus = world(body, "6s")
    assert [(w.label, w.start_ns / 1e9, w.end_ns / 1e9) for w in stimulus.truth] == [("ring", 1, 2.2), ("ring", 3, 4.2)]
    steps = np.abs(np.diff(axes(stimulus, "acceleration", 1000), axis=0))
    assert steps.max() < 0.12


def test_walking_has_its_cadence(world: World) -> None:
    stimulus = world("  motion:\n    - rest: face-up\n    - walking: {cadence: 1.9 Hz}\n", "60s")
    up = axes(stimulus, "acceleration", 50)[:, 2]
    power = np.abs(np.fft.rfft((up - up.mean()) * np.hanning(len(up)))) ** 2
    frequency = np.fft.rfftfreq(len(up), 1 / 50)
    assert frequency[np.argmax(power)] == pytest.approx(1.9, abs=0.1)
    assert stimulus.truth[0].label == "walk"


def test_a_machine_has_its_harmonics_and_its_bearing_its_rate(world: World) -> None:
    bearing = "bearing: {fault: outer, severity: 1 g, balls: 9, ratio: 0.25, resonance: 2.5 kHz}"
    body = (
        f"  motion: {{vibration: {{speed: 1500 rpm, harmonics: [0.2 g, 0.1 g], unsteady: 0 %, {bearing}}}, axis: x}}\n"
    )
    stimulus = world(body, "16s")
    wave = axes(stimulus, "acceleration", 10_000)[:, 0]
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)))) * 4 / len(wave)
    f = np.fft.rfftfreq(len(wave), 1e-4)
    for multiple, amplitude in ((25, 0.2), (50, 0.1)):
        assert spectrum[np.abs(f - multiple) < 0.5].max() == pytest.approx(amplitude, rel=0.1)
    # The envelope of the high frequencies beats with the rate of passages: 9/2 · 25 · (1 - 0.25) = 84.375 Hz.
    high = np.fft.rfft(wave)
    high[f < 1000] = 0
    envelope = np.abs(np.fft.irfft(high)) ** 2
    beat = np.abs(np.fft.rfft(envelope - envelope.mean()))
    assert f[1:][np.argmax(beat[1:])] == pytest.approx(84.375, abs=0.5)
    assert stimulus.truth[0].label == "outer"


def test_defect_frequencies_of_a_known_bearing() -> None:
    """SKF 6205 (9 balls, d/D 0.2032): 3.585, 5.415, 2.357 and 0.398 times the speed, as CWRU's data set lists them."""
    bearing = Bearing(fault="outer", balls=9, ratio=7.94 / 39.04)
    wanted = {"outer": 3.585, "inner": 5.415, "ball": 2.357, "cage": 0.398}
    assert {name: round(passages(bearing, 1.0, name), 3) for name in wanted} == pytest.approx(wanted, abs=2e-3)
