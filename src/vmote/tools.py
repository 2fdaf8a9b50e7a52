# SPDX-License-Identifier: Apache-2.0
"""The programs vmote needs on this machine: where they are, which version, how to get them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

from vmote.errors import Missing


@dataclass(frozen=True)
class Need:
    """A program, the oldest version that is known to work, and the way to it."""

    name: str
    variable: str  # environment variable that names another one
    oldest: tuple[int, ...]
    why: str
    get: str


@dataclass(frozen=True)
class Tool:
    """A program that was found."""

    need: Need
    path: str
    version: tuple[int, ...]

    @property
    def said(self) -> str:
        """The version as a person writes it."""
        return ".".join(str(part) for part in self.version) or "unknown version"


NEEDS = {
    need.name: need
    for need in (
        Need(
            "arm-none-eabi-gcc", "VMOTE_ARM_GCC", (12,), "compiles the firmware",
            "sudo apt-get install -y gcc-arm-none-eabi libnewlib-arm-none-eabi",
        ),
        Need(
            "qemu-system-arm", "VMOTE_QEMU", (7, 2), "executes the firmware (engine qemu)",
            "sudo apt-get install -y qemu-system-arm",
        ),
        Need("gcc", "VMOTE_CC", (9,), "compiles the emulator's plugin", "sudo apt-get install -y gcc libc6-dev"),
    )
}  # fmt: skip

_VERSION = re.compile(r"\b(\d+)\.(\d+)(?:\.(\d+))?")


@cache
def find_tool(name: str) -> Tool:
    """Return a program by its name, or say what is missing or too old and how to get it."""
    need = NEEDS[name]
    asked = os.environ.get(need.variable)
    path = shutil.which(asked or name)
    if path is None:
        what = f"{need.variable}={asked} is not a program" if asked else f"{name} is not found; it {need.why}"
        raise Missing(what, hint=f"run: {need.get}")
    version = _version_of(path)
    if version < need.oldest:
        oldest = ".".join(map(str, need.oldest))
        found = ".".join(map(str, version)) or "of unknown version"
        raise Missing(f"{path} is {found}; {oldest} or newer is needed", hint=f"run: {need.get}")
    return Tool(need, path, version)


def _version_of(path: str) -> tuple[int, ...]:
    """Read a version off a program's own `--version`; empty where it says none."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    # gcc puts its packager's version in brackets before its own
    line = re.sub(r"\([^)]*\)", "", done.stdout.splitlines()[0]) if done.stdout else ""
    match = _VERSION.search(line)
    return tuple(int(part) for part in match.groups() if part is not None) if match else ()
