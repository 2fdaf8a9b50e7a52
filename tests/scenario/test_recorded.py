# SPDX-License-Identifier: Apache-2.0
"""Recorded data: read properly when it is right, refused in a sentence when it is not."""

from __future__ import annotations

import json
import struct
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vmote.errors import BadInput
from vmote.scenario import recorded
from vmote.scenario.model import Scenario
from vmote.scenario.rendering import render
from vmote.units import NS_PER_S

Read = Callable[..., Scenario]


def riff(data: bytes, *, code: int = 1, channels: int = 1, rate: int = 16000, bits: int = 16, claim: int = -1) -> bytes:
    align = channels * bits // 8
    form = struct.pack("<HHIIHH", code, channels, rate, rate * align, align, bits)
    size = len(data) if claim < 0 else claim
    body = b"WAVE" + b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", (len(body)) & 0xFFFFFFFF) + body


@pytest.mark.parametrize(
    ("bits", "code", "pack"),
    [
        (8, 1, lambda x: (np.rint(x * 127) + 128).astype(np.uint8).tobytes()),
        (16, 1, lambda x: np.rint(x * 32767).astype("<i2").tobytes()),
        (24, 1, lambda x: b"".join(int(v).to_bytes(3, "little", signed=True) for v in np.rint(x * (2**23 - 1)))),
        (32, 1, lambda x: np.rint(x * (2**31 - 1)).astype("<i4").tobytes()),
        (32, 3, lambda x: x.astype("<f4").tobytes()),
        (64, 3, lambda x: x.astype("<f8").tobytes()),
    ],
)
def test_wav_of_any_width(tmp_path: Path, bits: int, code: int, pack: Callable[[np.ndarray], bytes]) -> None:
    wave_in = np.linspace(-1, 1, 999)
    path = tmp_path / "a.wav"
    path.write_bytes(riff(pack(wave_in), code=code, bits=bits, rate=8000))
    table = recorded.read(path)
    assert table.rate == 8000
    assert np.allclose(table.columns["1"], wave_in, atol=(1.2 if bits > 8 else 2) / 2 ** (min(bits, 24) - 1))


@pytest.mark.parametrize("claim", [0, 0xFFFFFFFF, 5_000_000, 300])
def test_a_wav_that_lies_about_its_length_is_read_as_far_as_it_goes(tmp_path: Path, claim: int) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(riff(np.arange(200, dtype="<i2").tobytes(), claim=claim))
    assert len(recorded.read(path).columns["1"]) == (150 if claim == 300 else 200)


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
def test_wav_of_any_rate_is_resampled_without_aliases(scenario: Read, tmp_path: Path, rate: int) -> None:
    t = np.arange(rate * 2) / rate
    tone = 0.5 * np.sin(2 * np.pi * 1000 * t)
    if rate > 24000:
        tone += 0.4 * np.sin(2 * np.pi * 10_000 * t)  # above what 16 kHz can hold: must be gone
    with wave.open(str(tmp_path / "tone.wav"), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(np.rint(tone * 32767).astype("<i2").tobytes())
    stimulus = render(scenario("world: {sound: {recording: tone.wav, at: 1s}}", "4s"))
    heard = stimulus.channels["sound"].samples(int(1.2 * NS_PER_S), 16000, 24000)
    power = np.abs(np.fft.rfft(heard * np.hanning(len(heard)))) ** 2
    f = np.fft.rfftfreq(len(heard), 1 / 16000)
    near = np.abs(f - 1000) < 5
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(0.3535, rel=0.02)
    assert power[~near].sum() < 2e-3 * power[near].sum()
    assert not stimulus.channels["sound"].samples(0, 16000, 15900).any()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"RIFFxxxxWAVE", "does not say its format"),
        (b"RIFFxxxxJUNK" + b"x" * 50, "the word WAVE is missing"),
        (riff(b""), "no sound"),
        (riff(b"12345678", rate=0), "claims 0 samples"),
        (riff(b"12345678", channels=0), "channels"),
        (riff(b"12345678", bits=12), "12 bits"),
        (riff(b"12345678", code=2), "cannot be read"),
        (riff(np.array([np.nan], "<f4").tobytes(), code=3, bits=32), "no numbers"),
        (b"plain text", "does not start with RIFF"),
    ],
)
def test_what_is_no_wav(tmp_path: Path, raw: bytes, said: str) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(raw)
    with pytest.raises(BadInput, match=said):
        recorded.read(path)


