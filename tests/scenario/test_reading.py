# SPDX-License-Identifier: Apache-2.0
"""Reading YAML: what people mean, and nothing that hurts."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vmote.errors import BadInput
from vmote.scenario import tree
from vmote.scenario.loading import BadScenario, load, loads

GOOD = 'schema: 1\ntitle: "x"\ndevice: {app: weather}\nduration: 1h\nworld: {temperature: 3 degC}\n'


def value(text: str) -> object:
    return tree.parse(text, "f").value


def test_words_stay_words_and_times_stay_times() -> None:
    assert value("[yes, no, on, off, 07:00, 1_000, 012, true, null, 3, -2.5, 1e3, .inf, .nan, 0x1F]") == [
        "yes", "no", "on", "off", "07:00", "1_000", 12, True, None, 3, -2.5, 1000.0, ".inf", ".nan", 31,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2", "written twice"),
        ("a: !!python/object/apply:os.system [ls]", "tag"),
        ("a: !include other.yaml", "tag"),
        ("&a [*a]", "endless"),
        ("a: *b", "before"),
        ("{[1, 2]: 3}", "key is a list"),
        ("a: 1\n---\nb: 2", "second document"),
        ("", "empty"),
        ("a: [1, 2", "not YAML"),
        ("\ta: 1", "not YAML"),
        ("<<: {a: 1}", "merge keys"),
        ("[" * 2000, "nests deeper"),
        ("a:\n" + "".join(" " * i + "a:\n" for i in range(1, 200)), "nests deeper"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        value(text)


def test_a_bomb_of_aliases_costs_nothing() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30))
    started = time.process_time()
    with pytest.raises(BadInput, match="aliases written out"):
        value(bomb)
    assert time.process_time() - started < 2


def test_aliases_within_bounds_are_understood() -> None:
    assert value("a: &x {b: 1}\nc: [*x, *x]") == {"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, newline: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes((GOOD.replace("x", "Schnee – 雪") + "\n").replace("\n", newline).encode(encoding))
    assert load(path).title == "Schnee – 雪"


def test_latin_1_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(GOOD.replace("x", "Kälte").encode("latin-1"))
    with pytest.raises(BadInput, match="line 2 holds bytes that are not utf-8"):
        load(path)


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="does not exist"):
        load(tmp_path / "none.yaml")
    with pytest.raises(BadInput, match="not a regular file"):
        load(tmp_path)
    big = tmp_path / "big.yaml"
    big.write_bytes(b"# " + b"x" * tree.MAX_BYTES)
    with pytest.raises(BadInput, match="larger than"):
        load(big)


ODD = """\
schema: 1
title: odd
device: {board: nano33ble-sens, app: weathr}
duration: 12h
wrld: 3
world:
  temperature:
    - constnt: 3 degC
    - ramp: {from: 3 degC, too: 5 %RH}
      at: 3x
    - sine: {amplitude: 3 %RH, period: 2h}
    - sine: {amplitude: 3 degC, period: 2h}
      noise: {sd: 1 K}
  humidity: 50
truth: [snow 07:00-15:00, foo]
expect:
  conclude: [{label: snow, from: 10:00, to: 9:00, witin: 2h}]
  budgets: {cycles: 3 KB, aren: 3}
imperfections:
  temprature: {offset: 1 K}
  humidity: {offset: 1 K}
"""
EXPECTED = {
    (3, 10): ("device.board", "there is no board 'nano33ble-sens'", "did you mean 'nano33ble-sense'"),
    (3, 33): ("device.app", "there is no app 'weathr'", "did you mean 'weather'"),
    (5, 1): ("wrld", "this key is not known here", "did you mean 'world'"),
    (8, 7): ("world.temperature[0]", "does not say its kind", "did you mean 'constant'"),
    (9, 28): ("world.temperature[1].ramp.too", "this key is not known here", "did you mean 'to'"),
    (10, 7): ("world.temperature[1].at", "'x' in '3x' is not a unit", "known: d, h"),
    (11, 14): ("world.temperature[2].sine.amplitude", "is a unit of humidity, not of temperature", "known: K, degC"),
    (12, 7): ("world.temperature[3]", "cannot be noise and sine at once", "two items"),
    (14, 3): ("world.humidity", "'50' has no unit", "%RH"),
    (15, 9): ("truth[0]", "after the scenario's end at 12h 00min", "longer"),
    (15, 27): ("truth[1]", "'foo' is not a window", "snow 07:00-10:00"),
    (17, 51): ("expect.conclude[0].witin", "this key is not known here", "did you mean 'within'"),
    (18, 13): ("expect.budgets.cycles", "is a unit of size, not of cycles", "kcycles"),
    (18, 27): ("expect.budgets.aren", "this key is not known here", "did you mean 'arena'"),
    (20, 3): ("imperfections.temprature", "this quantity is not known", "did you mean 'temperature'"),
    (21, 14): ("imperfections.humidity.offset", "is a unit of temperature, not of humidity", "%RH"),
}


def test_every_mistake_at_once_each_in_its_place() -> None:
    with pytest.raises(BadScenario) as caught:
        loads(ODD, Path("odd.yaml"))
    found = {(p.line, p.column): p for p in caught.value.problems}
    assert set(found) == set(EXPECTED)
    for place, (key, what, hint) in EXPECTED.items():
        assert found[place].key == key
        assert what in found[place].what
        assert hint in found[place].hint
    assert "odd.yaml:5:1: wrld: this key is not known here" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("duration: .inf", "'.inf' is not a time"),
        ("duration: .nan", "'.nan' is not a time"),
        ("duration: 1e999 h", "not a finite"),
        ("duration: 30000d", "out of range"),
        ("duration: 0s", "no stretch of time"),
        ("duration: -3h", "out of range"),
        ("duration: 12", "has no unit"),
        ("duration: [1h]", "a list is not a time"),
        ("seed: -1", "greater than or equal to 0"),
        ("seed: 1.5", "integer"),
        ("schema: 2", "schema 2 is not known"),
        ("timescale: 1h", "not a time scale"),
        ("timescale: 0s = 1s", "out of range"),
        ("world: {}", "the world is empty"),
        ("world: {temperature: []}", "at least 1 item"),
        ("world: {temperature: {points: {}}}", "at least 1 item"),
        ("world: {temperature: {sine: {amplitude: 1 K, frequency: 0 Hz}}}", "out of range"),
        ("world: {temperature: {constant: 1 degC, gain: .nan}}", "not"),
        ("world: {sound: {noise: pink, level: -20 dBFS, snr: 3 dB}}", "cannot both be"),
        ("world: {sound: {word: true}}", "quote it"),
        ("world: {sound: {chirp: {from: 1 Hz, to: 2 Hz}}}", "needs to end"),
        ("world: {motion: {gesture: wingg}}", "no gesture 'wingg'"),
        ("world: {motion: {rest: face-upp}}", "cannot lie 'face-upp'"),
        ("world: {temperature: {recording: /etc/passwd}}", "outside the scenario's folder"),
        ("world: {temperature: {recording: ../x.csv}}", "outside the scenario's folder"),
        ("world: {temperature: {recording: none.csv}}", "there is no file"),
        ("world: {temperature: {recording: {file: x.csv, rate: 0 Hz}}}", "out of range"),
        ("truth: [snow 02:00-01:00]", "before it starts"),
        ("faults: [{fault: nack, from: 0s, to: 1s}]", "happens to a part"),
        ("faults: [{fault: nack, part: hts222, from: 0s, to: 1s}]", "no part 'hts222'"),
        ("faults: [{fault: bit-flip, at: 1s}]", "needs `bit:`"),
        ("faults: [{fault: nack, part: hts221, from: 0s, to: 1s, probability: 2}]", "not between 0 and 1"),
        ("faults: [{fault: nack, part: hts221, from: 0s, to: 1h, probability: 0.5, every: 1us}]", "occasions"),
        ("expect: {leds: [buildin on 0s-1s]}", "no LED 'buildin'"),
        ("expect: {rates: {accuracy: 95 %}}", "needs `background:`"),
        ("expect: {rates: {false-alarms: many}}", "not a rate"),
        ("expect: {rates: {recall: 95}}", "not between 0 and 1"),
        ("expect: {console: {must: [{record: infer, line: x}]}}", "one of `line:`"),
    ],
)
def test_bad_values_are_one_sentence(line: str, said: str) -> None:
    key = line.split(":", maxsplit=1)[0]
    kept = [given for given in GOOD.splitlines() if not given.startswith(f"{key}:")]
    with pytest.raises(BadScenario) as caught:
        loads("\n".join([*kept, line]), Path("bad.yaml"))
    assert said in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_a_million_faults_are_refused_in_bounded_time() -> None:
    text = GOOD + "faults:\n" + "- {fault: brown-out, at: 1s}\n" * 15_000
    started = time.process_time()
    with pytest.raises(BadInput):
        loads(text, Path("many.yaml"))
    assert time.process_time() - started < 20
    aliased = GOOD + "faults:\n- &f {fault: brown-out, at: 1s}\n" + "- *f\n" * 300_000
    with pytest.raises(BadInput, match="values"):
        loads(aliased, Path("many.yaml"))


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_refused_politely(raw: bytes) -> None:
    try:
        text = tree.decode(raw, "f")
        loads(text, Path("f.yaml"))
    except BadInput as error:
        assert str(error)


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(),
    st.sampled_from(
        ["3 degC", "50 %RH", "2h", "-20 dBFS", "1 g", "07:00-08:00", "snow 1h-2h", "truth", "", ".nan", "pink"]
    ),
    st.text(max_size=12),
)  # fmt: skip
keys = st.sampled_from(
    [
        "at",
        "for",
        "gain",
        "fade",
        "replace",
        "filter",
        "repeat",
        "truth",
        "level",
        "snr",
        "constant",
        "points",
        "ramp",
        "step",
        "sine",
        "noise",
        "recording",
        "gap",
        "word",
        "tone",
        "gesture",
        "rest",
        "walking",
        "vibration",
        "climate",
        "from",
        "to",
        "by",
        "over",
        "every",
        "times",
        "label",
        "within",
        "score",
        "fault",
        "part",
    ]
)
things = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4))
parts = st.sampled_from(
    [
        "temperature",
        "humidity",
        "sound",
        "motion",
        "weather",
        "acceleration-x",
        "truth",
        "expect",
        "faults",
        "imperfections",
        "timescale",
        "seed",
        "device",
    ]
)


@given(st.dictionaries(parts, things, min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_structure_is_read_or_refused_politely(made: dict[str, object]) -> None:
    top = {key: made[key] for key in made if key in ("truth", "expect", "faults", "imperfections", "timescale", "seed")}
    inner = {key: made[key] for key in made if key not in top and key != "device"}
    document = {"schema": 1, "title": "x", "device": {"app": "weather"}, "duration": "1h", "world": inner} | top
    if "device" in made:
        document["device"] = made["device"]
    try:
        loads(_written(document), Path("f.yaml"))
    except BadScenario as error:
        assert error.problems
        assert all(problem.line >= 1 and problem.column >= 1 and problem.what for problem in error.problems)
    except BadInput as error:
        assert "not YAML" in str(error) or "values" in str(error)


def _written(value: object) -> str:
    """Write as YAML's flow style, with every text quoted."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_written(str(key))}: {_written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_written(inner) for inner in value) + "]"
    if isinstance(value, str):
        escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in value)
        return f'"{escaped}"'
    if isinstance(value, float):
        return repr(value).replace("inf", ".inf").replace("nan", ".nan")
    return (
        {None: "null", True: "true", False: "false"}.get(value, str(value))
        if not isinstance(value, int) or isinstance(value, bool)
        else str(value)
    )
