# SPDX-License-Identifier: Apache-2.0
"""With the real Renode: images that are nobody's app mean the same on both engines; lines reach pins and interrupts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from vmote.engine import open_engine
from vmote.engine.base import Limits
from vmote.engine.renode.commands import at
from vmote.engine.renode.found import Found
from vmote.engine.renode.server import Server
from vmote.platforms import Board, load_board
from vmote.scenario.stimulus import Stimulus

pytestmark = [pytest.mark.usefixtures("renode"), pytest.mark.tools]
NANO, PORTENTA = load_board("nano33ble-sense"), load_board("portenta-h7")
SOURCES = Path(__file__).parents[1] / "engine/images"
FLAGS = (
    *("-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", "-O1", "-g", "-std=gnu11"),
    *("-ffreestanding", "-nostdlib", "-Wl,--build-id=none", "-lgcc"),
)
# By an interrupt that becomes pending and is masked by BASEPRI in the same moment, as a driver does that enables the
# interrupt of an event that was there before.
MASKED = """
#include "kit.h"
static volatile uint32_t came;
void irq(void);
void irq(void)
{
    came++;
    R32(0x40014308) = 1;
}
int main(void)
{
    console();
    R32(0xE000E400 + 20) = 0x20;
    R32(0xE000E100) = 1 << 20; /* EGU0 */
    R32(0x40014000) = 1;
    __asm volatile("str %1, [%0, #0x304]\\n msr basepri_max, %2\\n isb"
                   ::"r"(0x40014000), "r"(1), "r"(0x20) : "memory");
    say("masked", came);
    __asm volatile("msr basepri, %0" ::"r"(0));
    say("then", came);
    return 0;
}
"""
ASLEEP = """
void start(void);
__attribute__((section(".vectors"), used)) void *const vectors[16] = {(void *)0x24080000, (void *)start};
void start(void) { for (;;) __asm__("wfi"); }
"""
ZEPHYR = Path(os.environ.get("VMOTE_ZEPHYR_IMAGES", "/nonexistent"))


class Seen:
    def __init__(self) -> None:
        self.text = ""

    def on_console(self, t_ns: int, text: bytes) -> None:
        self.text += text.decode()

    def on_pin(self, t_ns: int, name: str, on: bool) -> None: ...

    def on_warning(self, t_ns: int, text: str) -> None: ...


def compiled(source: Path, target: Path) -> Path:
    sources = ("-I", str(SOURCES), "-T", str(SOURCES / "image.ld"), str(SOURCES / "start.c"), str(source))
    subprocess.run(["arm-none-eabi-gcc", *sources, *FLAGS, "-o", str(target)], check=True)
    return target


def said(engine_name: str, image: Path, seconds: float, board: Board = NANO) -> str:
    engine, seen = open_engine(engine_name), Seen()
    try:
        engine.start(board, image, Stimulus({}, 10**11), seen, Limits(wall_s=60))
        engine.run_until(round(seconds * 1e9))
    finally:
        engine.close()
    return seen.text


def test_events_wake_the_core_as_on_the_other_engine(tmp_path: Path) -> None:
    image = compiled(SOURCES / "events.c", tmp_path / "image.elf")
    text = said("qemu", image, 2)
    assert "interrupts-then=" in text
    assert said("renode", image, 2) == text


def test_an_interrupt_that_is_masked_as_it_becomes_pending_waits(tmp_path: Path) -> None:
    source = tmp_path / "masked.c"
    source.write_text(MASKED)
    image = compiled(source, tmp_path / "image.elf")
    assert said("renode", image, 0.1) == "masked=0\nthen=1\n"


@pytest.mark.skipif(not ZEPHYR.is_dir(), reason="VMOTE_ZEPHYR_IMAGES names no folder of Zephyr images")
@pytest.mark.parametrize(
    ("board", "folder", "sample", "seconds", "wanted"),
    [
        (NANO, "arduino_nano_33_ble_sense", "hello_world", 1, "Hello World!"),
        (NANO, "arduino_nano_33_ble_sense", "dmic", 1.5, "7 - got buffer"),
        (NANO, "arduino_nano_33_ble_sense", "lps22hb", 3, "Pressure:101.3 kPa"),
        (PORTENTA, "arduino_portenta_h7_m7", "hello_world", 0.5, "Hello World!"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_zephyrs_own_samples_print(board: Board, folder: str, sample: str, seconds: float, wanted: str) -> None:
    assert wanted in said("renode", ZEPHYR / folder / f"{sample}.elf", seconds, board)


@pytest.fixture
def portenta(renode: Found, tmp_path: Path) -> Server:
    """Returns a board that sleeps, with edges of PA8 (D0: the HTS221's line) and PJ11 (the button) chosen for EXTI."""
    source, image = tmp_path / "asleep.c", tmp_path / "image.elf"
    source.write_text(ASLEEP)
    place = ("-Wl,--section-start=.vectors=0x08000000", "-Wl,-Ttext=0x08000100", "-Wl,-estart")
    core = ("-mcpu=cortex-m7", "-mthumb", "-O1", "-nostdlib", "-ffreestanding", "-Wl,--build-id=none")
    subprocess.run(["arm-none-eabi-gcc", *core, *place, str(source), "-o", str(image)], check=True)
    server = Server(renode)
    server.command("emulation SetGlobalAdvanceImmediately true")
    server.command(f"$bin={at(image)}")
    server.command(f"include {at(PORTENTA.folder / 'board.resc')}")
    for address, value in (
        (0x58000410, 9 << 12), (0x58020000, 0xFFFCFFFF), (0x58022400, 0xFF3FFFFF),  # EXTICR3: PJ11, PA8; inputs
        (0x58000000, 1 << 8), (0x58000004, 1 << 11), (0x58000080, 1 << 8 | 1 << 11),  # rising PA8, falling PJ11
    ):  # fmt: skip
        server.command(f"sysbus WriteDoubleWord 0x{address:x} 0x{value:x}")
    return server


def test_edges_of_a_button_and_of_a_parts_line_reach_exti(portenta: Server) -> None:
    def read(address: int) -> int:
        return int(portenta.command(f"sysbus ReadDoubleWord 0x{address:x}"), 16)

    def told_part(*data: int) -> None:
        portenta.python(
            "import System; from Antmicro.Renode.Core import EmulationManager; "
            "m = list(EmulationManager.Instance.CurrentEmulation.Machines)[0]; "
            f"m['sysbus.i2c3.hts221'].Write(System.Array[System.Byte]({list(data)})); "
            "m['sysbus.i2c3.hts221'].FinishTransmission()"
        )

    pending, inputs = 0x58000088, 0x58020010
    with portenta:
        assert read(pending) == 0
        portenta.command("gpioJ.button Pressed true")
        assert read(pending) == 1 << 11
        portenta.command("gpioJ.button Pressed false")  # the other edge, which nobody asked for
        portenta.command(f"sysbus WriteDoubleWord 0x{pending:x} 0x800")
        assert read(pending) == 0
        told_part(0x22, 0x04)  # DRDY_EN
        told_part(0x20, 0x83)  # power, 12.5 Hz: a measurement each 80 ms
        portenta.command('emulation RunFor "0.079"')
        assert read(inputs) >> 8 & 1 == read(pending) == 0
        portenta.command('emulation RunFor "0.002"')
        assert read(inputs) >> 8 & 1 == 1
        assert read(pending) == 1 << 8
        told_part(0x22, 0x84)  # active low
        assert read(inputs) >> 8 & 1 == 0
        told_part(0x22, 0xC4)  # and open drain
        portenta.command("i2c3.hts221 Absent true")  # lets go of the line
        portenta.command("sysbus WriteDoubleWord 0x5802000C 0x10000")  # a pull-up
        assert read(inputs) >> 8 & 1 == 1
