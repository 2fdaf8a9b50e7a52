# SPDX-License-Identifier: Apache-2.0
"""The tools that build firmware: found, and new enough."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from vmote.errors import Missing

MIN_GCC = 12
APT_LINE = "sudo apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi"
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True)
class Tool:
    """A program and its version."""

    path: Path
    version: str


def compiler() -> Tool:
    """Find the cross compiler, or say how to get it."""
    found = shutil.which("arm-none-eabi-gcc")
    if found is None:
        raise Missing("the cross compiler arm-none-eabi-gcc is not found on PATH", hint=f"install it: {APT_LINE}")
    try:
        result = subprocess.run([found, "-dumpfullversion"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(
            f"the cross compiler {found} does not run: {error}", hint=f"install it anew: {APT_LINE}"
        ) from error
    match = _VERSION.search(result.stdout)
    if result.returncode or not match:
        raise Missing(f"the cross compiler {found} does not tell its version", hint=f"install it anew: {APT_LINE}")
    if int(match.group(1)) < MIN_GCC:
        raise Missing(
            f"the cross compiler {found} is version {match.group(0)}, expected {MIN_GCC} or newer",
            hint=f"install a newer one: {APT_LINE}, or put one first on PATH",
        )
    return Tool(Path(found), match.group(0))


def cmake() -> Path:
    """Find CMake: the wheel that comes with vmote, or the system's."""
    return _wheel_program("cmake", "CMAKE_BIN_DIR", "cmake")


def ninja() -> Path:
    """Find Ninja: the wheel that comes with vmote, or the system's."""
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
    raise Missing(f"{program} is not found", hint=f"install it: pip install {program}")
