# SPDX-License-Identifier: Apache-2.0
"""Files that are not an image for this board are refused with a reason."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.engine.elf import Image
from vmote.errors import BadInput
from vmote.platforms import load_board

Build = Callable[..., Path]


def test_text(tmp_path: Path) -> None:
    path = tmp_path / "image.elf"
    path.write_text("not an image at all")
    with pytest.raises(BadInput, match="not an ELF file"):
        Image(path)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        Image(tmp_path / "nothing.elf")


@pytest.mark.parametrize("keep", [5, 40, 200, 0.5, 0.97])
def test_cut_short(build: Build, tmp_path: Path, keep: float) -> None:
    whole = build("hello").read_bytes()
    path = tmp_path / "image.elf"
    path.write_bytes(whole[: int(keep if keep > 1 else keep * len(whole))])
    with pytest.raises(BadInput):
        Image(path)


def test_another_machine(tmp_path: Path) -> None:
    source = tmp_path / "x.c"
    source.write_text("int main(void) { return 0; }")
    subprocess.run([shutil.which("gcc") or "gcc", "-o", str(tmp_path / "x"), str(source)], check=True)
    with pytest.raises(BadInput, match="not for an Arm Cortex-M"):
        Image(tmp_path / "x")


def test_another_board(build: Build) -> None:
    image = Image(build("hello"))
    board = load_board("nano33ble-sense")
    elsewhere = board.model_copy(
        update={"memory": {k: m.model_copy(update={"base": m.base + 0x08000000}) for k, m in board.memory.items()}}
    )
    image.check_fits(board)
    with pytest.raises(BadInput, match="has no memory"):
        image.check_fits(elsewhere)


def test_places(build: Build) -> None:
    image = Image(build("hello"))
    main = image.symbol("main")
    assert image.function_at(main.address + 3) == "main"
    assert image.place(main.address).startswith("main at hello.c:")
