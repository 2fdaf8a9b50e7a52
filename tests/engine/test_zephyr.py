# SPDX-License-Identifier: Apache-2.0
"""Images that others built for the real boards, unmodified. VMOTE_ZEPHYR_IMAGES names a folder of them:
<Zephyr's board name>/<sample>.elf."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest

from vmote.engine.base import End, Limits
from vmote.platforms import Board, load_board
from vmote.scenario.stimulus import Stimulus, Switch

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
    (NANO, "hts221", 3, "Temperature:21.0 C"),
    (NANO, "flash_shell", 1, "Found flash controller"),
    (NANO, "dmic", 3, "7 - got buffer"),
    (NANO, "tests_arm_thread_swap", 5, "PROJECT EXECUTION SUCCESSFUL"),
    (NANO, "tests_arm_irq_advanced", 5, "PROJECT EXECUTION SUCCESSFUL"),
    (NANO, "tests_arm_interrupt", 5, "PROJECT EXECUTION SUCCESSFUL"),
    (NANO, "tests_context", 10, "PROJECT EXECUTION SUCCESSFUL"),
    (PORTENTA, "hello_world", 1, "Hello World! arduino_portenta_h7_m7"),
    (PORTENTA, "blinky", 3, "Booting Zephyr"),
]


def image_of(board: str, sample: str) -> Path:
    path = FOLDER / board / f"{sample}.elf"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    return path


@pytest.mark.parametrize(("board", "sample", "seconds", "wanted"), CASES)
def test_unmodified_image(board: str, sample: str, seconds: float, wanted: str, run) -> None:
    image = image_of(board, sample)
    handled = {"faults": "continue"} if "arm_interrupt" in sample else {}
    bench = run(image, seconds, board=BOARDS[board], limits=Limits(wall_s=60), **handled)
    assert bench.stop.end is End.TIME, bench.stop
    assert wanted in bench.seen.text
    if sample == "blinky":  # a second on, a second off, though the core's clock is not the board's: SysTick's is
        switched = [t for t, name, _ in bench.seen.pins if name == "red" and t > 100_000_000]
        assert len(switched) >= 2
        assert all(after - before == pytest.approx(1e9, rel=0.002) for before, after in pairwise(switched))
        assert any("RCC sets the core to 96 MHz" in text for text in bench.seen.warnings)


@pytest.mark.parametrize("board", [NANO, PORTENTA])
def test_shell_answers(board: str, run) -> None:
    bench = run(image_of(board, "shell"), 0.5, board=BOARDS[board])
    bench.engine.feed(b"kernel version\r\n")
    bench.engine.run_until(1_500_000_000)
    assert "Zephyr version" in bench.seen.text


def nano_with_drdy() -> Board:
    """Return the board with the HTS221's data-ready line wired to header pin D3."""
    board = load_board("nano33ble-sense")
    part = board.parts["hts221"].model_copy(update={"lines": {"drdy": "P1.12"}})
    return board.model_copy(update={"parts": {**board.parts, "hts221": part}})


def test_a_driver_s_data_ready_interrupt(run) -> None:
    """Samples come by DRDY, GPIOTE and the driver's own thread; without the wire not one would."""
    bench = run(image_of(NANO, "hts221_drdy"), 4.5, board=nano_with_drdy())
    assert bench.stop.end is End.TIME
    assert "Observation:4" in bench.seen.text and "Observation:5" not in bench.seen.text


def test_the_stock_sample_needs_a_line_that_the_board_has_not(run) -> None:
    """Zephyr 3.3's hts221_trigger_set() uses the devicetree's drdy-gpios without asking whether there are any."""
    bench = run(image_of(NANO, "hts221_stock"), 2, board="nano33ble-sense")
    assert bench.stop.end is End.FAULT and "hts221_trigger_set" in bench.stop.detail


def test_a_pressed_button(run) -> None:
    presses = Switch(((1_000_000_000, 1_100_000_000), (2_000_000_000, 2_500_000_000)))
    bench = run(
        image_of(NANO, "button"), 3, board="nano33ble-sense", stimulus=Stimulus({"button": presses}, 3_000_000_000)
    )
    said = [int(line.rsplit(" ", 1)[1]) for line in bench.seen.text.splitlines() if "Button pressed at" in line]
    assert [ticks / 32768 for ticks in said] == [pytest.approx(t, abs=0.01) for t in (1, 2)]


@pytest.mark.parametrize(("sample", "wanted"), [("hello_world", "Hello World! nucleo_h743zi"), ("shell", "uart:~$")])
def test_another_board_of_the_family(sample: str, wanted: str, run) -> None:
    """An image for the NUCLEO-H743ZI: the same die but for its second core, the console on USART3."""
    board = load_board("portenta-h7")
    wiring = {**board.wiring, "uart": {**board.wiring["uart"], "number": 3}, "hse": {"hz": 8_000_000}}
    bench = run(image_of("nucleo_h743zi", sample), 0.5, board=board.model_copy(update={"wiring": wiring}))
    assert bench.stop.end is End.TIME and wanted in bench.seen.text
