# SPDX-License-Identifier: Apache-2.0
"""`vmote scenario`: new, check, show, export, import."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from vmote.cli.scenario import app
from vmote.errors import BadInput
from vmote.scenario import load, render
from vmote.scenario.exporting import resd_samples, to_csv, to_wav
from vmote.scenario.importing import import_recording
from vmote.scenario.showing import as_png, as_text
from vmote.scenario.starting import write_new

TONE = """\
schema: 1
title: a tone
device: {app: keyword}
duration: 2s
world:
  sound: {tone: {frequency: 1 kHz}, level: -20 dBFS, at: 500ms, for: 1s}
truth: [tone 500ms-1500ms]
"""
WEATHER = """\
schema: 1
title: a ramp
device: {app: weather}
duration: 2h
world:
  temperature: {ramp: {from: 0 degC, to: 12 degC}}
  humidity: 50 %RH
truth: [snow 1h-2h]
faults: [{fault: nack, part: hts221, from: 0s, to: 30min}]
"""


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    path = tmp_path / "tone.yaml"
    path.write_text(TONE, encoding="utf-8")
    return path


@pytest.fixture
def weather(tmp_path: Path) -> Path:
    path = tmp_path / "weather.yaml"
    path.write_text(WEATHER, encoding="utf-8")
    return path


def test_new_writes_once(tmp_path: Path) -> None:
    path = write_new("weather", tmp_path / "folder")
    assert path.name == "my-weather.yaml" and load(path).device.app == "weather"
    with pytest.raises(BadInput, match="there already"):
        write_new("weather", path)
    with pytest.raises(BadInput, match="no kind of scenario 'wether'"):
        write_new("wether", tmp_path)


def test_show_in_the_terminal(weather: Path) -> None:
    text = as_text(load(weather), render(load(weather)), width=80)
    lines = text.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert "temperature [degC]" in text and "humidity [%RH]" in text
    (snow,) = [line for line in lines if line.strip().startswith("snow")]
    bar = snow.split("│")[1]
    assert bar[:30].strip() == "" and set(bar[34:64]) == {"█"}
    assert any(line.strip().startswith("nack hts221"[:12]) for line in lines)


def test_show_as_png(weather: Path, tmp_path: Path) -> None:
    as_png(load(weather), render(load(weather)), tmp_path / "w.png")
    assert (tmp_path / "w.png").read_bytes().startswith(b"\x89PNG")


def test_wav_comes_back_as_it_went(tone: Path, tmp_path: Path) -> None:
    stimulus = render(load(tone))
    assert to_wav(stimulus, tmp_path / "out.wav") == 32000
    with wave.open(str(tmp_path / "out.wav")) as file:
        assert (file.getframerate(), file.getnframes()) == (16000, 32000)
    again = import_recording(tmp_path / "out.wav", tmp_path / "back" / "again.yaml")
    was, now = (s.channels["sound"].samples(0, 16000, 32000) for s in (stimulus, render(load(again))))
    assert np.allclose(was, now, atol=1 / 32768)
    with pytest.raises(BadInput, match="beside it already"):
        import_recording(tmp_path / "out.wav", tmp_path / "back" / "other.yaml")


def test_csv_comes_back_as_it_went(weather: Path, tmp_path: Path) -> None:
    stimulus = render(load(weather))
    assert to_csv(stimulus, tmp_path / "out.csv") == 121
    rows = (tmp_path / "out.csv").read_text().splitlines()
    assert rows[0] == "time,temperature [degC],humidity [%RH],truth"
    assert rows[91] == "5400,9,50,snow" and rows[31] == "1800,3,50,"
    again = import_recording(tmp_path / "out.csv", tmp_path / "again.yaml")
    back = render(load(again))
    for name in ("temperature", "humidity"):
        assert np.allclose(*(s.channels[name].samples(0, 0.1, 700) for s in (stimulus, back)), atol=1e-3)


def test_import_asks_when_it_cannot_know(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("a,b\n1,2\n2,3\n")
    with pytest.raises(BadInput, match="no column is known: a, b"):
        import_recording(path, tmp_path / "x.yaml")
    with pytest.raises(BadInput, match="how fast"):
        import_recording(path, tmp_path / "x.yaml", columns={"a": "temperature"})
    with pytest.raises(BadInput, match="no quantity"):
        import_recording(path, tmp_path / "x.yaml", columns={"a": "warmth"})
    made = import_recording(path, tmp_path / "x.yaml", columns={"a": "temperature"}, rate=0.5)
    assert render(load(made)).channels["temperature"].value_at(2 * 10**9) == 2.0
    assert not (tmp_path / "x.yaml").read_text().count("column: b")


def test_edge_impulse_is_imported_with_its_units(tmp_path: Path) -> None:
    sensors = [{"name": f"acc{axis}", "units": "m/s2"} for axis in "XYZ"]
    payload = {"interval_ms": 10, "sensors": sensors, "values": [[0, 0, 9.80665]] * 50}
    (tmp_path / "wing.json").write_text(json.dumps({"payload": payload}))
    made = load(import_recording(tmp_path / "wing.json", tmp_path / "wing.yaml"))
    assert made.device.app == "motion" and made.duration == pytest.approx(0.5)
    assert render(made).channels["acceleration-z"].value_at(10**8) == pytest.approx(1.0)


def test_resd_in_its_own_units(weather: Path) -> None:
    told = {kind: (values, period) for kind, values, period in resd_samples(render(load(weather)), rate=1.0)}
    assert set(told) == {"temperature", "humidity"}
    values, period = told["temperature"]
    assert period == 10**9 and values[3600] == 6000 and told["humidity"][0][5] == 50_000


def test_export_refuses_what_would_fill_a_disk(weather: Path, tmp_path: Path) -> None:
    stimulus = render(load(weather))
    with pytest.raises(BadInput, match="rows"):
        to_csv(stimulus, tmp_path / "x.csv", 1e8)
    with pytest.raises(BadInput, match="no sound"):
        to_wav(stimulus, tmp_path / "x.wav")
    with pytest.raises(BadInput, match="cannot be written"):
        to_csv(stimulus, tmp_path / "none" / "x.csv")


def test_the_commands(weather: Path, tone: Path, tmp_path: Path) -> None:
    run = CliRunner()
    good = run.invoke(app, ["check", str(tmp_path), "--json"])
    assert good.exit_code == 0 and [one["right"] for one in json.loads(good.output)] == [True, True]
    bad = tmp_path / "bad" / "bad.yaml"
    bad.parent.mkdir()
    bad.write_text(WEATHER.replace("50 %RH", "50"), encoding="utf-8")
    wrong = run.invoke(app, ["check", str(bad)])
    assert wrong.exit_code == 2 and "bad.yaml:7:3" in wrong.output.replace("\n", "") and "has no unit" in wrong.output
    assert "nack hts221" in run.invoke(app, ["show", str(weather)]).output
    for form in ("csv", "wav", "resd"):
        source = tone if form == "wav" else weather
        out = tmp_path / f"out.{form}"
        assert run.invoke(app, ["export", str(source), "-o", str(out)]).exit_code == 0
        assert out.stat().st_size > 40
    assert (tmp_path / "out.resd").read_bytes().startswith(b"RESD")
    made = run.invoke(app, ["import", str(tmp_path / "out.csv"), "-o", str(tmp_path / "made.yaml")])
    assert made.exit_code == 0 and load(tmp_path / "made.yaml").duration == 7200
