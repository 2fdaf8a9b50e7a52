# SPDX-License-Identifier: Apache-2.0
"""Images that others built for the real boards, unmodified. VMOTE_ZEPHYR_IMAGES names a folder of them:
<Zephyr's board name>/<sample>.elf."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vmote.engine.base import End, Limits

FOLDER = Path(os.environ.get("VMOTE_ZEPHYR_IMAGES", "/nonexistent"))
pytestmark = [
    pytest.mark.tools,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="VMOTE_ZEPHYR_IMAGES names no folder of Zephyr images"),
]
NANO, PORTENTA = "arduino_nano_33_ble_sense", "arduino_portenta_h7_m7"
BOARDS = {NANO: "nano33ble-sense", PORTENTA: "portenta-h7"}

CASES = [
    (NANO, "hello_world", 1, "Hello World! arduino_nano_33_ble_sense"),
    (NANO, "philosophers", 2, "Philosopher 5"),
    (NANO, "synchronization", 3, "thread_b: Hello World from cpu 0"),
    (NANO, "lps22hb", 3, "Pressure:101.3 kPa"),
    (NANO, "dmic", 3, "7 - got buffer"),
    (NANO, "tests_arm_thread_swap", 5, "PROJECT EXECUTION SUCCESSFUL"),
    (NANO, "tests_arm_irq_advanced", 5, "PROJECT EXECUTION SUCCESSFUL"),
    (NANO, "tests_arm_interrupt", 5, "PROJECT EXECUTION SUCCESSFUL"),
    (NANO, "tests_context", 10, "PROJECT EXECUTION SUCCESSFUL"),
    (PORTENTA, "hello_world", 1, "Hello World! arduino_portenta_h7_m7"),
    (PORTENTA, "blinky", 3, "Booting Zephyr"),
]


@pytest.mark.parametrize(("board", "sample", "seconds", "wanted"), CASES)
def test_unmodified_image(board: str, sample: str, seconds: float, wanted: str, run) -> None:
    image = FOLDER / board / f"{sample}.elf"
    if not image.is_file():
        pytest.skip(f"{image} is not there")
    handled = {"faults": "continue"} if "arm_interrupt" in sample else {}
    bench = run(image, seconds, board=BOARDS[board], limits=Limits(wall_s=60), **handled)
    assert bench.stop.end is End.TIME, bench.stop
    assert wanted in bench.seen.text
    if sample == "blinky":
        assert len(bench.seen.pins) > 10


@pytest.mark.parametrize("board", [NANO, PORTENTA])
def test_shell_answers(board: str, run) -> None:
    image = FOLDER / board / "shell.elf"
    if not image.is_file():
        pytest.skip(f"{image} is not there")
    bench = run(image, 0.5, board=BOARDS[board])
    bench.engine.feed(b"kernel version\r\n")
    bench.engine.run_until(1_500_000_000)
    assert "Zephyr version" in bench.seen.text
