# SPDX-License-Identifier: Apache-2.0
"""Slow quantities: each piece is what it says, and channels are read alike in any order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vmote.errors import BadInput
from vmote.scenario.channels import GridChannel
from vmote.scenario.loading import loads
from vmote.scenario.rendering import render
from vmote.scenario.stimulus import Stimulus
from vmote.units import NS_PER_S

World = Callable[..., Stimulus]
HOUR = 3600


def at(stimulus: Stimulus, seconds: float, name: str = "temperature") -> float:
    return stimulus.channels[name].value_at(round(seconds * NS_PER_S))


@pytest.mark.parametrize(
    ("piece", "seconds", "wanted"),
    [
        ("constant: 276.15 K", 100, 3.0),
        ("ramp: {from: 4 degC, to: -2 degC}, at: 1h, for: 2h", 0, 4.0),
        ("ramp: {from: 4 degC, to: -2 degC}, at: 1h, for: 2h", 2 * HOUR, 1.0),
        ("ramp: {from: 4 degC, to: -2 degC}, at: 1h, for: 2h", 5 * HOUR, -2.0),
        ("ramp: {by: 6 K}, at: 8h", 10 * HOUR, 3.0),
        ("step: {by: 9 degF}, at: 1h, for: 1h", 1.5 * HOUR, 5.0),
        ("step: {by: 9 degF}, at: 1h, for: 1h", 2.5 * HOUR, 0.0),
        ("sine: {amplitude: 2 K, period: 4h}", HOUR, 2.0),
        ("sine: {amplitude: 2 K, period: 4h, phase: 90}, at: 1h, for: 2h", 3 * HOUR - 1, -2.0),
        ("sine: {amplitude: 2 K, period: 4h, phase: 90}, at: 1h, for: 2h", 4 * HOUR, 0.0),
        ("front: {change: -6 K, over: 2h}, at: 6h", 6 * HOUR, -3.0),
        ("front: {change: -6 K, over: 2h}, at: 6h", 11 * HOUR, -6.0),
        ("points: {1h: 1 degC, 3h: 5 degC}", 2 * HOUR, 3.0),
        ("points: {3h: 5 degC, 1h: 1 degC}, smooth: true", 1.5 * HOUR, 1.625),
        ("points: {3h: 5 degC, 1h: 1 degC}", 11 * HOUR, 5.0),
        ("constant: 4 degC, gain: -6 dB", 0, 4 * 10 ** (-6 / 20)),
        ("constant: 4 degC, at: 2h, for: 4h, fade: 1h", 2.5 * HOUR, 2.0),
        ("constant: 4 degC, at: 1h, for: 30min, repeat: {every: 2h, times: 2}", 3.2 * HOUR, 4.0),
        ("constant: 4 degC, at: 1h, for: 30min, repeat: {every: 2h, times: 2}", 5.2 * HOUR, 0.0),
        ("ramp: {by: 8 K}, for: 1h, at: 1h", 0, 0.0),
    ],
)
def test_a_piece_is_what_it_says(world: World, piece: str, seconds: float, wanted: float) -> None:
    stimulus = world(f"  temperature:\n    - {{{piece}}}\n", "12h")
    assert at(stimulus, seconds) == pytest.approx(wanted, abs=2e-3)


def test_diurnal_spans_its_swing_and_peaks_when_it_says(world: World) -> None:
    stimulus = world("  temperature: {diurnal: {swing: 10 K, peak: 15:00}}\n", "24h")
    day = stimulus.channels["temperature"].samples(0, 1 / 60, 1440)
    assert np.ptp(day) == pytest.approx(10.0, rel=0.01)
    assert abs(np.argmax(day) / 60 - 15.0) < 0.1
    assert abs(np.argmin(day) / 60 - 5.0) < 0.2


def test_pieces_add_replace_crossfade_and_leave_gaps(world: World) -> None:
    stimulus = world(
        "  temperature:\n"
        "    - constant: 10 degC\n"
        "    - {constant: 2 degC, at: 1h, for: 1h}\n"
        "    - {constant: -5 degC, at: 4h, for: 4h, crossfade: 1h}\n"
        "    - {gap: , at: 9h, for: 1h}\n",
        "12h",
    )
    hours = {0.5: 10.0, 1.5: 12.0, 4.5: 2.5, 6.0: -5.0, 7.5: 2.5, 8.5: 10.0, 9.5: 0.0, 11.0: 10.0}
    assert {h: round(at(stimulus, h * HOUR), 2) for h in hours} == hours


@pytest.mark.parametrize(("per", "back"), [("1h", ""), ("1h", ", back: 2h")])
def test_random_walks_spread_as_they_say(scenario: Callable[..., object], per: str, back: str) -> None:
    ends = []
    for seed in range(40):
        body = f"seed: {seed}\nworld:\n  temperature: {{walk: {{sd: 0.5 K, per: {per}{back}}}}}\n"
        ends.append(at(render(scenario(body, "16h")), 16 * HOUR))  # type: ignore[arg-type]
    # Free: 0.5·sqrt(16) = 2. Held back: 0.5·sqrt(back/2) = 0.5.
    assert np.std(ends) == pytest.approx(0.5 if back else 2.0, rel=0.3)


def test_noise_has_its_deviation_and_its_own_seed(scenario: Callable[..., object]) -> None:
    def made(seed: int, extra: str = "") -> np.ndarray:
        body = f"seed: {seed}\nworld:\n  temperature:\n    - noise: {{sd: 0.5 K}}\n{extra}"
        return render(scenario(body, "10h")).channels["temperature"].samples(0, 1, 36000)  # type: ignore[arg-type]

    one = made(1)
    assert np.std(one) == pytest.approx(0.5, rel=0.03)
    assert abs(np.corrcoef(one[:-1], one[1:])[0, 1]) < 0.03
    assert np.array_equal(one, made(1)) and not np.array_equal(one, made(2))
    # A piece that is added does not shift the noise of those before it.
    assert np.allclose(made(1, "    - constant: 1 degC\n") - 1.0, one, atol=2e-6)


def test_what_lies_beyond_the_end_stays(world: World) -> None:
    stimulus = world("  temperature: {ramp: {from: 0 degC, to: 6 degC}}\n", "1h")
    assert at(stimulus, 2 * HOUR) == pytest.approx(6.0, abs=0.01)
    assert stimulus.channels["temperature"].samples(3599 * NS_PER_S, 1, 5)[-1] == pytest.approx(6.0, abs=0.01)


def test_humidity_stays_possible(world: World) -> None:
    stimulus = world("  humidity:\n    - constant: 99 %RH\n    - noise: {sd: 20 %RH}\n", "2h")
    values = stimulus.channels["humidity"].samples(0, 1, 7200)
    assert values.max() == 100.0 and values.min() >= 0.0


def test_blocks_are_alike_in_any_order(scenario: Callable[..., object]) -> None:
    """Filters, walks and coloured noise keep a state: reading from the middle or backwards must not show it."""
    body = """
