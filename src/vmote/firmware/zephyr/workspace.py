# SPDX-License-Identifier: Apache-2.0
"""A Zephyr workspace on this machine: made by west or by hand, of the version that the port is written for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vmote.errors import BadInput, Missing
from vmote.platforms import Board, project_root

VERSION = (3, 3)  # what the port is written for and was run with
ANY_VERSION = "VMOTE_ZEPHYR_ANY_VERSION"
# What each SoC's drivers need beside Zephyr itself: module -> the names of folders it is kept in.
MODULES = {
    "nrf52840": {"cmsis": ("cmsis",), "hal_nordic": ("hal_nordic", "nordic")},
    "stm32h747": {"cmsis": ("cmsis",), "hal_stm32": ("hal_stm32", "stm32")},
}
_MODULE_DEPTH = 3  # modules/hal/nordic, modules/nordic, nordic
_NAME = re.compile(r"^name:\s*[\"']?([\w.-]+)", re.MULTILINE)


@dataclass(frozen=True)
class Workspace:
    """Zephyr and the modules that one board needs."""

    base: Path
    said: str  # the version, as a person writes it
    modules: tuple[Path, ...]

    @property
    def top(self) -> Path:
        """The folder that holds zephyr/ and modules/."""
        return self.base.parent


def how_to_get_one() -> str:
    """Return the commands that make a workspace."""
    firmware = os.path.relpath(project_root() / "firmware")
    return (
        f"make one, once (1 GB; the same commands are in {os.path.relpath(project_root() / 'docs' / 'zephyr.md')}):\n"
        "    pip install west\n"
        f"    west init -l {firmware}/zephyr\n"
        f"    (cd {firmware} && west update --narrow -o=--depth=1)\n"
        f"    pip install -r {firmware}/deps/zephyr/scripts/requirements-base.txt\n"
        "  or, if you have one, name its zephyr folder: export ZEPHYR_BASE=…"
    )


def find_base() -> tuple[Path, str]:
    """Return Zephyr's own folder and its version; raises Missing where there is none, BadInput for another version."""
    named = os.environ.get("ZEPHYR_BASE")
    usual = project_root() / "firmware" / "deps" / "zephyr"
    if not named and not usual.is_dir():
        raise Missing("the port zephyr needs a Zephyr workspace, and ZEPHYR_BASE is not set", hint=how_to_get_one())
    base = Path(named).expanduser().resolve() if named else usual
    version_file = base / "VERSION"
    if not (base / "cmake").is_dir() or not version_file.is_file():
        inner = base / "zephyr" / "VERSION"
        hint = f"say ZEPHYR_BASE={base / 'zephyr'}" if inner.is_file() else how_to_get_one()
        raise Missing(f"ZEPHYR_BASE is {base}, which is not Zephyr: it has no VERSION file and cmake folder", hint=hint)
    numbers = dict(re.findall(r"^(\w+)\s*=\s*(\w+)", version_file.read_text(encoding="utf-8"), re.MULTILINE))
    try:
        version = tuple(int(numbers[key]) for key in ("VERSION_MAJOR", "VERSION_MINOR", "PATCHLEVEL"))
    except (KeyError, ValueError) as error:
        raise BadInput("is no VERSION file of Zephyr's", where=str(version_file)) from error
    said = ".".join(map(str, version)) + (f"-{numbers['EXTRAVERSION']}" if "EXTRAVERSION" in numbers else "")
    if version[:2] != VERSION and not os.environ.get(ANY_VERSION):
        wanted = ".".join(map(str, VERSION))
        raise BadInput(
            f"this is Zephyr {said}; the port is written for {wanted} and was run with nothing else",
            where=str(base),
            hint="take the revision that firmware/zephyr/west.yml names (west update), "
            f"or try it as it is: {ANY_VERSION}=1",
        )
    return base, said


def find_workspace(board: Board) -> Workspace:
    """Find the workspace and, in it, what a board's SoC needs."""
    base, said = find_base()
    needed = MODULES.get(board.soc)
    if needed is None:
        raise BadInput(f"the port zephyr knows no modules for {board.soc}", hint="use --port baremetal")
    return Workspace(base, said, tuple(_find_module(name, folders, base) for name, folders in needed.items()))


def _find_module(name: str, folders: tuple[str, ...], base: Path) -> Path:
    given = [Path(text) for text in re.split(r"[;:]", os.environ.get("ZEPHYR_MODULES", "")) if text]
    for path in (*given, *_modules_below(base.parent, base)):
        if name_of(path) == name or path.name in folders:
            return path
    places = f"{base.parent}/modules" + (" and ZEPHYR_MODULES" if given else "")
    raise Missing(
        f"Zephyr's module {name} is not found in {places}",
        hint="run in the workspace: west update\n"
        f"  or fetch it in the revision that {base}/west.yml names, and say ZEPHYR_MODULES=<its folder>",
    )


def name_of(module: Path) -> str:
    """Return what a module calls itself, or its folder's name."""
    try:
        said = _NAME.search((module / "zephyr" / "module.yml").read_text(encoding="utf-8"))
    except OSError:
        return ""
    return said[1] if said else module.name


def _modules_below(top: Path, base: Path, depth: int = _MODULE_DEPTH) -> Iterator[Path]:
    """Yield the folders that are modules of Zephyr's, the nearer ones first."""
    try:
        folders = sorted(path for path in top.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        return
    inner = []
    for folder in folders:
        if (folder / "zephyr" / "module.yml").is_file():
            yield folder
        elif folder != base:
            inner.append(folder)
    for folder in inner if depth > 1 else ():
        yield from _modules_below(folder, base, depth - 1)
