# SPDX-License-Identifier: Apache-2.0
"""Any world that can be written is rendered within bounds, or refused in a sentence."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vmote.errors import BadInput
from vmote.scenario.loading import loads
from vmote.scenario.rendering import LIMITS, render

HEAD = "schema: 1\ntitle: t\ndevice: {app: motion}\n"

span = st.floats(0.001, 3).map(lambda x: f"{x:.4f} s")
hertz = st.floats(0.01, 30_000).map(lambda x: f"{x:.2f} Hz")
g = st.floats(0, 20).map(lambda x: f"{x:.3f} g")
sound_piece = st.one_of(
    st.sampled_from(["white", "pink", "brown", "blue", "violet"]).map(lambda c: f"noise: {c}"),
    st.builds(lambda f, h: f"tone: {{frequency: {f}, harmonics: [{h:.2f}, {-h:.2f}]}}", hertz, st.floats(-5, 5)),
    st.builds(lambda a, b, s, t: f"chirp: {{from: {a}, to: {b}, shape: {s}}}, for: {t}", hertz, hertz,
              st.sampled_from(["linear", "logarithmic"]), span),
    st.builds(lambda f, d: f"click: {{frequency: {f}, decay: {d}}}", hertz, span),
)  # fmt: skip
loud = st.one_of(st.just(""), st.integers(-120, 20).map(lambda x: f", level: {x} dBFS"))
place = st.one_of(
    st.just(""), span.map(lambda t: f", at: {t}"), st.builds(lambda a, b: f", at: {a}, fade: {b}", span, span),
    st.builds(lambda a, b: f", at: {a}, repeat: {{every: {b}}}", span, span),
    hertz.map(lambda f: f", filter: {{lowpass: {f}}}"),
)  # fmt: skip
motion_piece = st.one_of(
    st.builds(
        lambda a, b: f"rest: {{roll: {a:.1f} deg, pitch: {b:.1f} deg}}", st.floats(-360, 360), st.floats(-360, 360)
    ),
    st.builds(lambda n, p, s: f"gesture: {{name: {n}, person: {p}, sloppy: {s:.2f}}}",
              st.sampled_from(["wing", "ring", "slope", "line", "wave", "shake", "tap"]),
              st.integers(0, 999), st.floats(0, 1)),
    st.builds(lambda n, t: f"gesture: {n}, for: {t}", st.sampled_from(["wing", "ring", "tap"]), span),
    st.builds(lambda c, s: f"walking: {{cadence: {c:.2f} Hz, strength: {s}}}", st.floats(0.1, 50), g),
    st.builds(lambda s: f"tremor: {{sd: {s}}}", g),
    st.builds(lambda f, a, b: f"vibration: {{speed: {f:.1f} Hz, harmonics: [{a}], "
                              f"bearing: {{fault: {b}, severity: {a}}}}}",
              st.floats(0.1, 900), g, st.sampled_from(["outer", "inner", "ball", "cage"])),
)  # fmt: skip


def rendered(world: str, duration: str) -> None:
    text = f"{HEAD}duration: {duration}\nworld:\n{world}"
    try:
        stimulus = render(loads(text, Path("t.yaml")))
    except BadInput as error:
        assert str(error) and "Traceback" not in str(error)
        return
    for name, channel in stimulus.channels.items():
        low, high, _ = LIMITS[name]
        values = channel.samples(0, 3000.0, 500)
        assert np.isfinite(values).all(), text
        assert values.min() >= low and values.max() <= high
    assert all(0 <= w.start_ns <= w.end_ns <= stimulus.duration_ns for w in stimulus.truth), text


@given(st.lists(st.tuples(sound_piece, loud, place), min_size=1, max_size=3), span)
@settings(max_examples=40, deadline=None)
def test_any_sound(made: list[tuple[str, str, str]], duration: str) -> None:
    rendered("  sound:\n" + "".join(f"    - {{{''.join(parts)}}}\n" for parts in made), duration)


@given(st.lists(st.tuples(motion_piece, place), min_size=1, max_size=3), span)
@settings(max_examples=40, deadline=None)
def test_any_motion(made: list[tuple[str, str]], duration: str) -> None:
    rendered("  motion:\n" + "".join(f"    - {{{''.join(parts)}}}\n" for parts in made), duration)


LONG = """
import sys
from pathlib import Path
from vmote.scenario.loading import loads
from vmote.scenario.rendering import render
stimulus = render(loads(sys.stdin.read(), Path("t.yaml")))
sound = stimulus.channels["sound"]
for minute in range(0, 10):
    sound.samples(minute * 60 * 10**9, 16000, 160_000)
sound.value_at(9 * 3600 * 10**9 // 60)
peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))  # ru_maxrss is the parent's too
print(int(peak.split()[1]) // 1024)
"""


def test_a_day_of_sound_is_not_held_in_memory() -> None:
    """24 hours at 16 kHz are 1.4 thousand million samples: 11 GB if they were held."""
    world = f"{HEAD}duration: 24h\nworld:\n  sound:\n    - {{noise: white, level: -50 dBFS}}\n"
    ran = subprocess.run([sys.executable, "-c", LONG], input=world, capture_output=True, text=True, check=True)
    assert int(ran.stdout) < 400


@pytest.mark.parametrize(
    ("world", "said"),
    [
        ("  temperature: {recording: {file: wide.csv, time: 1, column: 2}}\n", "too long for one piece"),
        ("  sound: {click: , at: 0s, level: -20 dBFS, repeat: {every: 1us}}\n", "repeated"),
    ],
)
def test_what_would_take_for_ever_is_refused_at_once(tmp_path: Path, world: str, said: str) -> None:
    (tmp_path / "wide.csv").write_text("0,1\n1e12,2\n")
    started = time.process_time()
    with pytest.raises(BadInput, match=said):
        render(loads(f"{HEAD}duration: 60s\nworld:\n{world}", tmp_path / "t.yaml"))
    assert time.process_time() - started < 3


def test_nothing_in_a_scenario_runs_code(tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    for text in (
        f"!!python/object/apply:os.system ['touch {witness}']",
        f"schema: 1\ntitle: !!python/object/apply:os.system ['touch {witness}']",
        f'{HEAD}duration: 1s\nworld: {{sound: {{word: {{say: "$(touch {witness})", voice: "en-us"}}}}}}',
        f'{HEAD}duration: 1s\nworld: {{sound: {{word: {{say: "x", voice: "; touch {witness}"}}}}}}',
    ):
        try:
            render(loads(text, tmp_path / "t.yaml"))
        except BadInput:
            continue
    assert not witness.exists()
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >= 0 and tmp_path.exists()
