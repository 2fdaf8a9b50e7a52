# SPDX-License-Identifier: Apache-2.0
"""Bad input ends in a sentence and an exit code: no traceback, no half-written run folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

ROOT = Path(__file__).resolve().parents[2]
Vmote = Callable[..., CompletedProcess[str]]

SNOW = ROOT / "models" / "snow" / "snow.tflite"
SCENARIO = ROOT / "scenarios" / "weather" / "snow-front.yaml"


def refused(done: CompletedProcess[str], code: int, *words: str, runs: Path) -> None:
    said = done.stderr
    assert done.returncode == code, said + done.stdout
    assert said.startswith("error:"), said
    assert "Traceback" not in said + done.stdout
    flat = " ".join(said.split())
    for word in words:
        assert word in flat, f"{word!r} is not in: {flat}"
    assert not runs.exists() or not list(runs.iterdir()), "a run folder was left behind"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("duration: 12h", "duraton: 12h", ["spoilt.yaml", "duraton", "duration"]),
        ("duration: 12h", "duration: 12 degC", ["spoilt.yaml", "time"]),
        ("duration: 12h", "duration: 9h", ["spoilt.yaml", "10h 00min", "end"]),
        ("constant: 4 degC", "constant: 4 %RH", ["spoilt.yaml", "temperature"]),
        ("board: nano33ble-sense", "board: nano33", ["spoilt.yaml", "nano33ble-sense"]),
        ("app: weather", "app: wether", ["spoilt.yaml", "weather"]),
        ("schema: 1", "schema: 99", ["spoilt.yaml", "schema"]),
        ("title:", "title: [", ["spoilt.yaml"]),
    ],
)
def test_scenario(vmote: Vmote, snow_front: str, tmp_path: Path, old: str, new: str, words: list[str]) -> None:
    assert old in snow_front
    path = tmp_path / "spoilt.yaml"
    path.write_text(snow_front.replace(old, new, 1), encoding="utf-8")
    refused(vmote("run", path), 2, *words, runs=tmp_path / "runs")


def test_scenario_that_is_not_there(vmote: Vmote, tmp_path: Path) -> None:
    refused(vmote("run", tmp_path / "none.yaml"), 2, "none.yaml", runs=tmp_path / "runs")


def test_board_that_does_not_exist(vmote: Vmote, tmp_path: Path) -> None:
    refused(vmote("run", SCENARIO, "--board", "nano33ble"), 2, "nano33ble-sense", runs=tmp_path / "runs")


def test_board_that_is_planned(vmote: Vmote, tmp_path: Path) -> None:
    refused(vmote("run", SCENARIO, "--board", "pico"), 2, "pico", "planned", runs=tmp_path / "runs")


@pytest.mark.parametrize("option", ["--engine", "--port", "--runtime", "--toolchain"])
def test_option_with_an_unknown_word(vmote: Vmote, tmp_path: Path, option: str) -> None:
    refused(vmote("run", SCENARIO, option, "nonsense"), 2, "nonsense", "known", runs=tmp_path / "runs")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("text.elf", b"hello, I am no ELF\n", ["text.elf"]),
        ("empty.elf", b"", ["empty.elf", "empty"]),
        ("cut.elf", b"\x7fELF\x01\x01\x01" + bytes(9), ["cut.elf"]),
    ],
)
def test_image(vmote: Vmote, tmp_path: Path, name: str, data: bytes, words: list[str]) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    refused(vmote("run", SCENARIO, "--image", path), 2, *words, runs=tmp_path / "runs")


def test_image_for_the_host(vmote: Vmote, tmp_path: Path) -> None:
    refused(vmote("run", SCENARIO, "--image", "/bin/true"), 2, "/bin/true", runs=tmp_path / "runs")


@pytest.mark.tools
@pytest.mark.parametrize(
    ("name", "keep", "words"),
    [("empty.tflite", 0, ["empty.tflite", "empty"]), ("cut.tflite", 700, ["cut.tflite"])],
)
def test_model(vmote: Vmote, tmp_path: Path, name: str, keep: int, words: list[str]) -> None:
    path = tmp_path / name
    path.write_bytes(SNOW.read_bytes()[:keep])
    refused(vmote("run", SCENARIO, "--model", path), 2, *words, runs=tmp_path / "runs")


@pytest.mark.parametrize("tool", ["VMOTE_QEMU", "VMOTE_ARM_GCC"])
def test_tool_that_is_missing(vmote: Vmote, tmp_path: Path, tool: str) -> None:
    done = vmote("run", SCENARIO, env={tool: str(tmp_path / "nowhere")})
    refused(done, 3, tool, "apt-get install", runs=tmp_path / "runs")


@pytest.mark.parametrize(("tool", "says"), [("VMOTE_QEMU", "QEMU emulator version 5.2.0"), ("VMOTE_ARM_GCC", "10.3.1")])
def test_tool_that_is_too_old(vmote: Vmote, tmp_path: Path, tool: str, says: str) -> None:
    old = tmp_path / "old-tool"
    old.write_text(f"#!/bin/sh\necho '{says}'\n", encoding="utf-8")
    old.chmod(0o755)
    refused(vmote("run", SCENARIO, env={tool: str(old)}), 3, "old-tool", "or newer", runs=tmp_path / "runs")


def test_json_tells_errors_as_json(vmote: Vmote, tmp_path: Path) -> None:
    done = vmote("run", tmp_path / "none.yaml", "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 2
    assert document["passed"] is False
    assert "none.yaml" in document["error"]["where"] + document["error"]["what"]


def test_wrong_option_is_a_usage_error(vmote: Vmote) -> None:
    done = vmote("run", SCENARIO, "--bord", "x")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "--board" in done.stderr
