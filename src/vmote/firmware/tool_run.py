# SPDX-License-Identifier: Apache-2.0
"""Running CMake, Ninja and the compiler, and telling what went wrong in the compiler's own words."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from vmote.errors import BadInput, Missing
from vmote.platforms import Board

_EPOCH = "1704067200"  # 2024-01-01: no image carries the time of its build
_MESSAGE_LINES = 40
_STEP = re.compile(r"^\[(\d+)/(\d+)\] ")  # Ninja's

WORTH_TELLING = 50  # steps; a build of fewer is soon done
Step = Callable[[str, int, int], None]  # what is built, how many of its steps are done, of how many


def run_tool(
    command: list[str | Path],
    board: Board,
    variables: Mapping[str, str] | None = None,
    told: tuple[str, Step | None] = ("", None),
) -> str:
    """Run a tool of the build for a board and return what it said; raises with the compiler's message if it fails.

    `told`: what is built, and who is told of each step that Ninja has done.
    """
    words = [str(word) for word in command]
    environment = os.environ | {"SOURCE_DATE_EPOCH": _EPOCH, "LC_ALL": "C"} | dict(variables or {})
    for name in ("CFLAGS", "CXXFLAGS", "LDFLAGS", "CPATH", "C_INCLUDE_PATH", "LIBRARY_PATH", "CMAKE_GENERATOR"):
        environment.pop(name, None)  # meant for programs of the host
    try:
        with subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment
        ) as process:
            output = _listen(process, told)
    except OSError as error:
        raise Missing(
            f"{words[0]} does not run: {error.strerror}", hint="set the environment up anew: make setup"
        ) from error
    if process.returncode:
        raise failure(output, board)
    return output


def _listen(process: subprocess.Popen[str], told: tuple[str, Step | None]) -> str:
    """Read what a tool says to its end; an interrupted build leaves no tool behind."""
    assert process.stdout is not None
    lines: list[str] = []
    what, tell = told
    try:
        for line in process.stdout:
            lines.append(line)
            if tell is not None and (step := _STEP.match(line)):
                tell(what, int(step[1]), int(step[2]))
        process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return "".join(lines)


_OVERFLOW = re.compile(r"region [`'](\w+)' overflowed by (\d+) bytes")
_NOISE = re.compile(r"^(ninja: |\[\d+/\d+\]|FAILED: |(\S*ccache )?\S*arm-none-eabi-(gcc|g\+\+) |: && |-- )")


def failure(output: str, board: Board) -> BadInput:
    """Turn what the tools printed into an error: the compiler's own words, without the commands around them."""
    overflows = _OVERFLOW.findall(output)
    if overflows:
        says = "; ".join(
            f"{region.lower()} overflows by {count} bytes, {board.name} has {memory.size}"
            for region, count in overflows
            if (memory := board.memory.get(region.lower()))
        )
        return BadInput(
            f"the image does not fit {board.name}: {says}", hint="make the arena, the stack or the app smaller"
        )
    lines = [line for line in output.splitlines() if line.strip() and not _NOISE.match(line)]
    text = "\n  ".join(lines[:_MESSAGE_LINES]) or output.strip()[-2000:]
    return BadInput("the firmware does not build", hint=text)
