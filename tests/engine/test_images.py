# SPDX-License-Identifier: Apache-2.0
"""Images at an engine's door: what is not one for this board is refused there too, and debug data may be anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.engine.program import Program
from vmote.errors import BadInput
from vmote.platforms import Board, load_board

Build = Callable[..., Path]


@pytest.fixture
def board() -> Board:
    return load_board("nano33ble-sense")


def test_what_is_no_image_is_refused_before_anything_starts(run, tmp_path: Path) -> None:
    path = tmp_path / "image.elf"
    path.write_text("not an image at all")
    with pytest.raises(BadInput, match="expected an ELF image"):
        run(path)


@pytest.mark.parametrize("keep", [5, 40, 200, 0.5, 0.97])
def test_cut_short(build: Build, board: Board, tmp_path: Path, keep: float) -> None:
    whole = build("hello").read_bytes()
    path = tmp_path / "image.elf"
    path.write_bytes(whole[: int(keep if keep > 1 else keep * len(whole))])
    with pytest.raises(BadInput):
        Program(path, board)


def test_another_board(build: Build, board: Board) -> None:
    memory = {k: m.model_copy(update={"base": m.base + 0x08000000}) for k, m in board.memory.items()}
    with pytest.raises(BadInput, match="has no memory"):
        Program(build("hello"), board.model_copy(update={"memory": memory}))


def test_places(build: Build, board: Board) -> None:
    program = Program(build("hello"), board)
    main = program.symbol("main")
    assert program.function_at(main.address + 3) == "main"
    assert program.place(main.address).startswith("main at hello.c:")
    with pytest.raises(BadInput, match="did you mean main"):
        program.symbol("mian")


def test_damaged_debug_data_costs_only_the_line(build: Build, board: Board, tmp_path: Path) -> None:
    whole = Program(build("hello"), board)
    data, path = bytearray(whole.image.data), tmp_path / "image.elf"
    for name, section in whole.image.sections.items():
        if name.startswith(".debug"):
            data[section.offset : section.offset + section.size] = b"\xa5" * section.size
    path.write_bytes(data)
    assert Program(path, board).place(whole.symbol("main").address) == "main"
