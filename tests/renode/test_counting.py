# SPDX-License-Identifier: Apache-2.0
"""Counts as Renode's side tells them, read without Renode."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmote.engine.base import Pass
from vmote.engine.renode.counting import count_commands, profile_of, read_passes, read_stacks
from vmote.errors import EngineFailure
from vmote.firmware.elf import Symbol
from vmote.platforms import Memory

# nop; ldr.w r0, [r1]; b.n; bl (two halfwords each where wide)
CODE = bytes.fromhex("00bf d1f80000 fee7 00f001f8".replace(" ", ""))
FLASH = {"flash": Memory(base=0x1000, size=64), "ram": Memory(base=0x20000000, size=16)}


def read(address: int, size: int) -> bytes:
    return CODE[address - 0x1000 : address - 0x1000 + size].ljust(size, b"\0")


def test_blocks_become_instructions_by_the_length_of_each() -> None:
    profile = profile_of(["1000 4 10", "1002 1 3", "1006 2 5"], FLASH, read)
    assert dict(profile.executed()) == {0x1000: 10, 0x1002: 13, 0x1006: 15, 0x1008: 15}
    assert profile.total == 4 * 10 + 3 + 2 * 5


def test_a_block_beyond_the_memory_is_cut() -> None:
    assert profile_of(["103e 3 7", "50000000 2 1"], FLASH, read).total == 7


def test_passes_are_read() -> None:
    assert read_passes("10 20 300\n30 45 301\n") == (Pass(10, 20, 300), Pass(30, 45, 301))
    assert read_passes("") == ()
    for wrong in ("10 20\n", "10 20 x\n", "1 2 3 4\n"):
        with pytest.raises(EngineFailure, match="told of passes"):
            read_passes(wrong)


def test_stacks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "stacks.txt"
    path.write_text("main;loop 12\nmain 3\nmain;loop 1\n\nbroken\n")
    assert read_stacks(path) == {"main;loop": 13, "main": 3}


def test_what_is_watched_is_what_the_image_has(tmp_path: Path) -> None:
    def symbol(address: int, *, function: bool = True) -> Symbol:
        return Symbol(address, 8, function)

    with_model = count_commands({"inference_invoke": symbol(0x2001), "a": symbol(0x1000)}, tmp_path)
    assert "counting WatchPasses 0x2000" in with_model
    assert (tmp_path / "functions.txt").read_text() == "1000 8 a\n2000 8 inference_invoke\n"
    assert not any("WatchPasses" in command for command in count_commands({"x": symbol(4, function=False)}, tmp_path))
