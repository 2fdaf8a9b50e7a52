# SPDX-License-Identifier: Apache-2.0
"""The boards' descriptions for Renode, as far as they can be judged without it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vmote.engine.renode.compiled import SOURCES
from vmote.platforms import Board, load_board, project_root

BOARDS = [load_board(name) for name in ("nano33ble-sense", "portenta-h7")]
TYPES = {
    name: path
    for path in SOURCES.glob("*.cs")
    for name in re.findall(r"\b(?:class|interface) (\w+)", path.read_text(encoding="utf-8"))
}


def words(path: Path) -> set[str]:
    code = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
    return set(re.findall(r"\w+", code))


def platform(board: Board) -> str:
    return (board.folder / "board.repl").read_text(encoding="utf-8")


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_the_script_names_the_parts_that_the_platform_takes_and_what_they_take(board: Board) -> None:
    listed = set(re.findall(r"\$csharp/(\w+\.cs)", (board.folder / "parts.resc").read_text(encoding="utf-8")))
    needed: set[Path] = set()
    todo = {TYPES[word] for word in words(board.folder / "board.repl") & set(TYPES)}
    while todo:
        path = todo.pop()
        needed.add(path)
        todo |= {TYPES[word] for word in words(path) & set(TYPES)} - needed
    assert listed == {path.name for path in needed}


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_every_part_of_the_board_is_in_its_platform(board: Board) -> None:
    text = platform(board)
    for name, part in board.parts.items():
        where = f"{part.bus} 0x{part.address:02X}" if part.address is not None else r"\w+( \d+)?"
        assert re.search(rf"^{name.replace('-', '_')}: [\w.]+ @ {where}\s", text, re.MULTILINE | re.IGNORECASE), name


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_the_platform_has_the_memories_and_the_clock_of_the_board(board: Board) -> None:
    text = platform(board)
    assert f"PerformanceInMips: {board.clock_hz // 10**6} " in text
    for name, memory in board.memory.items():
        found = re.search(rf"@ sysbus 0x{memory.base:08X}\n    size: 0x{memory.size:X}\n", text)
        assert found, name


def test_no_platform_of_ours_fetches_anything() -> None:
    for path in (project_root() / "platforms").glob("*/board.re*"):
        text = path.read_text(encoding="utf-8")
        assert "ApplySVD" not in text and "http" not in text, path
