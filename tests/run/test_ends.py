# SPDX-License-Identifier: Apache-2.0
"""Why a run ended stands in its result, and whatever ends it, nothing of it is left on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vmote.engine.base import Limits
from vmote.platforms import project_root
from vmote.report.result import result_of
from vmote.run import Request, execute

pytestmark = pytest.mark.tools
ROOT = project_root()
FROST, WALK = ROOT / "scenarios" / "weather" / "dry-frost.yaml", ROOT / "scenarios" / "motion" / "a-walk.yaml"


class Ran:
    """`vmote run` as a person runs it, in a temporary folder of its own."""

    def __init__(self, tmp_path: Path, *arguments: object, interrupt: bool = False) -> None:
        self.temporary = tmp_path / "tmp"
        self.temporary.mkdir()
        environment = os.environ | {"TMPDIR": str(self.temporary), "VMOTE_HOME": str(ROOT)}
        command = [
            sys.executable,
            "-u",
            "-m",
            "vmote.cli",
            "run",
            *map(str, arguments),
            "--out",
            str(tmp_path / "runs"),
        ]
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout is not None
        self.said = ""
        self.children: list[int] = []
        for line in process.stdout:
            self.said += line
            if interrupt and "boot:" in line:
                listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
                self.children = [int(child) for child in listed.split()]
                process.send_signal(signal.SIGINT)
                interrupt = False
        self.code = process.wait(60)
        folders = [path for path in (tmp_path / "runs").glob("*") if not path.is_symlink()]
        self.result: dict[str, Any] = json.loads((folders[0] / "result.json").read_text()) if folders else {}


@pytest.mark.parametrize(
    ("scenario", "limits", "reason", "word"),
    [
        (FROST, Limits(), "time", ""),
        (FROST, Limits(lines=3), "records", "3 lines"),
        (WALK, Limits(wall_s=0.02), "wall", "0.02 s"),
    ],
)
def test_each_end_has_its_name(scenario: Path, limits: Limits, reason: str, word: str) -> None:
    end = result_of(execute(Request(scenario, limits=limits)))["end"]
    assert end["reason"] == reason and word in end["detail"]


def test_silence_from_the_command_line(tmp_path: Path) -> None:
    ran = Ran(tmp_path, FROST, "--silence", "20min")
    assert ran.code == 1 and ran.result["end"]["reason"] == "silence"
    assert "stopped because the device had gone silent" in " ".join(ran.said.split())
    assert not list(ran.temporary.iterdir())


def test_ctrl_c_keeps_what_was_seen_and_leaves_nothing(tmp_path: Path) -> None:
    ran = Ran(tmp_path, WALK, interrupt=True)
    assert ran.code == 130 and "Traceback" not in ran.said
    assert ran.result["end"]["reason"] == "interrupted"
    assert any(record["kind"] == "boot" for record in ran.result["records"])
    assert ran.children and not [child for child in ran.children if Path(f"/proc/{child}").exists()]
    assert not list(ran.temporary.iterdir()), "a temporary file was left"


@pytest.mark.parametrize("option", [("--silence", "3 degC"), ("--wall-limit", "0")])
def test_limits_that_are_none(tmp_path: Path, option: tuple[str, str]) -> None:
    ran = Ran(tmp_path, FROST, *option)
    assert ran.code == 2 and option[0] in ran.said and "Traceback" not in ran.said and not ran.result
