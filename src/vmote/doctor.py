# SPDX-License-Identifier: Apache-2.0
"""Looks this machine over: each thing vmote can use, found or not."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata

from vmote.engine.renode.find import find_renode
from vmote.errors import Missing
from vmote.toolchain.engine import connected
from vmote.toolchain.refusal import LOCAL
from vmote.tools import NEEDS, find_tool


class State(StrEnum):
    """Whether a thing is there, and whether it matters."""

    FOUND = "found"
    OPTIONAL = "not found, optional"
    MISSING = "missing"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for."""

    name: str
    why: str
    state: State
    version: str = ""
    where: str = ""
    get: str = ""


_PACKAGES = (  # distribution, why, needed by `vmote run`, how to get it
    ("cmake", "configures the firmware's build", True, "scripts/setup.sh"),
    ("ninja", "builds the firmware", True, "scripts/setup.sh"),
    ("robotframework", "the Robot suites", True, "scripts/setup.sh"),
    ("tflite-micro", "holds every output against TensorFlow Lite Micro itself", False, "pip install -e '.[golden]'"),
    ("matplotlib", "plots of scenarios", False, "pip install -e '.[plot]'"),
    ("tensorflow", "trains models", False, "pip install -e '.[train]'"),
    ("docker", "the toolchain in a container", False, "pip install -e '.[docker]'"),
)
_PROGRAMS = (("espeak-ng", "speaks the words of audio scenarios", "sudo apt-get install -y espeak-ng"),)


def examine() -> list[Finding]:
    """Look for everything."""
    return [_python(), *_programs(), *_packages(), *_optional_programs(), _renode(), docker_engine()]


def _python() -> Finding:
    return Finding("python", "runs vmote", State.FOUND, platform.python_version(), sys.executable)


def _programs() -> Iterator[Finding]:
    for name, need in NEEDS.items():
        try:
            tool = find_tool(name)
            yield Finding(name, need.why, State.FOUND, tool.said, tool.path)
        except Missing as missing:
            yield Finding(name, need.why, State.MISSING, get=f"{missing.what}; {missing.hint}")


def _packages() -> Iterator[Finding]:
    for name, why, needed, get in _PACKAGES:
        try:
            found = metadata.distribution(name)
            yield Finding(name, why, State.FOUND, found.version, str(found.locate_file("")))
        except metadata.PackageNotFoundError:
            yield Finding(name, why, State.MISSING if needed else State.OPTIONAL, get=get)


def _optional_programs() -> Iterator[Finding]:
    for name, why, get in _PROGRAMS:
        path = shutil.which(name)
        yield Finding(name, why, State.FOUND, where=path) if path else Finding(name, why, State.OPTIONAL, get=get)


def _renode() -> Finding:
    why = "the second engine"
    try:
        found = find_renode()
    except Missing as missing:
        return Finding("renode", why, State.OPTIONAL, get=f"{missing.what}; {missing.hint}")
    where = f"{found.place} ({found.how})" + (f"; {found.caution}" if found.caution else "")
    return Finding("renode", why, State.FOUND, found.said, where)


def docker_engine() -> Finding:
    """Tell whether an engine answers."""
    why = "runs the toolchain in a container (--toolchain docker)"
    try:
        with connected() as engine:
            return Finding("docker engine", why, State.FOUND, engine.version, engine.address)
    except Missing as missing:
        return Finding(
            "docker engine", why, State.OPTIONAL, get=f"{missing.what}; {missing.hint.removesuffix(f'; {LOCAL}')}"
        )
