# SPDX-License-Identifier: Apache-2.0
"""Each family of bad input, as hypothesis makes it: correct work or a clear error, within bounded memory and time."""

from __future__ import annotations

import json
import math
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vmote.errors import BadInput
from vmote.scenario import recorded, tree
from vmote.scenario.loading import BadScenario, load, loads
from vmote.scenario.rendering import LIMITS, render

KINDLY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HEAD = "schema: 1\ntitle: t\ndevice: {app: weather}\n"
WORLD = "world: {temperature: 1 degC}\n"


@contextmanager
def soon(seconds: float = 5.0) -> Iterator[None]:
    """Fail when it takes more of the processor than this."""
    started = time.process_time()
    yield
    assert time.process_time() - started < seconds


def refused(text: str, path: Path = Path("s.yaml")) -> str:
    with pytest.raises(BadInput) as caught:
        render(loads(text, path))
    said = str(caught.value)
    assert said.strip() and "Traceback" not in said
    return said


# --- YAML: bombs, cycles, anchors ---


@given(st.lists(st.integers(1, 12), min_size=1, max_size=14))
@KINDLY
def test_aliases_are_written_out_or_refused(widths: list[int]) -> None:
    """Each level repeats the one before; `size` is what a reader without bounds would have to hold."""
    lines, size, total = ["a0: &a0 [x]"], 2, 3
    for level, width in enumerate(widths, start=1):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]")
        size = 1 + width * size
        total += size
    with soon(3.0):
        try:
            value = tree.parse("\n".join(lines), "f").value
        except BadInput as error:
            assert total > tree.MAX_NODES or len(widths) + 2 > tree.MAX_DEPTH, error
            return
    assert size <= tree.MAX_NODES
    inner = value[f"a{len(widths)}"]
    for width in reversed(widths):
        assert len(inner) == width
        inner = inner[0]


@given(st.integers(0, 30), st.sampled_from(["[{0}]", "{{k: {0}}}", "[1, {0}]", "{{a: 1, b: [{0}]}}"]))
@KINDLY
def test_cycles_are_refused_at_any_depth(depth: int, form: str) -> None:
    text = "*top"
    for _ in range(depth):
        text = form.format(text)
    with soon(2.0), pytest.raises(BadInput, match=r"endless|nests deeper"):
        tree.parse(f"&top [{text}]", "f")


@given(st.integers(1, 200_000), st.integers(1, 2_000))
@settings(max_examples=12, deadline=None)
def test_huge_and_many_anchors(length: int, count: int) -> None:
    name = "n" * length
    text = f"a: &{name} 1\nb: *{name}\n" + "".join(f"k{i}: &x{i} {i}\n" for i in range(count))
    with soon():
        try:
            assert tree.parse(text, "f").value["b"] == 1
        except BadInput as error:
            assert len(str(error)) < 2_000  # the name itself is not thrown back whole


# --- files outside the folder ---

parts = st.sampled_from(
    ["..", ".", "in", "deep", "link", "", "~", "%2e%2e", "..;", "x.csv", "etc", "/", "\\", "\N{NO-BREAK SPACE}"]
)


@given(st.lists(parts, min_size=1, max_size=6), st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, steps: list[str], absolute: bool) -> None:
    home = tmp_path / "home"
    (home / "in" / "deep").mkdir(parents=True, exist_ok=True)
    for folder, value in ((tmp_path, 7), (home, 1), (home / "in", 1), (home / "in" / "deep", 1)):
        (folder / "x.csv").write_text(f"{value}\n{value}\n")
    if not (home / "link").is_symlink():
        (home / "link").symlink_to(tmp_path)
    name = ("/" if absolute else "") + "/".join(steps)
    text = f"{HEAD}duration: 1s\nworld: {{temperature: {{recording: {{file: {json.dumps(name)}, rate: 1 Hz}}}}}}\n"
    try:
        scenario = loads(text, home / "s.yaml")
    except BadInput as error:
        assert str(error)
        return
    found = Path(os.path.realpath(home / name))
    assert found.is_relative_to(os.path.realpath(home))
    assert render(scenario).channels["temperature"].value_at(0) == 1.0


