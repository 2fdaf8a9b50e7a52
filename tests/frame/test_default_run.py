# SPDX-License-Identifier: Apache-2.0
"""The default run, end to end, as a person or a CI job sees it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from vmote.run import Request, execute

ROOT = Path(__file__).resolve().parents[2]
SNOW_FRONT = ROOT / "scenarios" / "weather" / "snow-front.yaml"
Vmote = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def run_():  # type: ignore[no-untyped-def]
    return execute(Request(SNOW_FRONT))


def test_the_device_forecasts_the_snow(run_) -> None:  # type: ignore[no-untyped-def]
    assert run_.verdict.passed, [c for c in run_.verdict.checks if c.outcome != "pass"]
    labels = {round(r.device_t_ns / 3.6e12): r.text("label") for r in run_.trace.of("infer")}
    assert labels[4] == "no-snow"
    assert {labels[hour] for hour in (7, 8, 9)} == {"snow"}


def test_every_output_equals_tflm_on_the_host(run_) -> None:  # type: ignore[no-untyped-def]
    golden = next(check for check in run_.verdict.checks if check.name == "golden")
    assert golden.outcome == "pass", golden
    assert golden.happened.startswith(f"{len(run_.trace.of('infer'))} of ")


def test_the_led_follows_the_forecast(run_) -> None:  # type: ignore[no-untyped-def]
    changes = [(pin.on, round(pin.t_ns / 3.6e12)) for pin in run_.trace.pins if pin.name == "builtin"]
    assert changes[-2:] == [(True, 6), (False, 11)]


def test_two_runs_are_the_same_to_the_byte(run_) -> None:  # type: ignore[no-untyped-def]
    assert execute(Request(SNOW_FRONT)).trace.canonical() == run_.trace.canonical()


def test_sleeping_is_cheap(run_) -> None:  # type: ignore[no-untyped-def]
    # Twelve hours at 64 MHz are 2.8e12 cycles. What is executed is what the device does awake.
    assert run_.trace.counters.cycles > 2.7e12
    assert run_.trace.counters.instructions < 100e6


def test_words_when_piped(vmote: Vmote) -> None:
    done = vmote("run", SNOW_FRONT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\x1b" not in done.stdout, "colour in a file"
    assert re.search(r"7h 00min +snow +0\.9", done.stdout)
    for words in ("expectation", "PASSED", "ram", "run folder", "up to date (build skipped)"):
        assert words in done.stdout


def test_json_and_the_run_folder(vmote: Vmote, tmp_path: Path) -> None:
    done = vmote("run", SNOW_FRONT, "--json", "--repeat", "2")
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert document["passed"] is True
    assert document["repeat"]["identical"] is True
    assert document["cycles"]["basis"] == "instructions"
    folder = Path(document["folder"])
    assert folder.parent == tmp_path / "runs"
    assert (tmp_path / "runs" / "latest").resolve() == folder
    assert sorted(path.name for path in folder.iterdir()) == [
        "console.txt", "junit.xml", "records.json", "report.html", "result.json", "scenario.yaml", "trace.txt",
    ]  # fmt: skip
    suite = ET.parse(folder / "junit.xml").getroot()[0]
    assert (int(suite.get("tests", 0)), suite.get("failures")) == (len(document["checks"]), "0")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert not re.search(r'(src|href)="?(https?:)?//', page), "the page is not self-contained"


def test_a_failed_verdict_says_why_and_exits_with_1(vmote: Vmote, snow_front: str, tmp_path: Path) -> None:
    path = tmp_path / "too-strict.yaml"
    path.write_text(re.sub(r"cycles: \d+ kcycles", "cycles: 100 cycles", snow_front), encoding="utf-8")
    done = vmote("run", path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FAILED" in done.stdout
    assert "100 cycles" in done.stdout


def test_another_model_without_compiling(vmote: Vmote, tmp_path: Path) -> None:
    other = tmp_path / "mine.tflite"
    other.write_bytes((ROOT / "models" / "snow" / "snow.tflite").read_bytes())
    done = vmote("run", SNOW_FRONT, "--model", other, "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert document["identity"]["model"] == "mine"
