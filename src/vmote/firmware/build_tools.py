# SPDX-License-Identifier: Apache-2.0
"""CMake and Ninja: the wheels that come with vmote, or the system's."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path

from vmote.errors import Missing


def cmake() -> Path:
    """Find CMake."""
    return _wheel_program("cmake", "CMAKE_BIN_DIR", "cmake")


def ninja() -> Path:
    """Find Ninja."""
    return _wheel_program("ninja", "BIN_DIR", "ninja")


def _wheel_program(module: str, attribute: str, program: str) -> Path:
    try:
        folder = getattr(importlib.import_module(module), attribute, None)
    except ImportError:
        folder = None
    if folder and (path := Path(folder) / program).is_file():
        return path
    if found := shutil.which(program):
        return Path(found)
    raise Missing(f"{program} is not found", hint=f"run: pip install {program}")
