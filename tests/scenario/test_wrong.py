# SPDX-License-Identifier: Apache-2.0
"""What goes wrong on purpose: a sensor's imperfections, and faults."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vmote.scenario.model import Scenario
from vmote.scenario.rendering import render
from vmote.units import NS_PER_S

Read = Callable[..., Scenario]


def seen(
    scenario: Read, wrong: str, world: str = "temperature: {constant: 10 degC}", duration: str = "2h"
) -> np.ndarray:
    made = render(scenario(f"world: {{{world}}}\nimperfections: {{temperature: {{{wrong}}}}}\n", duration))
    return made.channels["temperature"].samples(0, 1, int(made.duration_ns / NS_PER_S))


@pytest.mark.parametrize(
    ("wrong", "first", "last"),
    [
        ("offset: 0.5 K", 10.5, 10.5),
        ("gain: 1.1", 11.0, 11.0),
        ("drift: {by: 2 K, per: 1h}", 10.0, 14.0),
        ("quantize: 3 K", 9.0, 9.0),
        ("offset: 40 K, high: 45 degC", 45.0, 45.0),
        ("gain: -1, low: -5 degC", -5.0, -5.0),
    ],
)
def test_errors_of_value(scenario: Read, wrong: str, first: float, last: float) -> None:
    values = seen(scenario, wrong)
    assert (values[0], values[-1]) == pytest.approx((first, last), abs=2e-3)


def test_noise_and_its_independence_of_the_world(scenario: Read) -> None:
    values = seen(scenario, "noise: 0.2 K")
    assert np.std(values) == pytest.approx(0.2, rel=0.05)
    assert np.array_equal(values, seen(scenario, "noise: 0.2 K"))


def test_lost_samples_repeat_the_last_one(scenario: Read) -> None:
    ramp = "temperature: {ramp: {from: 0 degC, to: 72 degC}}"
    clean, lossy = seen(scenario, "gain: 1", ramp), seen(scenario, "drop: {share: 30 %, every: 60s}", ramp)
    lost = np.abs(clean - lossy) > 1e-6
    assert lost.mean() == pytest.approx(0.3, abs=0.1)
    steps = np.diff(lossy)
    assert (steps[lost[1:] & lost[:-1]] == 0).mean() > 0.97  # it stands still while it is lost
    assert (lossy <= clean + 1e-6).all()


def test_jitter_moves_samples_in_time_only(scenario: Read) -> None:
    ramp = "temperature: {ramp: {from: 0 degC, to: 72 degC}}"  # 0.01 K a second
    late = (seen(scenario, "jitter: 2s", ramp) - seen(scenario, "gain: 1", ramp))[10:-10] / 0.01
    assert np.std(late) == pytest.approx(2.0, rel=0.1)
    assert np.std(seen(scenario, "jitter: 2s")) == 0  # what does not change cannot come late


def test_acceleration_stands_for_its_axes(scenario: Read) -> None:
    stimulus = render(
        scenario("world: {motion: {rest: face-up}}\nimperfections: {acceleration: {offset: 0.1 g}}\n", "1s")
    )
    assert [round(stimulus.channels[f"acceleration-{a}"].value_at(0), 6) for a in "xyz"] == [0.1, 0.1, 1.1]


def test_faults_become_windows_on_the_devices_clock(scenario: Read) -> None:
    body = """timescale: 10s = 1s
world: {temperature: 1 degC}
faults:
  - {fault: brown-out, at: 30s, for: 1s}
  - {fault: nack, part: hts221, from: 10s, to: 20s}
  - {fault: stuck-bits, part: hts221, from: 1s, to: 2s, mask: 0x80, value: low}
  - {fault: bit-flip, at: 50s, symbol: readings, offset: 4, bit: 7}
"""
    stimulus = render(scenario(body))
    told = [(f.kind, f.part, f.start_ns, f.end_ns, f.args) for f in stimulus.faults]
    tenth = NS_PER_S // 10
    assert told == [
        ("stuck-bits", "hts221", tenth, 2 * tenth, {"mask": 0x80, "value": "low"}),
        ("nack", "hts221", NS_PER_S, 2 * NS_PER_S, {}),
        ("brown-out", "supply", 3 * NS_PER_S, 3 * NS_PER_S + tenth, {}),
        ("bit-flip", "ram", 5 * NS_PER_S, 5 * NS_PER_S, {"symbol": "readings", "offset": 4, "bit": 7}),
    ]


@given(st.integers(0, 2**32), st.floats(0.05, 0.95), st.floats(0.1, 5.0))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_faults_of_a_probability_are_drawn_once_and_stay_inside(
    scenario: Read, seed: int, share: float, every: float
) -> None:
    body = (
        f"seed: {seed}\nworld: {{temperature: 1 degC}}\n"
        f"faults: [{{fault: nack, part: hts221, from: 5s, to: 55s, probability: {share:.3f}, every: {every:.3f} s}}]\n"
    )
    one, two = render(scenario(body)).faults, render(scenario(body)).faults
    assert one == two
    assert all(5 * NS_PER_S <= f.start_ns < f.end_ns <= 55 * NS_PER_S for f in one)
    count = int(np.ceil(50 / float(f"{every:.3f}")))
    assert abs(len(one) - count * share) <= 5 * np.sqrt(count * share * (1 - share)) + 1


finite = st.floats(-50, 50).map(lambda x: round(x, 3))


@given(finite, finite, finite.map(abs), finite.map(lambda x: abs(x) + 0.01), st.floats(0, 1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_imperfection_leaves_possible_values(
    scenario: Read, offset: float, gain: float, noise: float, step: float, share: float
) -> None:
    wrong = (
        f"offset: {offset} K, gain: {gain}, noise: {noise} K, quantize: {step} K, jitter: {noise} s, "
        f"drop: {{share: {share:.3f}, every: {step} s}}, drift: {{by: {offset} K, per: {step} s}}"
    )
    values = seen(scenario, wrong, duration="30s")
    assert np.isfinite(values).all() and values.min() >= -90 and values.max() <= 150
