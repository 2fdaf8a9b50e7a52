# SPDX-License-Identifier: Apache-2.0
"""A run of suites that is interrupted half-way leaves no process behind: no Robot, no pabot, no emulator."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

SUITE = """\
*** Settings ***
Library    vmote.robot

*** Test Cases ***
A Long Wait
    Start Device    app=weather
    WHILE    True    limit=NONE
        Let Time Pass    24h
        Stop Device
        Start Device    app=weather
    END
"""

pytestmark = pytest.mark.tools


def family(mark: str) -> dict[int, str]:
    """Return the processes that inherited a mark, and the emulators below them."""
    everything: dict[int, tuple[int, bytes]] = {}
    marked: set[int] = set()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            everything[int(place.name)] = parent, (place / "cmdline").read_bytes()
            if mark.encode() in (place / "environ").read_bytes():
                marked.add(int(place.name))
        except (OSError, ValueError, IndexError):
            continue
    for pid, (parent, _) in everything.items():
        if parent in marked:
            marked.add(pid)
    return {pid: everything[pid][1].replace(b"\0", b" ").decode(errors="replace") for pid in marked}


def wait_for(found: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found():
            return True
        time.sleep(0.1)
    return found()


def gone(pid: int) -> bool:
    """Tell whether a process ended; one that only waits to be collected did."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize(("jobs", "number"), [(1, signal.SIGTERM), (1, signal.SIGKILL), (2, signal.SIGINT)])
def test_nothing_is_left(tmp_path: Path, jobs: int, number: signal.Signals) -> None:
    suites = tmp_path / "suites"
    suites.mkdir()
    for name in ("one", "two")[:jobs]:
        (suites / f"{name}.robot").write_text(SUITE, encoding="utf-8")
    mark = f"VMOTE_TEST_MARK={tmp_path}"
    name, _, value = mark.partition("=")
    process = subprocess.Popen(
        [sys.executable, "-m", "vmote.cli", "test", str(suites), "--out", str(tmp_path / "out"), "--jobs", str(jobs)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {name: value},
        start_new_session=True, cwd=tmp_path,
    )  # fmt: skip
    seen: dict[int, str] = {}

    def emulating() -> bool:
        seen.update(family(mark))
        return sum("qemu-system-arm" in words for words in family(mark).values()) >= jobs

    try:
        assert wait_for(emulating, 60), f"no emulator was seen: {seen}"
        os.kill(process.pid, number)
        code = process.wait(40)
        assert code == (-9 if number is signal.SIGKILL else 130)
        left = lambda: [f"{pid} {words}" for pid, words in seen.items() if not gone(pid)] + list(family(mark))  # noqa: E731
        assert wait_for(lambda: not left(), 15), left()
    finally:
        for pid in family(mark):
            os.kill(pid, signal.SIGKILL)
        process.wait()
