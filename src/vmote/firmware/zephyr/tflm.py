# SPDX-License-Identifier: Apache-2.0
"""TensorFlow Lite Micro as a library for a core: from its sources in the workspace, built once for all images."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from vmote.errors import Missing
from vmote.firmware import build_tools
from vmote.firmware.stamp import files_below, inputs_of, locked, read_stamp, read_text, replace_with, write_stamp
from vmote.firmware.tool_run import Step, run_tool
from vmote.platforms import Board, project_root
from vmote.tools import find_tool

VARIABLE = "VMOTE_TFLM"
_WANTED = {
    "reference": ("tflite-micro", "flatbuffers", "gemmlowp", "ruy"),
    "cmsis-nn": ("tflite-micro", "flatbuffers", "gemmlowp", "ruy", "CMSIS-NN", "CMSIS_6"),
}


@dataclass(frozen=True)
class Library:
    """TensorFlow Lite Micro, compiled."""

    path: Path
    includes: tuple[Path, ...]
    compiled: bool


def find_sources(top: Path, kernels: str) -> Path:
    """Return the folder that holds TFLM's modules; raises where one of them is missing."""
    named = os.environ.get(VARIABLE)
    usual = top / "modules" / "tflm"
    folder = Path(named).expanduser().resolve() if named else usual
    lacking = [name for name in _WANTED[kernels] if not (folder / name).is_dir()]
    if lacking:
        what = f"{VARIABLE} is {folder}, which" if named else f"{folder}"
        raise Missing(
            f"the runtime tflm is compiled from its sources; {what} has no {', '.join(lacking)}",
            hint=f"run in the workspace of firmware/zephyr/west.yml: west update\n"
            f"  or name a folder that holds them: {VARIABLE}=…; or use --runtime native",
        )
    return folder


def build_library(
    board: Board, kernels: str, operators: tuple[str, ...], sources: Path, folder: Path, tell: Step | None = None
) -> Library:
    """Compile TFLM with the kernels of some operators for a board's core, unless it is there already.

    What was compiled before a build was interrupted is not compiled again.
    """
    gpp = _compiler()
    name = f"tflm-{board.core}-{kernels}" + ("-any" if operators == ("ALL",) else "")
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    recipe = project_root() / "firmware" / "inference" / "tflm" / "library"
    toolchain = project_root() / "firmware" / "toolchain" / "arm-none-eabi.cmake"
    library, stamp = place / "libtflm.a", place / "stamp.json"
    includes = tuple(sources / name for name in ("tflite-micro", "flatbuffers/include", "gemmlowp", "ruy"))
    revisions = [sources / name / ".git" / "HEAD" for name in _WANTED[kernels]]
    inputs = inputs_of(
        f"{sources} {kernels} {operators} {gpp}",
        [*files_below(recipe), toolchain, *(path for path in revisions if path.is_file())],
    )
    with locked(place / "lock"):
        if library.is_file() and read_stamp(stamp) == inputs:
            return Library(library, includes, compiled=False)
        options = {
            "CMAKE_TOOLCHAIN_FILE": toolchain, "CMAKE_BUILD_TYPE": "Release", "CMAKE_MAKE_PROGRAM": build_tools.ninja(),
            "CMAKE_CXX_COMPILER": gpp, "VMOTE_ARM_GCC": find_tool("arm-none-eabi-gcc").path, "VMOTE_CORE": board.core,
            "VMOTE_TFLM": sources, "VMOTE_KERNELS": kernels,
        }  # fmt: skip
        stamp.unlink(missing_ok=True)
        work = place / "cmake"
        wishes = json.dumps({key: str(value) for key, value in options.items()} | {"from": str(recipe)})
        if read_text(work / "wishes.json") != wishes:  # CMake keeps what it once found: begin anew
            shutil.rmtree(work, ignore_errors=True)
        options["VMOTE_OPERATORS"] = ";".join(operators)
        arguments = [f"-D{key}={value}" for key, value in options.items()]
        run_tool([build_tools.cmake(), "-G", "Ninja", "-S", recipe, "-B", work, *arguments], board)
        (work / "wishes.json").write_text(wishes, encoding="utf-8")
        told = (f"TensorFlow Lite Micro for {board.core} with {kernels} kernels, once for all images", tell)
        run_tool([build_tools.ninja(), "-j", "2", "-C", work, "tflm"], board, told=told)
        replace_with(work / "libtflm.a", library)
        for header in work.glob("CMakeFiles/*/*.gch"):  # a quarter of a gigabyte, of no use any more
            header.unlink()
        write_stamp(stamp, inputs)
    return Library(library, includes, compiled=True)


def _compiler() -> Path:
    """Return the C++ compiler beside the C compiler."""
    gcc = Path(find_tool("arm-none-eabi-gcc").path)
    gpp = gcc.with_name(gcc.name.replace("gcc", "g++"))
    if not gpp.is_file():
        raise Missing(
            f"the runtime tflm is C++, and there is no {gpp}",
            hint="run: sudo apt-get install -y libstdc++-arm-none-eabi-newlib",
        )
    return gpp
