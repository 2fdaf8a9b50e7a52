# SPDX-License-Identifier: Apache-2.0
"""A real gdb at a device that runs: it finds its way, and its stops take none of the board's time."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from functools import cache
from pathlib import Path

import pytest

from vmote.engine.base import End
from vmote.run.image import build_image
from vmote.scenario import load, render

FROST = Path(__file__).parents[2] / "scenarios" / "weather" / "dry-frost.yaml"
ZEPHYR = Path(os.environ.get("VMOTE_ZEPHYR_IMAGES", "/nonexistent")) / "arduino_nano_33_ble_sense" / "philosophers.elf"


@cache
def gdb() -> str | None:
    """Return a gdb that knows the core's instructions."""
    for name in ("arm-none-eabi-gdb", "gdb-multiarch", "gdb"):
        if shutil.which(name):
            command = [name, "-nx", "-batch", "-ex", "set architecture armv7e-m"]
            if "Undefined" not in subprocess.run(command, capture_output=True, text=True, check=False).stderr:
                return name
    return None


pytestmark = [
    pytest.mark.tools,
    pytest.mark.skipif(gdb() is None, reason="no gdb that knows ARM: apt-get install gdb-multiarch"),
]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def both(run, image: Path, seconds: float, commands: list[str], **options: object) -> str:
    """Run an image without gdb and under it; return what gdb said. The device must have noticed nothing."""
    plain = run(image, seconds, **options)
    port = free_port()
    watched = run(image, None, debugger=port, **options)
    lines = ["set pagination off", "set confirm off", f"target remote 127.0.0.1:{port}", *commands, "detach"]
    said: list[subprocess.CompletedProcess[str]] = []

    def session() -> None:
        command = [str(gdb()), "-nx", "-batch", str(image), *(word for line in lines for word in ("-ex", line))]
        said.append(subprocess.run(command, capture_output=True, text=True, check=False, timeout=25))

    thread = threading.Thread(target=session)
    thread.start()
    stop = watched.engine.run_until(round(seconds * 1e9))
    thread.join()
    told = said[0].stdout + said[0].stderr
    assert stop.end is End.TIME and "detached" in told, told
    assert watched.seen == plain.seen and plain.seen.console
    assert watched.engine.counters() == plain.engine.counters()
    return told


@pytest.mark.parametrize("board", ["nano33ble-sense", "portenta-h7"])
def test_a_session_takes_no_time_of_the_board(run, board: str) -> None:
    _, image = build_image(board, "weather", None, None, "local")
    look = ["break inference_invoke", "continue", "continue", "backtrace", "print nn->arena_used", "finish"]
    walk = ["step", "next", "stepi 100", "delete", "break hts221_read", "continue", "info breakpoints", "delete"]
    changes = ["watch readings.next", "continue", "delete"]
    told = both(run, image.path, 5 * 3600, [*look, *walk, *changes], board=board, stimulus=render(load(FROST)))
    assert "Breakpoint 1, inference_invoke (nn=" in told
    assert all(f" in {function} (" in told for function in ("model_run", "conclude", "app_main", "reset_handler"))
    assert "$1 = 504" in told and "Value returned is $2 = INFERENCE_OK" in told
    assert "Breakpoint 2, hts221_read (" in told and "breakpoint already hit 1 time" in told
    assert "Hardware watchpoint 3" in told and "Old value = " in told


@pytest.mark.skipif(not ZEPHYR.is_file(), reason="VMOTE_ZEPHYR_IMAGES names no folder with Zephyr's philosophers")
def test_zephyr_under_gdb(run) -> None:
    look = ["break main", "continue", "backtrace", "next", "tbreak philosopher", "continue", "info locals", "delete"]
    told = both(run, ZEPHYR, 2, look)
    assert "Breakpoint 1, main ()" in told and "Temporary breakpoint 2, philosopher (" in told and "my_id = " in told
