# SPDX-License-Identifier: Apache-2.0
"""What a device begins with, and how a debugger gets at it."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from pathlib import Path

from vmote.platforms import Board
from vmote.run.boots import Start
from vmote.run.request import Request

_DEBUGGERS = ("arm-none-eabi-gdb", "gdb-multiarch")


def start_of(request: Request, board: Board, image: Path, moment: str = "") -> Start:
    """Return what a device begins with; nobody's patience is measured while somebody looks at it with a debugger."""
    limits = request.limits if request.gdb is None else replace(request.limits, wall_s=math.inf)
    return Start(request.engine, board, image, limits, request.strict, request.functions, request.gdb, moment)


def gdb_command(image: Path, port: int) -> str:
    """Return the line that takes a debugger to the device."""
    gdb = next((name for name in _DEBUGGERS if shutil.which(name)), _DEBUGGERS[1])
    return f"{gdb} {image} -ex 'target remote 127.0.0.1:{port}'"
