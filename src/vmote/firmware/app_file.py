# SPDX-License-Identifier: Apache-2.0
"""Apps: what `firmware/app/<app>/app.cmake` says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from vmote.errors import BadInput, nearest
from vmote.platforms import project_root

_SET = re.compile(r"^\s*set\(\s*(APP_[A-Z_]+)\s+([^)]*?)\s*\)", re.MULTILINE)


@dataclass(frozen=True)
class AppFile:
    """What the build and the run need to know of an app."""

    name: str
    sensors: tuple[str, ...]  # climate, acceleration, sound
    model: str  # the model an image carries unless told otherwise
    model_capacity: int
    arena: int
    stack: int


def app_names() -> list[str]:
    """List the apps that have a folder."""
    return sorted(path.parent.name for path in (project_root() / "firmware" / "app").glob("*/app.cmake"))


def load_app(name: str) -> AppFile:
    """Read an app's settings by its name."""
    path = project_root() / "firmware" / "app" / name / "app.cmake"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        raise BadInput(f"there is no app {name!r}", hint=nearest(name, app_names()))
    values = dict(_SET.findall(path.read_text(encoding="utf-8")))
    return AppFile(
        name=name,
        sensors=tuple(_value(values, "APP_SENSORS", path).split()),
        model=_value(values, "APP_MODEL", path),
        model_capacity=_number(values, "APP_MODEL_CAPACITY", path),
        arena=_number(values, "APP_ARENA_SIZE", path),
        stack=_number(values, "APP_STACK_SIZE", path),
    )


def _value(values: dict[str, str], key: str, path: Path) -> str:
    if key not in values:
        raise BadInput(f"{key} is not set", where=str(path), hint=f"write a line set({key} …)")
    return values[key]


def _number(values: dict[str, str], key: str, path: Path) -> int:
    text = _value(values, key, path)
    if not text.isdigit():
        raise BadInput(f"{key} is {text!r}, expected a number of bytes", where=str(path))
    return int(text)
