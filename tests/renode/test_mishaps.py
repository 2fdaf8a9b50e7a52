# SPDX-License-Identifier: Apache-2.0
"""What befalls the real Renode in the middle of a run: a sentence, its log kept, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from vmote.platforms import project_root

pytestmark = [pytest.mark.usefixtures("renode"), pytest.mark.tools]
LONG = project_root() / "scenarios/audio/ten-minute-watch.yaml"


class Running:
    """`vmote run` of a long scenario, with the temporary folder as a mark on all its processes."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.temporary, self.runs = folder / "tmp", folder / "runs"
        self.temporary.mkdir()
        command = [sys.executable, "-m", "vmote.cli", "run", str(LONG), "--engine", "renode", "--out", str(self.runs)]
        self.process = subprocess.Popen(
            [*command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | {"TMPDIR": str(self.temporary), "COLUMNS": "200"},
        )  # fmt: skip

    def until_it_infers(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "silence" in line and "cycles" in line:
                return
        raise AssertionError(self.process.stderr.read() if self.process.stderr else "")

    def processes(self, word: str = "") -> list[int]:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                line = (folder / "cmdline").read_bytes()
                if str(self.temporary).encode() in line and word.encode() in line:
                    found.append(int(folder.name))
        return found

    def renode(self) -> int:
        (one,) = (pid for pid in self.processes("--robot-server-port") if pid not in self.processes("guard.py"))
        return one

    def end(self, seconds: float = 90.0) -> tuple[int, str, str]:
        said, complained = self.process.communicate(timeout=seconds)
        return self.process.returncode, " ".join(said.split()), " ".join(complained.split())

    def nothing_is_left(self) -> bool:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if not self.processes() and not list(self.temporary.glob("vmote-renode-*")):
                return True
            time.sleep(0.05)
        return False


@pytest.fixture
def running(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Running]:
    one = Running(tmp_path, *getattr(request, "param", ()))
    try:
        one.until_it_infers()
        yield one
    finally:
        one.process.kill()
        one.process.communicate()


def test_killed(running: Running) -> None:
    os.kill(running.renode(), signal.SIGKILL)
    code, _, complained = running.end()
    assert code == 3
    assert "error: Renode ended during `observer" in complained and "Machine started" in complained
    assert "Traceback" not in complained
    (log,) = running.runs.glob("*-ten-minute-watch-failed/renode.log")
    assert "Machine started" in log.read_text()
    assert running.nothing_is_left()


@pytest.mark.parametrize("running", [("--wall-limit", "20")], indirect=True)
def test_hanging(running: Running) -> None:
    os.kill(running.renode(), signal.SIGSTOP)
    code, said, complained = running.end()
    assert code == 1, complained
    assert "stopped at the wall-clock limit" in said
    assert "more than 20 s of wall-clock time" in said
    (log,) = running.runs.glob("*-ten-minute-watch/renode.log")
    assert "Machine started" in log.read_text()
    assert running.nothing_is_left()


def test_interrupted_from_the_keyboard(running: Running) -> None:
    os.kill(running.process.pid, signal.SIGINT)
    code, said, complained = running.end()
    assert code != 0
    assert "interrupted from the keyboard" in said
    assert "Traceback" not in complained
    (log,) = running.runs.glob("*-ten-minute-watch/renode.log")
    assert "Machine started" in log.read_text()
    assert running.nothing_is_left()


def test_its_caller_is_killed(running: Running) -> None:
    running.process.kill()
    assert running.nothing_is_left()


def test_its_guard_is_killed(running: Running) -> None:
    (guard,) = running.processes("guard.py")
    os.kill(guard, signal.SIGKILL)
    code, _, complained = running.end()
    assert code == 3
    assert "error: Renode ended during `observer" in complained
    assert list(running.runs.glob("*-ten-minute-watch-failed/renode.log"))
    assert running.nothing_is_left()
