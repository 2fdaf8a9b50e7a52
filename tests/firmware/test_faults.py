# SPDX-License-Identifier: Apache-2.0
"""What the device does when its firmware is wrong: the guard below the stack, the MPU, the fault handler."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vmote.engine.base import End
from vmote.firmware.elf import Image, open_image
from vmote.firmware.insert import with_config
from vmote.platforms import Board

from .conftest import Checkout
from .device import Seen, live

pytestmark = pytest.mark.tools

# Each mistake, and the period (in microseconds) that makes the changed app commit it.
MISTAKES = {
    "overflow": (1, "dig(1);"),
    "nowhere": (2, "*(volatile int *)(0x30000000 + depth) = 1;"),
    "null": (3, "*(volatile int *)(depth) = 1;"),
    "data": (4, "((void (*)(void))0x20001001)();"),
    "undefined": (5, "__builtin_trap();"),
    "division": (6, "depth = 1000 / depth;"),
}


@pytest.fixture(scope="module")
def faulty(board: Board, checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Return the weather app with mistakes in it."""
    helper = "static volatile int depth;\n__attribute__((noinline)) static int dig(int x)\n"
    helper += "{ volatile int room[64]; room[0] = x; return x > 100000 ? 0 : dig(x + 1) + room[0]; }\n"
    mistakes = "".join(f"if (vmote_config.period_us == {period}) {{ {code} }}\n" for period, code in MISTAKES.values())
    kept = checkout.weather.read_text(encoding="utf-8")
    changed = kept.replace("void app_main(void)\n{\n", helper + "void app_main(void)\n{\n" + mistakes)
    assert changed != kept
    copy = tmp_path_factory.mktemp("faulty") / "image.elf"
    try:
        checkout.weather.write_text(changed, encoding="utf-8")
        assert checkout.build() == ""
        shutil.copyfile(checkout.image, copy)
    finally:
        checkout.weather.write_text(kept, encoding="utf-8")
        assert checkout.build() == ""
    return open_image(copy, board)


def commit(mistake: str, faulty: Image, board: Board, tmp_path: Path, *, handler: bool) -> Seen:
    image = with_config(faulty, board, tmp_path / "image.elf", period_s=MISTAKES[mistake][0] * 1e-6)
    return live(board, image.path, 1.0, handler=handler)


@pytest.mark.parametrize(
    ("mistake", "kind", "bits"),
    [
        ("overflow", "MemManage", 0x82),
        ("nowhere", "BusFault", 0x8200),
        ("null", "MemManage", 0x82),
        ("data", "MemManage", 0x01),
        ("undefined", "UsageFault", 0x10000),
        ("division", "UsageFault", 0x2000000),
    ],
)
def test_the_handler_tells(mistake: str, kind: str, bits: int, faulty: Image, board: Board, tmp_path: Path) -> None:
    seen = commit(mistake, faulty, board, tmp_path, handler=True)
    (fault,) = seen.of("fault")
    assert fault.text("kind") == kind
    assert int(fault.text("cfsr"), 16) & bits == bits
    assert fault.text("cause") == ("stack-overflow" if mistake == "overflow" else "see-cfsr")
    if mistake not in ("overflow", "data"):
        function = faulty.symbols["app_main"]
        assert function.address <= int(fault.text("pc"), 16) < function.address + function.size
    assert not seen.of("infer")


def test_the_engine_stops_there(faulty: Image, board: Board, tmp_path: Path) -> None:
    seen = commit("nowhere", faulty, board, tmp_path, handler=False)
    assert seen.stop is not None and seen.stop.end is End.FAULT and seen.stop.fault is not None
    assert "weather.c" in seen.stop.fault.place and "stack overflow" not in seen.stop.detail
    assert [fault.text("kind") for fault in seen.of("fault")] == ["BusFault"]  # its handler was heard out


def test_an_overflow_spares_the_variables(faulty: Image, board: Board, tmp_path: Path) -> None:
    """The stack lies below everything, and below it the guard."""
    symbols = faulty.symbols
    ram = board.memory["ram"].base
    assert symbols["stack_guard"].address == ram < symbols["stack_bottom"].address < symbols["stack_top"].address
    assert symbols["vmote_arena"].address >= symbols["stack_top"].address
    seen = commit("overflow", faulty, board, tmp_path, handler=False)
    assert seen.stop is not None and seen.stop.fault is not None
    assert seen.stop.fault.causes[0].startswith("stack overflow") and "(stack_guard)" in seen.stop.detail
    address = seen.stop.fault.registers["mmfar"]
    assert ram <= address < symbols["stack_bottom"].address
