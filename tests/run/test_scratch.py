# SPDX-License-Identifier: Apache-2.0
"""What a run leaves in the system's temporary folder: nothing, however it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vmote.platforms import project_root

HOLDER = "from vmote.scratch import Scratch; import time; s = Scratch('run'); print(s.path, flush=True); time.sleep(60)"
SHORT = "from vmote.scratch import Scratch; Scratch('run').close()"


def python(code: str, folder: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"TMPDIR": str(folder)}
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)


def test_the_next_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    (tmp_path / "vmote-other").mkdir()  # no lock: not ours to judge
    holders = [python(HOLDER, tmp_path) for _ in range(2)]
    held = [Path(holder.stdout.readline().strip()) for holder in holders]
    (held[0] / "image.elf").write_text("much")
    holders[0].kill()
    holders[0].wait()
    assert held[0].is_dir()
    assert python(SHORT, tmp_path).wait() == 0
    assert sorted(tmp_path.iterdir()) == sorted([held[1], tmp_path / "vmote-other"])
    holders[1].kill()
    holders[1].wait()


@pytest.mark.tools
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    """A debugger that never comes keeps it waiting."""
    scratch, out = tmp_path / "tmp", tmp_path / "runs"
    scratch.mkdir()
    scenario = project_root() / "scenarios" / "weather" / "dry-frost.yaml"
    command = [sys.executable, "-m", "vmote.cli", "run", str(scenario), "--gdb", free_port(), "--out", str(out)]
    run = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | {"TMPDIR": str(scratch)}
    )
    assert run.stdout is not None
    assert any("waits" in line for line in run.stdout)
    emulators = [int(pid) for pid in children(run.pid)]
    assert emulators and any(scratch.iterdir())
    run.send_signal(number)
    run.communicate(timeout=30)
    assert run.returncode == {signal.SIGTERM: 143, signal.SIGINT: 130, signal.SIGKILL: -9}[number]
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in emulators) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(Path(f"/proc/{pid}").exists() for pid in emulators)
    if number is signal.SIGKILL:
        assert python(SHORT, scratch).wait() == 0
    assert not any(scratch.iterdir())


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