world:
  acceleration-x:
    - noise: {sd: 0.1 g, colour: pink}
    - walk: {sd: 0.1 g, per: 1s, back: 5s}
    - {noise: {sd: 0.1 g}, filter: {lowpass: 20 Hz}}
imperfections:
  acceleration: {jitter: 300us, noise: 0.01 g, drop: {share: 10 %, every: 20ms}}
"""
    made = [render(scenario(body, "200s")).channels["acceleration-x"] for _ in range(2)]  # type: ignore[arg-type]
    forward, backward = made
    assert isinstance(forward, GridChannel) and forward.grid.blocks > 3
    blocks = [forward.block(k).copy() for k in range(forward.grid.blocks)]
    for k in reversed(range(forward.grid.blocks)):
        assert np.array_equal(backward.block(k), blocks[k])
    pieces = np.concatenate([backward.samples(i * NS_PER_S, 1000, 1000) for i in (3, 70, 5)])
    whole = forward.samples(0, 1000, 71_000)
    assert np.array_equal(pieces, np.concatenate([whole[3000:4000], whole[70_000:71_000], whole[5000:6000]]))


def test_value_at_and_samples_agree(world: World) -> None:
    stimulus = world("  pressure:\n    - constant: 1000 hPa\n    - noise: {sd: 1 hPa}\n", "30s")
    channel = stimulus.channels["pressure"]
    rate = 37.0
    many = channel.samples(123_456_789, rate, 500)
    single = [channel.value_at(123_456_789 + round(i * NS_PER_S / rate)) for i in range(500)]
    assert np.allclose(many, single, atol=1e-5)


def test_timescale_lets_the_world_pass_faster(scenario: Callable[..., object]) -> None:
    body = "timescale: 1h = 1s\nworld:\n  temperature: {ramp: {from: 0 degC, to: 12 degC}}\ntruth: [snow 6h-9h]\n"
    stimulus = render(scenario(body, "12h"))  # type: ignore[arg-type]
    assert stimulus.duration_ns == 12 * NS_PER_S
    assert (stimulus.truth[0].start_ns, stimulus.truth[0].end_ns) == (6 * NS_PER_S, 9 * NS_PER_S)
    assert at(stimulus, 5) == pytest.approx(5.0, abs=0.01)
    assert stimulus.channels["temperature"].samples(0, 2, 24)[8] == pytest.approx(4.0, abs=0.01)


def test_a_year_of_weather_is_made_in_bounded_memory(world: World) -> None:
    stimulus = world("  weather: {climate: {}}\n  temperature:\n    - noise: {sd: 0.1 K}\n", "365d")
    assert 20 < len(stimulus.truth) < 400
    hours = stimulus.channels["temperature"].samples(0, 1 / 3600, 8760)
    assert -40 < hours.min() < 0 and 15 < hours.max() < 45


number = st.floats(-100, 100).map(lambda x: round(x, 3))
span = st.floats(0.05, 5000).map(lambda x: f"{x:.3f} s")
scalar_piece = st.one_of(
    st.builds(lambda v: f"constant: {v} degC", number),
    st.builds(lambda a, b, t: f"ramp: {{from: {a} degC, to: {b} degC}}, for: {t}", number, number, span),
    st.builds(lambda a: f"step: {{by: {a} K}}", number),
    st.builds(lambda a, t: f"sine: {{amplitude: {a} K, period: {t}}}", number, span),
    st.builds(lambda a, t: f"front: {{change: {a} K, over: {t}, recovery: {t}}}", number, span),
    st.builds(lambda a, t: f"walk: {{sd: {abs(a)} K, per: {t}, back: {t}}}", number, span),
    st.builds(lambda a: f"noise: {{sd: {abs(a)} K}}", number),
    st.builds(lambda a, s: f"points: {{{s}: {a} degC}}, smooth: true", number, span),
)
placing = st.one_of(
    st.just(""),
    st.builds(lambda t: f", at: {t}", span),
    st.builds(lambda t, u: f", at: {t}, for: {u}, fade: {t}", span, span),
    st.builds(lambda t, u: f", at: {t}, for: {u}, crossfade: {t}, repeat: {{every: {u}}}", span, span),
    st.builds(lambda t, u: f", for: {u}, replace: true, repeat: {{every: {u}, times: 3}}", span, span),
)


@given(st.lists(st.tuples(scalar_piece, placing), min_size=1, max_size=4), span)
@settings(max_examples=80, deadline=None)
def test_any_world_is_finite_and_the_same_twice(made: list[tuple[str, str]], duration: str) -> None:
    pieces = "".join(
        f"    - {{{piece}{where if 'for:' not in piece or 'for:' not in where else ''}}}\n" for piece, where in made
    )
    text = f"schema: 1\ntitle: t\ndevice: {{app: weather}}\nduration: {duration}\nworld:\n  temperature:\n{pieces}"
    from pathlib import Path  # noqa: PLC0415

    try:
        one, two = (render(loads(text, Path("t.yaml"))) for _ in range(2))
    except BadInput as error:
        assert "repeated" in str(error) or "smooth" in str(error), text
        return
    values = one.channels["temperature"].samples(0, 3.3, 200)
    assert np.isfinite(values).all() and values.min() >= -90 and values.max() <= 150
    assert one.sha256 == two.sha256
