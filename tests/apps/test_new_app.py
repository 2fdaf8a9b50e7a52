# SPDX-License-Identifier: Apache-2.0
"""`vmote new-app`: what it makes passes before anything in it is changed; names that cannot be are sentences."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from vmote.platforms import project_root

pytestmark = pytest.mark.tools

Vmote = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def vmote(tmp_path_factory: pytest.TempPathFactory) -> Vmote:
    """Run commands on a copy of the project, in a folder of their own."""
    home = tmp_path_factory.mktemp("a project of mine")
    for name in ("platforms", "firmware", "models", "scenarios", "robot"):
        shutil.copytree(project_root() / name, home / name)
    for file in ("robot.toml", "docs/scenario.schema.json"):
        (home / file).parent.mkdir(exist_ok=True)
        shutil.copyfile(project_root() / file, home / file)
    environment = os.environ | {"VMOTE_HOME": str(home), "COLUMNS": "200"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "vmote.cli", *words]
        return subprocess.run(
            command, cwd=home, env=environment, capture_output=True, text=True, timeout=300, check=False
        )

    run.home = home  # type: ignore[attr-defined]
    made = run("new-app", "wind")
    assert made.returncode == 0, made.stderr
    run.said = made.stdout  # type: ignore[attr-defined]
    return run


def test_it_writes_what_an_app_is_made_of(vmote: Vmote) -> None:
    home: Path = vmote.home  # type: ignore[attr-defined]
    said: str = vmote.said  # type: ignore[attr-defined]
    files = (
        "firmware/app/wind/app.cmake", "firmware/app/wind/wind.c", "models/wind/model.yaml", "models/wind/wind.tflite",
        "models/wind/train.py", "scenarios/wind/wind.yaml", "robot/45_wind.robot",
    )  # fmt: skip
    for file in files:
        assert (home / file).is_file() and f"wrote   {file}\n" in said
    for board in ("nano33ble-sense", "portenta-h7"):
        assert "wind" in yaml.safe_load((home / "platforms" / board / "board.yaml").read_text(encoding="utf-8"))["apps"]
    schema = json.loads((home / "docs/scenario.schema.json").read_text(encoding="utf-8"))
    assert "wind" in schema["$defs"]["Device"]["properties"]["app"]["enum"]
    assert 'app="wind"' in (home / "models/wind/train.py").read_text(encoding="utf-8")


def test_its_suite_passes(vmote: Vmote) -> None:
    ran = vmote("test", "robot/45_wind.robot")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 of 2 tests passed" in ran.stdout


def test_its_suite_can_fail(vmote: Vmote) -> None:
    """A world in which it never snows: the suite holds the app against the scenario, not against itself."""
    home: Path = vmote.home  # type: ignore[attr-defined]
    path = home / "scenarios/wind/wind.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("- constant: 4 degC", "- constant: 24 degC"), encoding="utf-8")
    try:
        assert vmote("run", "scenarios/wind/wind.yaml").returncode == 1
    finally:
        path.write_text(text, encoding="utf-8")


BAD = {
    ("Wind",): "'Wind' is no name for an app",
    ("9lives",): "'9lives' is no name for an app",
    ("a-name-that-is-too-long",): "at most 15 of them",
    ("../up",): "'../up' is no name for an app",
    ("weather",): "there is an app 'weather' already",
    ("wind",): "there is an app 'wind' already",
    ("snow",): "there is a model 'snow' already",
    ("gust", "wether"): "did you mean 'weather'?",
    ("gale",): "45_gale.robot: this file is there already",
}


def test_names_that_cannot_be(vmote: Vmote) -> None:
    """Each is a sentence, and nothing is written, nor what was there before changed."""
    home: Path = vmote.home  # type: ignore[attr-defined]
    (home / "robot/45_gale.robot").write_text("mine", encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()}
    code = (
        "from vmote.errors import BadInput\nfrom vmote.firmware.new_app import make_app\n"
        f"for words in {list(BAD)!r}:\n"
        "    try: print(make_app(*words))\n    except BadInput as error: print(' '.join(str(error).split()))\n"
    )
    environment = os.environ | {"VMOTE_HOME": str(home)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    for said, expected in zip(ran.stdout.splitlines(), BAD.values(), strict=True):
        assert expected in said
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()} == before


def test_a_scenario_of_an_app_that_is_not_there(vmote: Vmote, tmp_path: Path) -> None:
    path = tmp_path / "gale.yaml"
    home: Path = vmote.home  # type: ignore[attr-defined]
    text = (home / "scenarios/wind/wind.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("app: wind", "app: windy"), encoding="utf-8")
    ran = vmote("scenario", "check", str(path))
    assert ran.returncode == 2 and "did you mean 'wind'?" in ran.stdout
