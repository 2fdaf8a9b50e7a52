# SPDX-License-Identifier: Apache-2.0
"""An image may come from anyone: what it can use up is bounded, and it reaches nothing but its own device."""

from __future__ import annotations

import fcntl
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.engine.base import End, Limits
from vmote.engine.qemu.process import ADDRESS_SPACE

pytestmark = pytest.mark.tools
Build = Callable[..., Path]


@pytest.mark.parametrize(
    ("trouble", "limits", "why"),
    [
        (9, Limits(wall_s=60, console_bytes=1000), "more than 1000 bytes of console output"),
        (21, Limits(wall_s=60, lines=100), "100 lines of console output"),
        (20, Limits(wall_s=60, changes=500), "more than 500 changes of pins and warnings"),
        (22, Limits(wall_s=60, changes=200), "more than 200 changes of pins and warnings"),
    ],
)
def test_floods_end_with_their_name(build: Build, run, trouble: int, limits: Limits, why: str) -> None:
    bench = run(build("trouble", TROUBLE=trouble), 3600, limits=limits)
    assert (bench.stop.end, bench.stop.detail) == (End.RECORDS, why)
    seen = bench.seen
    assert len(seen.text) <= limits.console_bytes and seen.text.count("\n") < limits.lines + 8
    assert len(seen.pins) + len(seen.warnings) <= limits.changes


def test_the_emulator_is_bounded_and_alone(build: Build, run) -> None:
    engine = run(build("hello"), 0.01, limits=Limits(wall_s=20)).engine
    proc = Path(f"/proc/{engine._process.pid}")
    limits = {line[:25].strip(): line[25:].split()[:2] for line in (proc / "limits").read_text().splitlines()[1:]}
    assert limits["Max address space"] == [str(ADDRESS_SPACE)] * 2
    assert limits["Max cpu time"] == ["80", "80"]
    assert limits["Max core file size"] == ["0", "0"]
    assert limits["Max file size"] == [str(16 << 20)] * 2
    status = dict(line.split(":\t", 1) for line in (proc / "status").read_text().splitlines() if ":\t" in line)
    assert status["Seccomp"] == "2" and status["NoNewPrivs"] == "1"
    assert int(status["VmRSS"].split()[0]) < 400_000  # kB
    open_files = [str(fd.readlink()) for fd in (proc / "fd").iterdir()]
    assert not [name for name in open_files if name.startswith("socket:")], "it has no network, not even a local one"
    disk = [name for name in open_files if name.startswith("/") and not name.startswith(("/dev/", "/memfd:"))]
    assert not disk, "it holds no file"
    assert proc.joinpath("environ").read_bytes().count(b"=") <= 2  # nothing of ours is told to it


def test_the_shared_memory_is_sealed(build: Build, run) -> None:
    shared = run(build("hello"), 0.01).engine._shared
    seals = fcntl.fcntl(shared.fd, fcntl.F_GET_SEALS)
    assert seals == fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
    size = os.fstat(shared.fd).st_size
    for other in (0, size + 4096):
        with pytest.raises(PermissionError):
            os.ftruncate(shared.fd, other)


def test_a_semihosting_call_is_a_fault_not_a_file(build: Build, run) -> None:
    bench = run(build("trouble", TROUBLE=15), 0.5)
    assert bench.stop.end is End.FAULT and "BKPT" in bench.stop.detail
    assert not Path("/tmp/vmote-escaped").exists() and "after" not in bench.seen.text


def test_this_process_stays_small_under_a_flood(build: Build, run) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bench = run(build("trouble", TROUBLE=20), 3600, limits=Limits(wall_s=60, changes=20_000))
    assert bench.stop.end is End.RECORDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB
