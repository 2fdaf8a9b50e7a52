# SPDX-License-Identifier: Apache-2.0
"""The Zephyr port: source to an ELF without a model, by Zephyr's own CMake package and Ninja."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from vmote.firmware import build_tools
from vmote.firmware.stamp import files_below, inputs_of, read_stamp, read_text, replace_with, write_stamp
from vmote.firmware.tool_run import Step, run_tool
from vmote.firmware.zephyr.boards import fragments, zephyr_name
from vmote.firmware.zephyr.python import find_python
from vmote.firmware.zephyr.tflm import build_library, find_sources
from vmote.firmware.zephyr.workspace import Workspace, find_workspace
from vmote.platforms import Board, project_root
from vmote.tools import find_tool


def compile_zephyr(
    board: Board,
    app: str,
    runtime: str,
    kernels: str,
    operators: tuple[str, ...],
    place: Path,
    library_operators: tuple[str, ...] = ("ALL",),
    tell: Step | None = None,
) -> tuple[bool, str]:
    """Make `place`/base.elf; return whether anything was compiled, and a word on it.

    `library_operators`: what TFLM's library has, which is compiled once for the images of all apps.
    """
    name = zephyr_name(board)
    workspace = find_workspace(board)
    python = find_python(workspace.top, workspace.base)
    gcc = find_tool("arm-none-eabi-gcc")
    options = {
        "BOARD": name,
        "CMAKE_MAKE_PROGRAM": str(build_tools.ninja()),
        "ZEPHYR_MODULES": ";".join(map(str, workspace.modules)),
        "PYTHON_PREFER": str(python),
        "Python3_EXECUTABLE": str(python),
        "USER_CACHE_DIR": str(place / "cache"),
        "VMOTE_APP": app,
        "VMOTE_OPERATORS": ";".join(operators),
        "OVERLAY_CONFIG": ";".join(fragments(app, runtime, kernels)),
    }
    library = None
    if runtime == "tflm":
        sources = find_sources(workspace.top, kernels)
        library = build_library(board, kernels, library_operators, sources, place.parent, tell)
        options["VMOTE_TFLM_LIBRARY"] = str(library.path)
        options["VMOTE_TFLM_INCLUDE"] = ";".join(map(str, library.includes))
    source = project_root() / "firmware"
    wishes = json.dumps(options | {"gcc": gcc.said, "from": str(source), "base": str(workspace.base)})
    stamp, base = place / "stamp.json", place / "base.elf"
    inputs = inputs_of(wishes, _input_files(board, workspace, library.path if library else None))
    if base.is_file() and read_stamp(stamp) == inputs:
        return False, f"up to date (Zephyr {workspace.said})"
    stamp.unlink(missing_ok=True)
    work = place / "cmake"
    variables = {
        "ZEPHYR_BASE": str(workspace.base),
        "ZEPHYR_TOOLCHAIN_VARIANT": "gnuarmemb",
        "GNUARMEMB_TOOLCHAIN_PATH": str(Path(gcc.path).resolve().parent.parent),
        "CCACHE_DISABLE": "1",
    }
    if read_text(work / "wishes.json") != wishes:  # CMake keeps what it once found: begin anew
        shutil.rmtree(work, ignore_errors=True)
    if not (work / "build.ninja").is_file():
        arguments = [f"-D{key}={value}" for key, value in options.items()]
        configure: list[str | Path] = [
            build_tools.cmake(), "-G", "Ninja", "-S", source / "zephyr", "-B", work, *arguments,
        ]  # fmt: skip
        run_tool(configure, board, variables)
        (work / "wishes.json").write_text(wishes, encoding="utf-8")
    run_tool([build_tools.ninja(), "-j", "2", "-C", work], board, variables, (place.name, tell))
    replace_with(work / "zephyr" / "zephyr.elf", base)
    write_stamp(stamp, inputs, gcc=gcc.said, zephyr=workspace.said)
    return True, f"Zephyr {workspace.said} compiled with GCC {gcc.said}"


def _input_files(board: Board, workspace: Workspace, library: Path | None) -> Iterator[Path]:
    yield board.folder / "board.yaml"
    yield from Path(__file__).parent.glob("*.py")
    yield from files_below(project_root() / "firmware", "native" if library else "tflm", "tests", "deps", "cortex-m")
    yield from (path for path in (workspace.base / "VERSION", workspace.base / ".git" / "HEAD") if path.is_file())
    if library is not None:
        yield library