@pytest.mark.parametrize("name", ["x.csv/in/..", "x.csv/../x.csv"])
def test_a_file_is_no_folder_to_go_through(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.csv").write_text("1\n")
    text = f"{HEAD}duration: 1s\nworld: {{temperature: {{recording: {{file: {name}, rate: 1 Hz}}}}}}\n"
    with pytest.raises(BadInput, match="there is no file"):
        loads(text, tmp_path / "s.yaml")


# --- numbers that are none ---

unreal = st.sampled_from([".nan", ".NaN", "nan", ".inf", "-.inf", "inf", "Infinity", "1e999", "-1e999", "1e400", "∞"])
places = st.sampled_from([
    ("temperature: {{constant: {0} degC}}", ""), ("temperature: {{constant: {0}}}", ""),
    ("temperature: {{sine: {{amplitude: {0} K, period: 1h}}}}", ""),
    ("temperature: {{constant: 1 degC, gain: {0}}}", ""),
    ("temperature: {{constant: 1 degC, at: {0} s}}", ""), ("temperature: {{points: {{{0}h: 1 degC}}}}", ""),
    ("sound: {{tone: {{frequency: {0} Hz}}}}", ""), ("sound: {{noise: pink, level: {0} dBFS}}", ""),
    ("sound: {{tone: {{frequency: 9 Hz, harmonics: [{0}]}}}}", ""), ("motion: {{gesture: wing, at: {0} s}}", ""),
    ("temperature: 1 degC", "imperfections: {{temperature: {{offset: {0} K}}}}"),
    ("temperature: 1 degC", "imperfections: {{temperature: {{jitter: {0} s}}}}"),
    ("temperature: 1 degC", "faults: [{{fault: nack, part: hts221, from: {0} s, to: 2s}}]"),
    ("temperature: 1 degC", "truth: [{{label: a, from: 0s, to: {0} s}}]"),
    ("temperature: 1 degC", "expect: {{budgets: {{cycles: {0}}}}}"),
    ("temperature: 1 degC", "expect: {{rates: {{recall: {0}}}}}"),
])  # fmt: skip


@given(unreal, places)
@settings(max_examples=120, deadline=None)
def test_nan_and_infinity_are_refused_wherever_they_stand(number: str, place: tuple[str, str]) -> None:
    world, more = (part.format(number) for part in place)
    said = refused(f"{HEAD}duration: 1h\nworld: {{{world}}}\n{more}\n")
    assert "s.yaml:" in said  # with its line


# --- durations and rates ---


@given(st.floats(-1e6, 1e12, allow_nan=False), st.sampled_from(["us", "ms", "s", "min", "h", "d"]))
@settings(max_examples=80, deadline=None)
def test_any_duration_is_rendered_within_bounds_or_refused(number: float, unit: str) -> None:
    scales = {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400}
    seconds = float(f"{number:.6f}") * scales[unit]
    text = f"{HEAD}duration: {number:.6f} {unit}\nworld: {{temperature: {{noise: {{sd: 1 K}}}}, humidity: 50 %RH}}\n"
    with soon():
        try:
            stimulus = render(loads(text, Path("s.yaml")))
        except BadInput as error:
            assert seconds <= 1e-3 or seconds > 3650 * 86400 - 1, (number, unit, str(error))
            return
    assert 0 < stimulus.duration_ns <= 3660 * 86400 * 10**9
    assert np.isfinite(stimulus.channels["temperature"].value_at(stimulus.duration_ns))


@given(
    st.one_of(st.floats(-10, 10), st.sampled_from([0.0, -0.0, 1e-300, 1e-12, 1e12, 1e300])),
    st.sampled_from(["Hz", "kHz"]),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sample_rate_is_understood_or_refused(tmp_path: Path, rate: float, unit: str) -> None:
    (tmp_path / "x.csv").write_text("1\n2\n3\n")
    world = f"world: {{temperature: {{recording: {{file: x.csv, rate: {rate!r} {unit}}}}}}}\n"
    with soon():
        try:
            stimulus = render(loads(f"{HEAD}duration: 10s\n{world}", tmp_path / "s.yaml"))
        except BadInput as error:
            assert str(error)
            return
    assert rate > 0
    values = stimulus.channels["temperature"].samples(0, 10, 100)
    assert np.isfinite(values).all() and 0.9 <= values[0] <= 2.001  # what it starts with, or the mean of it all
    assert values.min() >= -0.001 and values.max() <= 3.2


@given(st.integers(0, 2**32 - 1), st.integers(0, 65535), st.integers(0, 65535))
@KINDLY
def test_a_wav_whose_format_is_nonsense(tmp_path: Path, rate: int, bits: int, channels: int) -> None:
    form = struct.pack("<HHIIHH", 1, channels, rate, 0, 0, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", 64) + bytes(64)
    (tmp_path / "a.wav").write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    try:
        table = recorded.read(tmp_path / "a.wav")
    except BadInput as error:
        assert "a.wav" in str(error)
    else:
        assert rate > 0 and channels > 0 and bits in (8, 16, 24, 32)
        assert all(len(column) == 64 // (channels * bits // 8) for column in table.columns.values())


# --- faults by the million ---


@given(st.integers(0, 60_000), st.booleans())
@settings(max_examples=8, deadline=None)
def test_many_faults_are_taken_or_refused(count: int, aliased: bool) -> None:
    one = "{fault: brown-out, at: 1s, for: 10ms}"
    listed = f"- &f {one}\n" + "- *f\n" * count if aliased else f"- {one}\n" * (count + 1)
    with soon(20.0):
        try:
            stimulus = render(loads(f"{HEAD}duration: 10s\n{WORLD}faults:\n{listed}", Path("s.yaml")))
        except BadInput as error:
            assert count >= 10_000, error
            assert len(str(error)) < 20_000
            return
    assert len(stimulus.faults) == count + 1 <= 10_000


@given(st.floats(1e-9, 100), st.floats(0.001, 0.999))
@settings(max_examples=30, deadline=None)
def test_many_occasions_of_one_fault(every: float, share: float) -> None:
    fault = f"{{fault: nack, part: hts221, from: 0s, to: 1h, probability: {share:.3f}, every: {every:.9f} s}}"
    with soon():
        try:
            stimulus = render(loads(f"{HEAD}duration: 1h\n{WORLD}faults: [{fault}]\n", Path("s.yaml")))
        except BadInput:
            assert 3600 / float(f"{every:.9f}" if float(f"{every:.9f}") else 1e-12) > 99_999
            return
    assert len(stimulus.faults) <= 100_000


# --- recordings that are not what they say ---


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(1, 400))
@KINDLY
def test_a_wav_that_lies_about_its_length(tmp_path: Path, riff: int, claim: int, samples: int) -> None:
    data = np.arange(samples, dtype="<i2").tobytes()
    form = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", claim) + data
    (tmp_path / "a.wav").write_bytes(b"RIFF" + struct.pack("<I", riff) + body)
    with soon(1.0):
        try:
            values = recorded.read(tmp_path / "a.wav").columns["1"]
        except BadInput as error:
            assert claim < 2 and "a.wav" in str(error)
            return
    # Never more than is there; 0 is what recorders write that were cut off, and stands for all of it.
    assert len(values) == (samples if claim == 0 else min(samples, claim // 2))
    assert np.allclose(values, np.arange(len(values)) / 32768, atol=1e-4)


BREAKS = ',;\t\n\r"#\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029'  # what would make another cell or row of it
words = st.text(st.characters(codec="utf-8", exclude_characters=BREAKS), min_size=1)


@given(st.integers(1, 30), st.integers(0, 29), words)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_text_in_a_csv_names_its_row(tmp_path: Path, rows: int, at: int, word: str) -> None:
    at %= rows
    cells = [f"{n},{n * 0.5}" for n in range(rows)]
    cells[at] = f"{at},{word}"
    (tmp_path / "a.csv").write_text("time,temp\n" + "\n".join(cells) + "\n", encoding="utf-8")
    try:
        values = recorded.read(tmp_path / "a.csv", ["temp"]).pick("temp")[1]
    except BadInput as error:
        assert f"a.csv:{at + 2}: column 'temp' holds" in str(error)
    else:
        assert math.isfinite(float(word)) and values[at] == float(word) and len(values) == rows


# --- line ends, byte-order marks, encodings ---

UNSEEN = ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn")
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-32")
OTHERS = ("utf-16-le", "latin-1", "cp1252", "shift-jis", "utf-7")
titles = st.text(st.characters(codec="utf-8", exclude_categories=UNSEEN), min_size=1, max_size=30)


@given(
    titles.filter(lambda title: title.strip() == title), st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([*UNICODE, *OTHERS]),
)  # fmt: skip
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_encoding_gives_the_same_scenario_or_a_sentence(
    tmp_path: Path, title: str, newline: str, encoding: str
) -> None:
    text = f"{HEAD.replace('title: t', f'title: {json.dumps(title, ensure_ascii=False)}')}duration: 1h\n{WORLD}"
    path = tmp_path / "s.yaml"
    try:
        path.write_bytes(text.replace("\n", newline).encode(encoding))
    except UnicodeEncodeError:
        return
    try:
        scenario = load(path)
    except BadInput as error:
        assert encoding not in UNICODE, error
        assert "s.yaml" in str(error)
    else:
        if encoding in UNICODE:
            assert scenario.title == title


@given(st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.sampled_from([",", ";", "\t"]))
@KINDLY
def test_a_csv_of_any_editor_gives_the_same_numbers(tmp_path: Path, newline: str, mark: bool, between: str) -> None:
    text = newline.join(between.join(row) for row in (("hour", "T °C"), ("0", "1.5"), ("1", "-2"))) + newline
    (tmp_path / "a.csv").write_bytes(text.encode("utf-8-sig" if mark else "utf-8"))
    table = recorded.read(tmp_path / "a.csv")
    assert list(table.columns) == ["hour", "T °C"]
    assert table.columns["T °C"].tolist() == [1.5, -2.0]


def test_a_problem_has_line_column_and_the_way_out() -> None:
    with pytest.raises(BadScenario) as caught:
        loads(f"{HEAD}duration: 1h\nwrld: 1\n{WORLD}", Path("s.yaml"))
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (5, 1) and "world" in problem.hint


def test_the_bounds_are_those_the_guide_tells() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert "200 000 values, 40 levels deep" in guide and (tree.MAX_NODES, tree.MAX_DEPTH) == (200_000, 40)
    assert "Files to 2 MB" in guide and tree.MAX_BYTES == 2_000_000
    assert all(low < high for low, high, _ in LIMITS.values())
