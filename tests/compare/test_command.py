# SPDX-License-Identifier: Apache-2.0
"""`vmote compare` as it is called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SNOW_FRONT = ROOT / "scenarios/weather/snow-front.yaml"
SHORT = """
schema: 1
title: Two hours
device: {app: weather}
duration: 2h 30min
world: {temperature: 1 degC, humidity: 60 %RH}
"""

pytestmark = pytest.mark.tools


def vmote(*words: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vmote.cli", "compare", *map(str, words)], capture_output=True, text=True, timeout=240,
        check=False, cwd=ROOT, env=os.environ | (env or {}),
    )  # fmt: skip


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "short.yaml"
    path.write_text(SHORT)
    return path


def test_an_engine_agrees_with_itself(scenario: Path) -> None:
    done = vmote(scenario, "--engines", "qemu,qemu", "--within", "0 ms", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    (pair,) = json.loads(done.stdout)["scenarios"][0]["pairs"]
    assert pair["passed"]
    assert pair["same_image"]
    assert pair["bounds"]["time"] == 0


def test_two_images_that_part_are_shown_where_they_do(scenario: Path, tmp_path: Path) -> None:
    from vmote.firmware.build import build  # noqa: PLC0415
    from vmote.firmware.elf import open_image  # noqa: PLC0415
    from vmote.firmware.insert import find_model, with_model  # noqa: PLC0415
    from vmote.platforms import load_board  # noqa: PLC0415

    board = load_board("nano33ble-sense")
    image = build(board, "weather", "baremetal", "native").path
    other = tmp_path / "other.elf"
    with_model(open_image(image, board), board, *find_model(str(ROOT / "labs/01-snow/devices/crier.yaml")), other)
    words = (SNOW_FRONT, "--image", image, "--image", other, "--out", tmp_path / "runs")
    done = vmote(*words)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "DIFFERENT  first in" in done.stdout
    assert "other.elf" in done.stdout
    assert len(list((tmp_path / "runs").glob("2*"))) == 2
    document = json.loads(vmote(*words, "--json").stdout)
    assert document["passed"] is False
    first = document["scenarios"][0]["pairs"][0]["first"]
    assert any(row["one"] != row["other"] for row in first["context"])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--within", "soon"], 2, "--within: 'soon' is not a time"),
        (["--engines", "qemu,simics"], 2, "there is no engine 'simics'"),
        (["--image", "/no/such.elf", "--image", "/nor/this.elf"], 2, "/no/such.elf"),
    ],
)
def test_bad_input_is_a_sentence(scenario: Path, words: list[str], code: int, said: str) -> None:
    done = vmote(scenario, *words)
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_goes_on_after_what_no_board_runs(scenario: Path) -> None:
    (scenario.parent / "a-motor.yaml").write_text(SHORT.replace("weather", "vibration").replace("2h 30min", "3s"))
    done = vmote(scenario.parent, "--engines", "qemu,qemu")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "NOT COMPARED  board nano33ble-sense does not run app vibration yet" in done.stdout
    assert "1 of 2 scenarios alike" in done.stdout and "1 not compared" in done.stdout


def test_no_renode_is_said_with_how_to_get_it(scenario: Path, tmp_path: Path) -> None:
    done = vmote(scenario, env={"VMOTE_RENODE": str(tmp_path / "none")})
    assert done.returncode == 3
    assert "is not a program" in done.stderr
