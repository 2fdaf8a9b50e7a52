# SPDX-License-Identifier: Apache-2.0
"""Trouble that firmware gets into, and the reason that is given for each end."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.engine.base import End, Limits

pytestmark = pytest.mark.tools
Build = Callable[..., Path]


@pytest.mark.parametrize(
    ("trouble", "exception", "cause", "function"),
    [
        (1, "HardFault", "0x30000004 (BFAR)", "main at trouble.c"),
        (2, "UsageFault", "DIVBYZERO", "main at trouble.c"),
        (3, "HardFault", "UNDEFINSTR", "main at trouble.c"),
        (4, "HardFault", "IBUSERR", "called from main at trouble.c"),
        (5, "HardFault", "STKERR", "deep at trouble.c"),
        (14, "HardFault", "0x30000010 (BFAR)", "main at trouble.c"),
    ],
)
def test_fault_is_decoded(build: Build, run, trouble: int, exception: str, cause: str, function: str) -> None:
    bench = run(build("trouble", TROUBLE=trouble), 0.5)
    stop = bench.stop
    assert stop.end is End.FAULT
    assert stop.fault.exception == exception
    assert any(cause in text for text in stop.fault.causes)
    assert function in stop.fault.place
    assert bench.seen.text == "before\n"
    assert 600_000 < stop.t_ns < 720_000  # 7 bytes of console, then the fault
    assert bench.engine.run_until(10**9) == stop  # an end is an end


@pytest.mark.parametrize(("trouble", "words"), [(16, "last words\n"), (18, "resetting\n"), (19, "worse\n")])
def test_a_handler_has_its_last_words(build: Build, run, trouble: int, words: str) -> None:
    bench = run(build("trouble", TROUBLE=trouble), 5)
    assert bench.stop.end is End.FAULT and "0x30000004 (BFAR)" in bench.stop.detail
    assert bench.seen.text == "before\n" + words
    assert 600_000 < bench.stop.t_ns < 720_000  # of the fault, not of what followed
    assert bench.engine.counters().extra["resets"] == 0
    assert bench.engine.run_until(10**10) == bench.stop


def test_a_handler_that_never_ends_is_ended(build: Build, run) -> None:
    bench = run(build("trouble", TROUBLE=17), 60)
    assert bench.stop.end is End.FAULT and bench.stop.t_ns < 720_000
    assert 1.9e9 < bench.seen.console[-1][0] < 2.1e9
    bounded = run(build("trouble", TROUBLE=17), 60, limits=Limits(console_bytes=100))
    assert bounded.stop.end is End.FAULT and len(bounded.seen.text) == 100


def test_an_overflow_is_called_one(build: Build, run) -> None:
    stop = run(build("trouble", TROUBLE=5), 0.5).stop
    assert stop.fault.causes[0].startswith("stack overflow: the stack pointer has left the RAM")
    assert "stack overflow" in stop.detail
    assert "stack overflow" not in run(build("trouble", TROUBLE=1), 0.5).stop.detail


def test_fault_line_and_registers(build: Build, run) -> None:
    stop = run(build("trouble", TROUBLE=1), 0.5).stop
    lines = (Path(__file__).parent / "images" / "trouble.c").read_text().splitlines()
    line = 1 + next(n for n, text in enumerate(lines) if "R32(0x30000004) = 7;" in text)
    assert stop.fault.place == f"main at trouble.c:{line}"
    assert stop.fault.registers["bfar"] == 0x30000004
    assert stop.fault.registers["r2"] == 7


def test_an_image_may_handle_its_own_faults(build: Build, run) -> None:
    bench = run(build("trouble", TROUBLE=1), 0.5, faults="continue")
    assert bench.stop.end is End.TIME  # its handler loops for ever


def test_lockup(build: Build, run) -> None:
    stop = run(build("trouble", TROUBLE=6), 0.5).stop
    assert stop.end is End.LOCKUP
    assert stop.fault.registers["bfar"] == 0x30000008
    assert "main at trouble.c" in stop.fault.place


def test_reset_keeps_ram_and_time(build: Build, run) -> None:
    bench = run(build("trouble", TROUBLE=7), 0.5)
    said = [line for line in bench.seen.text.splitlines() if "=" in line]
    assert said == ["resetreas=0", "resets=0", *(f"{k}" for n in (1, 2, 3) for k in ("resetreas=4", f"resets={n}"))]
    assert bench.stop.end is End.TIME and bench.stop.t_ns == 500_000_000
    times = [t for t, _ in bench.seen.console]
    assert times == sorted(times) and bench.engine.counters().extra["resets"] == 3


def test_reset_loop(build: Build, run) -> None:
    stop = run(build("trouble", TROUBLE=8), 5, limits=Limits(resets=2)).stop
    assert stop.end is End.RESET_LOOP and "more than 2 times" in stop.detail


def test_console_limit(build: Build, run) -> None:
    bench = run(build("trouble", TROUBLE=9), 5, limits=Limits(console_bytes=1000))
    assert bench.stop.end is End.RECORDS
    assert len(bench.seen.text) == 1000


def test_silence_limit(build: Build, run) -> None:
    bench = run(build("hello"), 60, limits=Limits(silence_ns=2_000_000_000))
    assert bench.stop.end is End.SILENCE
    assert bench.stop.t_ns == pytest.approx(2_001_400_000, abs=2_000_000)


def test_wall_limit(build: Build, run) -> None:
    stop = run(build("trouble", TROUBLE=10), 3600, limits=Limits(wall_s=0.3)).stop
    assert stop.end is End.WALL and "0.3 s" in stop.detail


def test_ctrl_c_keeps_what_was_seen(build: Build, run) -> None:
    bench = run(build("trouble", TROUBLE=10), 0.001)
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    stop = bench.engine.run_until(10**14)
    assert stop.end is End.INTERRUPTED and bench.seen.text == "before\n"


def test_unmodelled_registers_are_named_once(build: Build, run) -> None:
    bench = run(build("trouble", TROUBLE=11), 0.5)
    assert [w.split(",")[0] for w in bench.seen.warnings] == [
        "the firmware writes UARTE0+0x700 at 0x40002700",
        "the firmware writes SPIM3+0x000 at 0x4002f000",
    ]
    assert bench.seen.text.endswith("after\n")
    strict = run(build("trouble", TROUBLE=11), 0.5, strict=True)
    assert strict.stop.end is End.FAULT and "UARTE0+0x700" in strict.stop.detail
    assert "after" not in strict.seen.text


def test_dma_reaches_no_flash(build: Build, run) -> None:
    bench = run(build("trouble", TROUBLE=12), 0.5)
    assert "constant" not in bench.seen.text
    assert "it is not in RAM" in bench.seen.warnings[0]


def test_flash_is_not_written_without_its_controller(build: Build, run) -> None:
    bench = run(build("trouble", TROUBLE=13), 0.5)
    assert bench.engine.read_memory(0x80000, 4) == b"\xff\xff\xff\xff"
    assert bench.stop.end is End.FAULT and "0x00080000" in bench.stop.detail