@pytest.mark.parametrize(
    ("text", "column", "wanted"),
    [
        ("t,temp\n0,1.5\n1,2.5\n", "temp", [1.5, 2.5]),
        ("1.5\n2.5\n", None, [1.5, 2.5]),
        ("\ufefft;temp\r\n0;1,5\r\n1;2,5\r\n", "temp", [1.5, 2.5]),
        ("# made by hand\n\nt\ttemp\n0\t1.5\n\n1\t2.5\n", 2, [1.5, 2.5]),
        ('"t","temp"\n"0","1.5"\n"1","2.5"\n', "temp", [1.5, 2.5]),
        ("when,temp,note\n0,1.5,cold\n1,2.5,\n", "temp", [1.5, 2.5]),
    ],
)
def test_csv_as_people_write_it(tmp_path: Path, text: str, column: str | int | None, wanted: list[float]) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())
    table = recorded.read(path, None if column is None else [column])
    assert table.pick(column)[1].tolist() == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("t,temp\n0,1\n1,warm\n", r"a\.csv:3: column 'temp' holds 'warm'"),
        ("t,temp\n0,1\n1\n", r"a\.csv:3: column 'temp' holds nothing"),
        ("t,temp\n0,nan\n", "holds 'nan'"),
        ("t,temp\n0,inf\n", "holds 'inf'"),
        ("t,temp\n0,1_0\n", "holds '1_0'"),
        ("t,temp\n", "a header and no data"),
        ("temp,temp\n1,2\n", "same name"),
        ("\0\0\0", "zero bytes"),
        ("t,x\n0,1\n", "no column 'temp'"),
    ],
)
def test_a_csv_with_text_in_it_names_the_row(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(BadInput, match=said):
        recorded.read(path, ["temp"]).pick("temp")


def test_csv_columns_with_times_and_units(scenario: Read, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(
        "when,F\n2026-01-01T00:00:00,32\n2026-01-01T01:00:00,50\n2026-01-01T03:00:00,41\n"
    )
    stimulus = render(
        scenario("world: {temperature: {recording: {file: log.csv, column: F, time: when, unit: degF}}}", "3h")
    )
    hours = [stimulus.channels["temperature"].value_at(int(h * 3600 * NS_PER_S)) for h in (0, 0.5, 1, 2, 3)]
    assert hours == pytest.approx([0, 5, 10, 7.5, 5], abs=0.01)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("{file: log.csv, column: a}", "how fast it was taken"),
        ("{file: log.csv, column: a, rate: 1 Hz, unit: g}", "none of temperature"),
        ("{file: log.csv, column: a, time: b}", "time does not increase at sample 3"),
        ("{file: log.csv, column: a, rate: 1 Hz, skip: 20s}", "leaves nothing"),
        ("{file: log.csv, rate: 1 Hz}", "it has 2 columns"),
    ],
)
def test_recordings_that_do_not_fit(scenario: Read, tmp_path: Path, spec: str, said: str) -> None:
    (tmp_path / "log.csv").write_text("a,b\n1,0\n2,1\n3,1\n")
    with pytest.raises(BadInput, match=said):
        render(scenario(f"world: {{temperature: {{recording: {spec}}}}}"))


def test_files_outside_are_read_only_when_allowed(scenario: Read, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.csv"
    outside.write_text("1\n2\n")
    (tmp_path / "link.csv").symlink_to(outside)
    for name in (f"../{outside.name}", str(outside), "link.csv"):
        body = f"world: {{temperature: {{recording: {{file: {name}, rate: 1 Hz}}}}}}"
        with pytest.raises(BadInput, match="outside the scenario's folder"):
            scenario(body)
        assert render(scenario(body, allow_outside=True)).channels["temperature"].value_at(0) == 1.0


def test_edge_impulse_json(scenario: Read, tmp_path: Path) -> None:
    values = [[0.0, 9.80665, 1.0], [4.903325, 9.80665, 2.0], [9.80665, 9.80665, 3.0]]
    sensors = [{"name": "accX", "units": "m/s2"}, {"name": "accY", "units": "m/s2"}, {"name": "odd", "units": "N/A"}]
    payload = {"device_type": "X", "interval_ms": 100, "sensors": sensors, "values": values}
    (tmp_path / "wing.json").write_text(json.dumps({"protected": {}, "signature": "0", "payload": payload}))
    stimulus = render(scenario("world: {acceleration-x: {recording: {file: wing.json, column: accX}}}", "1s"))
    assert stimulus.channels["acceleration-x"].value_at(100_000_000) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({}, "interval_ms"),
        ({"interval_ms": 0}, "not a time above zero"),
        ({"interval_ms": 10, "sensors": []}, "not a list of sensors"),
        ({"interval_ms": 10, "sensors": [{"name": "a"}], "values": []}, "not a list of samples"),
        ({"interval_ms": 10, "sensors": [{"name": "a"}], "values": [[1], [1, 2]]}, "sample 2"),
        ({"interval_ms": 10, "sensors": [{"name": "a"}], "values": [["x"]]}, "sample 1"),
        ({"interval_ms": 10, "sensors": [{"name": "a"}], "values": [[float("nan")]]}, "sample 1"),
    ],
)
def test_json_that_is_not_edge_impulses(tmp_path: Path, payload: dict[str, object], said: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"payload": payload}))
    with pytest.raises(BadInput, match=said):
        recorded.read(path)


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"RIFF\0\0\0\0WAVE", b"{", b'{"payload":', b"a,b\n", riff(b"1234")])
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_read_or_refused_politely(tmp_path: Path, raw: bytes, start: bytes) -> None:
    path = tmp_path / "any.bin"
    path.write_bytes(start + raw)
    try:
        table = recorded.read(path)
    except BadInput as error:
        assert str(path) in str(error)
    else:
        assert all(np.isfinite(column).all() for column in table.columns.values())


@given(st.integers(0, 60), st.binary(min_size=1, max_size=4))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damaged_wav_is_read_or_refused_politely(tmp_path: Path, at: int, put: bytes) -> None:
    raw = bytearray(riff(np.arange(100, dtype="<i2").tobytes(), channels=2))
    raw[at : at + len(put)] = put
    path = tmp_path / "any.wav"
    path.write_bytes(bytes(raw))
    try:
        table = recorded.read(path)
    except BadInput as error:
        assert str(path) in str(error)
    else:
        assert all(np.isfinite(column).all() and len(column) <= 200 for column in table.columns.values())


finite = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=20), st.sampled_from([",", ";", "\t"]))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_as_csv_is_read_back(tmp_path: Path, rows: list[tuple[float, float]], delimiter: str) -> None:
    text = f"one{delimiter}two\n" + "".join(f"{a!r}{delimiter}{b!r}\n" for a, b in rows)
    path = tmp_path / "a.csv"
    path.write_text(text)
    table = recorded.read(path)
    assert np.array_equal(table.columns["one"], [a for a, _ in rows])
    assert np.array_equal(table.columns["two"], [b for _, b in rows])
