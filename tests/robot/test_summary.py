# SPDX-License-Identifier: Apache-2.0
"""What a run of suites comes to: a word, a line and an exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vmote.robot.suites import Suites, run_suites

SKIPPED, PASSED, FAILED = "Skip    not here", "No Operation", "Fail    no"


def suite(folder: Path, *steps: str) -> Path:
    path = folder / "some.robot"
    tests = "".join(f"T{n}\n    {step}\n" for n, step in enumerate(steps))
    path.write_text(f"*** Test Cases ***\n{tests}", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("steps", "code", "verdict", "words"),
    [
        ((SKIPPED, SKIPPED), 3, "SKIPPED", "0 of 2 tests passed, 2 skipped; nothing was tested"),
        ((PASSED, SKIPPED), 0, "PASSED", "1 of 2 tests passed, 1 skipped"),
        ((FAILED, SKIPPED), 1, "FAILED", "0 of 2 tests passed, 1 failed, 1 skipped"),
        ((PASSED, FAILED), 1, "FAILED", "1 of 2 tests passed, 1 failed"),
    ],
)
def test_what_was_only_skipped_passed_nothing(
    tmp_path: Path, steps: tuple[str, ...], code: int, verdict: str, words: str
) -> None:
    done = run_suites(Suites(paths=(suite(tmp_path, *steps),), output=tmp_path / "out", console="none"))
    assert (done.code, done.verdict, done.words) == (code, verdict, words)


def test_the_command_says_so(tmp_path: Path) -> None:
    said = vmote(suite(tmp_path, SKIPPED), "--out", tmp_path / "out")
    assert said.returncode == 3, said.stderr
    assert "SKIPPED  0 of 1 tests passed, 1 skipped; nothing was tested" in said.stdout
    assert "PASSED" not in said.stdout


def vmote(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vmote.cli", "test", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
