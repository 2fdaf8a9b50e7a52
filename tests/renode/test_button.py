# SPDX-License-Identifier: Apache-2.0
"""A button on Renode: what a scenario presses reaches the pin at its instant, as on the qemu engine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from vmote.engine import open_engine
from vmote.engine.base import Limits
from vmote.engine.renode.feeds import Feeds
from vmote.engine.renode.presses import presses
from vmote.platforms import Board, load_board
from vmote.scenario.stimulus import Stimulus, Switch

UNIT = 100_000  # a tenth of a millisecond: cores that look at a pin all the time are slow to emulate
FINGER = Switch(((10 * UNIT, 15 * UNIT), (20 * UNIT, 25 * UNIT)))
STIMULUS = Stimulus({"button": FINGER}, 40 * UNIT)
NANO = load_board("nano33ble-sense")

# Has an LED follow the button, through no code but this.
FOLLOW = {
    "nano33ble-sense": (
        0x20040000,
        """
        P0(0x504 + 4) = 0; P0(0x518) = 1u << 13; P1(0x700 + 4 * 11) = 3 << 2;
        for (;;) { WAIT; if (P1(0x510) >> 11 & 1) P0(0x50C) = 1u << 13; else P0(0x508) = 1u << 13; }
        """,
    ),
    "portenta-h7": (
        0x24080000,
        """
        R(0x580244E0) = 1 << 9 | 1 << 10;
        J(0x00) = 0xFF3FFFFF; J(0x0C) = 1u << 22;
        K(0x18) = 1u << 6; K(0x00) = 0xFFFFDFFF;
        for (;;) { WAIT; K(0x18) = J(0x10) >> 11 & 1 ? 1u << 6 : 1u << 22; }
        """,
    ),
}


class Pins:
    def __init__(self) -> None:
        self.told: list[tuple[int, str, bool]] = []

    def on_console(self, t_ns: int, text: bytes) -> None: ...

    def on_pin(self, t_ns: int, name: str, on: bool) -> None:
        self.told.append((t_ns, name, on))

    def on_warning(self, t_ns: int, text: str) -> None: ...


def follower(board: Board, folder: Path) -> Path:
    stack, body = FOLLOW[board.name]
    source = folder / "follow.c"
    source.write_text(
        "#define R(a) (*(volatile unsigned *)(a))\n"
        "#define P0(o) R(0x50000000u + (o))\n#define P1(o) R(0x50000300u + (o))\n"
        "#define J(o) R(0x58022400u + (o))\n#define K(o) R(0x58022800u + (o))\n"
        "#define WAIT for (volatile int n = 0; n < 100; n++)\n"
        "void start(void);\n"
        f'__attribute__((section(".vectors"), used)) void *const vectors[64] = {{(void *){stack:#x}, (void *)start}};\n'
        f"void start(void) {{{body}}}\n"
    )
    image = folder / "follow.elf"
    base = board.memory["flash"].base
    place = (f"-Wl,--section-start=.vectors={base:#x}", f"-Wl,-Ttext={base + 0x100:#x}", "-Wl,-estart")
    core = ("-mcpu=cortex-m4", "-mthumb", "-O1", "-nostdlib", "-ffreestanding", "-Wl,--build-id=none")
    subprocess.run(["arm-none-eabi-gcc", *core, *place, str(source), "-o", str(image)], check=True)
    return image


@pytest.mark.tools
@pytest.mark.parametrize("name", sorted(FOLLOW))
@pytest.mark.usefixtures("renode")
def test_an_led_follows_it_as_on_the_other_engine(name: str, tmp_path: Path) -> None:
    board = load_board(name)
    image = follower(board, tmp_path)
    seen = {}
    for engine_name in ("qemu", "renode"):
        engine, seen[engine_name] = open_engine(engine_name), Pins()
        try:
            engine.start(board, image, STIMULUS, seen[engine_name], Limits())
            engine.run_until(30 * UNIT)
            engine.set_quantity("button", 1.0)
            engine.run_until(32 * UNIT)
            engine.set_quantity("button", None)
            engine.run_until(34 * UNIT)
        finally:
            engine.close()
    qemu, renode = ([pin for pin in seen[who].told if pin[1] == "builtin"] for who in ("qemu", "renode"))
    assert [on for _, _, on in renode] == [True, False] * 3 == [on for _, _, on in qemu]
    for (q_ns, _, _), (r_ns, _, _), at in zip(qemu, renode, (10, 15, 20, 25, 30, 32), strict=True):
        assert abs(r_ns - q_ns) < 2_000, f"{r_ns} and {q_ns} ns"
        assert 0 <= r_ns - at * UNIT < 20_000


def test_presses_become_commands_at_their_instants() -> None:
    told = [(change.t_ns // UNIT, *change.commands) for change in presses(NANO, FINGER, 12 * UNIT)]
    button = "sysbus.gpio1.button Pressed"
    assert told == [(12, f"{button} true"), (15, f"{button} false"), (20, f"{button} true"), (25, f"{button} false")]
    (portenta,) = presses(load_board("portenta-h7"), None, 5)  # a hand lets go
    assert portenta.commands == ("sysbus.gpioJ.button Pressed false",)


def test_a_world_with_a_button_is_taken(tmp_path: Path) -> None:
    feeds = Feeds(NANO, STIMULUS, tmp_path)
    feeds.refuse_what_no_part_takes()
    assert feeds.hold("button", 1.0) == ["sysbus.gpio1.button Pressed true"]
