# SPDX-License-Identifier: Apache-2.0
"""The overlays say of a board what its board.yaml says: pins, levels, addresses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vmote.firmware.zephyr.boards import zephyr_name
from vmote.platforms import Board, board_names, load_board, project_root

FOLDER = project_root() / "firmware" / "zephyr" / "boards"
BOARDS = [
    board
    for board in map(load_board, board_names())
    if (FOLDER / f"{board.names.get('zephyr', '-').replace('//', '_')}.conf").is_file()
]
_LED = re.compile(r"(\w+)-gpios = <&gpio(\w) (\d+) GPIO_ACTIVE_(HIGH|LOW)>")
_NODE = re.compile(r"(\w+): [\w-]+@([0-9a-f]+) \{\s*compatible = \"([^\"]+)\";\s*reg = <0x([0-9a-f]+)>", re.MULTILINE)


def overlay(board: Board) -> str:
    return (FOLDER / f"{zephyr_name(board)}.overlay").read_text(encoding="utf-8")


def test_the_boards_of_the_issue_are_there() -> None:
    assert {"nano33ble-sense", "portenta-h7"} <= {board.name for board in BOARDS}


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_leds(board: Board) -> None:
    told = {
        name: (int(port) if port.isdigit() else ord(port) - ord("a"), int(pin), level.lower())
        for name, port, pin, level in _LED.findall(overlay(board))
    }
    assert told == {name: (p.port, p.pin, p.active) for name, p in board.pins.items() if p.kind == "led"}


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_parts_and_their_addresses(board: Board) -> None:
    nodes = _NODE.findall(overlay(board))
    assert nodes
    for label, unit, compatible, address in nodes:
        part = board.parts[label.replace("_", "-")]
        assert int(unit, 16) == int(address, 16) == part.address, label
        assert compatible.split(",")[1].replace("-", "") in part.model.replace("-", ""), label


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_the_board_calls_itself_by_our_name(board: Board) -> None:
    text = (FOLDER / f"{zephyr_name(board)}.conf").read_text(encoding="utf-8")
    assert f'CONFIG_VMOTE_BOARD="{board.name}"' in text


def test_the_portentas_clock() -> None:
    board = load_board("portenta-h7")
    assert f"DT_FREQ_M({board.clock_hz // 1_000_000})" in overlay(board)


def test_every_configuration_has_an_overlay() -> None:
    assert {path.stem for path in FOLDER.glob("*.conf")} == {path.stem for path in FOLDER.glob("*.overlay")}


def test_no_fragment_is_forgotten() -> None:
    known = {"prj", "audio", "motion", "tflm", "cmsis-nn", "debug"}
    assert {path.stem for path in Path(FOLDER.parent).glob("*.conf")} >= known
