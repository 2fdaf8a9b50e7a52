# SPDX-License-Identifier: Apache-2.0
"""The bare-metal port: source to an ELF without a model, by CMake and Ninja."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from vmote.firmware import build_tools
from vmote.firmware.board_files import board_h, memory_ld
from vmote.firmware.stamp import (
    files_below,
    inputs_of,
    read_stamp,
    read_text,
    replace_with,
    write_if_other,
    write_stamp,
)
from vmote.firmware.tool_run import run_tool
from vmote.platforms import Board, project_root
from vmote.tools import NEEDS, find_tool

_COMPILER = "arm-none-eabi-gcc"


def compile_baremetal(
    board: Board, app: str, runtime: str, operators: tuple[str, ...], place: Path
) -> tuple[bool, str]:
    """Make `place`/base.elf; return whether anything was compiled, and a word on it."""
    stamp = place / "stamp.json"
    base = place / "base.elf"
    inputs = inputs_of(f"{project_root()} {runtime} {operators}", _input_files(board))
    if base.is_file() and read_stamp(stamp) == inputs:
        return False, "up to date"
    gcc = find_tool(_COMPILER)
    stamp.unlink(missing_ok=True)
    generated = place / "generated"
    generated.mkdir(exist_ok=True)
    write_if_other(generated / "memory.ld", memory_ld(board))
    write_if_other(generated / "board.h", board_h(board))
    work = place / "cmake"
    source = project_root() / "firmware"
    options = {
        "CMAKE_TOOLCHAIN_FILE": source / "toolchain" / "arm-none-eabi.cmake",
        "CMAKE_BUILD_TYPE": "Release",
        "CMAKE_MAKE_PROGRAM": build_tools.ninja(),
        "VMOTE_ARM_GCC": gcc.path,
        "VMOTE_CORE": board.core,
        "VMOTE_SOC": board.soc,
        "VMOTE_BOARD": board.name,
        "VMOTE_APP": app,
        "VMOTE_RUNTIME": runtime,
        "VMOTE_OPERATORS": ";".join(operators),
        "VMOTE_GENERATED": generated,
    }
    wishes = json.dumps({key: str(value) for key, value in options.items()} | {"gcc": gcc.said, "from": str(source)})
    if read_text(work / "wishes.json") != wishes:  # CMake keeps what it once found: begin anew
        shutil.rmtree(work, ignore_errors=True)
    if not (work / "build.ninja").is_file():
        arguments = [f"-D{key}={value}" for key, value in options.items()]
        run_tool([build_tools.cmake(), "-G", "Ninja", "-S", source, "-B", work, *arguments], board)
        (work / "wishes.json").write_text(wishes, encoding="utf-8")
    run_tool([build_tools.ninja(), "-j", "2", "-C", work, "image.elf"], board)
    replace_with(work / "image.elf", base)
    write_stamp(stamp, inputs, gcc=gcc.said)
    return True, f"compiled with GCC {gcc.said}"


def _input_files(board: Board) -> Iterator[Path]:
    yield board.folder / "board.yaml"
    yield from (Path(__file__), Path(__file__).with_name("board_files.py"))
    yield from files_below(project_root() / "firmware", "zephyr", "tests", "deps")
    gcc = shutil.which(os.environ.get(NEEDS[_COMPILER].variable) or _COMPILER)
    if gcc is not None:
        yield Path(gcc)
