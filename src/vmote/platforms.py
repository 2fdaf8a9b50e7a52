# SPDX-License-Identifier: Apache-2.0
"""Boards: what `platforms/<board>/board.yaml` says."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vmote.errors import BadInput, Missing, nearest

# Boards that are meant to come. They are listed as `not yet`, never as if they worked.
PLANNED = {
    "wio-terminal": "Seeed Wio Terminal (ATSAMD51, Cortex-M4F)",
    "pico": "Raspberry Pi Pico (RP2040, Cortex-M0+)",
    "esp32": "ESP32 (Xtensa LX6)",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Memory(_Strict):
    """A stretch of the address space."""

    base: int
    size: int


class Part(_Strict):
    """A part of the board: on a bus, or on pins alone."""

    model: str
    bus: str = ""
    address: int | None = None
    quantities: tuple[str, ...] = ()
    lines: dict[str, str] = {}  # what the part drives (drdy, int1, out) -> the SoC's pin it is wired to


class Pin(_Strict):
    """A named output of the SoC: an LED, or a switch for a part's supply."""

    port: int
    pin: int
    active: Literal["high", "low"]
    kind: Literal["led", "supply"]
    feeds: tuple[str, ...] = ()


class Power(_Strict):
    """What the SoC draws while the core runs, from its datasheet."""

    supply_v: float = Field(gt=0)
    run_ma: float = Field(gt=0)
    source: str


class Board(_Strict):
    """A real board, as far as software can tell."""

    schema_version: int = Field(alias="schema")
    name: str
    title: str
    status: Literal["ready", "partial"]
    soc: str
    core: Literal["cortex-m0+", "cortex-m4f", "cortex-m7"]
    clock_hz: int
    memory: dict[str, Memory]
    apps: tuple[str, ...]
    default_app: str
    parts: dict[str, Part]
    pins: dict[str, Pin]
    wiring: dict[str, dict[str, str | int]] = {}
    power: Power | None = None  # None: no figures that can be vouched for
    names: dict[str, str] = {}
    engines: tuple[str, ...]
    folder: Path = Path()


@cache
def project_root() -> Path:
    """Return the folder that holds platforms/, firmware/ and scenarios/."""
    places = [Path(os.environ["VMOTE_HOME"])] if "VMOTE_HOME" in os.environ else []
    places += [Path(__file__).resolve().parents[2], Path.cwd()]
    for place in places:
        if (place / "platforms").is_dir() and (place / "firmware").is_dir():
            return place.resolve()
    raise Missing(
        "the project's folders platforms/ and firmware/ are not found",
        hint="set VMOTE_HOME to a checkout of vmote, or run inside one",
    )


def board_names() -> list[str]:
    """List the boards that have a folder."""
    return sorted(path.parent.name for path in (project_root() / "platforms").glob("*/board.yaml"))


@cache
def load_board(name: str) -> Board:
    """Read a board by its name."""
    path = project_root() / "platforms" / name / "board.yaml"
    if name in PLANNED and not path.is_file():
        raise BadInput(f"board {name!r} is planned, not built yet", hint=f"ready: {', '.join(board_names())}")
    if not path.is_file():
        raise BadInput(f"there is no board {name!r}", hint=nearest(name, board_names()))
    try:
        return Board(**(yaml.safe_load(path.read_text(encoding="utf-8")) | {"folder": path.parent}))
    except (ValidationError, yaml.YAMLError, TypeError) as error:
        raise BadInput(f"the board file cannot be used: {error}", where=str(path)) from error
