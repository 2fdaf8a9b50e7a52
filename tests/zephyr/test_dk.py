# SPDX-License-Identifier: Apache-2.0
"""Nordic's DK, which is no board of vmote's until somebody writes its file: the one that docs/zephyr.md shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from vmote.firmware.zephyr.boards import zephyr_name
from vmote.platforms import Board, project_root

NAME = "nrf52840dk"
TEXT = re.search(r"```yaml\n(.*?)```", (project_root() / "docs" / "zephyr.md").read_text(encoding="utf-8"), re.DOTALL)
OVERLAY = (project_root() / "firmware/zephyr/boards/nrf52840dk_nrf52840.overlay").read_text(encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make a checkout that has the DK among its boards."""
    assert TEXT is not None
    (tmp_path / "platforms" / NAME).mkdir(parents=True)
    (tmp_path / "platforms" / NAME / "board.yaml").write_text(TEXT[1], encoding="utf-8")
    for path in project_root().iterdir():
        if path.name in ("firmware", "models", "scenarios"):
            (tmp_path / path.name).symlink_to(path)
    for path in (project_root() / "platforms").iterdir():
        (tmp_path / "platforms" / path.name).symlink_to(path)
    return tmp_path


def test_the_boards_file_says_what_the_overlay_says() -> None:
    assert TEXT is not None
    said: dict[str, Any] = yaml.safe_load(TEXT[1])
    board = Board(**said)
    assert zephyr_name(board) == "nrf52840dk_nrf52840"
    leds = {
        n: (0, int(pin), level.lower())
        for n, pin, level in re.findall(r"(\w+)-gpios = <&gpio0 (\d+) GPIO_ACTIVE_(\w+)>", OVERLAY)
    }
    assert leds == {name: (p.port, p.pin, p.active) for name, p in board.pins.items()}
    parts = {label.replace("_", "-"): int(at, 16) for label, at in re.findall(r"(\w+): [\w-]+@([0-9a-f]+) \{", OVERLAY)}
    assert parts == {name: part.address for name, part in board.parts.items() if part.address}
    pins = {
        word.lower(): f"P{port}.{int(pin):02}" for word, port, pin in re.findall(r"PDM_(CLK|DIN), (\d), (\d+)", OVERLAY)
    }
    assert board.wiring["pdm"] == pins
    assert all(pin in OVERLAY for pin in ("P0.26", "P0.27")) and board.wiring["twi0"] == {
        "scl": "P0.27",
        "sda": "P0.26",
    }


@pytest.mark.tools
def test_weather_runs_on_it(workspace: Path, home: Path) -> None:
    """Zephyr's image for the DK, from flash address 0, with the parts where its overlay has them."""
    environment = os.environ | {"VMOTE_HOME": str(home), "VMOTE_BUILD": str(project_root() / "build")}
    words = ["run", str(home / "scenarios/weather/cold-rain.yaml"), "--board", NAME, "--port", "zephyr", "--trace"]
    done = subprocess.run(
        [sys.executable, "-m", "vmote.cli", *words, "--out", str(home / "runs")],
        capture_output=True, text=True, check=False, env=environment, cwd=home, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASSED" in done.stdout
