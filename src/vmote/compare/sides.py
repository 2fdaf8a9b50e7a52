# SPDX-License-Identifier: Apache-2.0
"""What is run against what: every combination of the engines, ports, boards, runtimes and images that were named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from vmote.engine import ENGINES
from vmote.errors import BadInput, nearest
from vmote.firmware.build import PORTS, RUNTIMES
from vmote.platforms import board_names
from vmote.run import Request


@dataclass(frozen=True)
class Side:
    """One of the runs that are compared."""

    name: str
    request: Request


def sides_of(
    request: Request, *, engines: str | None = None, ports: str | None = None, boards: str | None = None,
    runtimes: str | None = None, images: Sequence[Path] = (),
) -> list[Side]:  # fmt: skip
    """Return the sides, the first of which is held against each other one; lists are written with commas."""
    axes: dict[str, Sequence[Any]] = {
        "board": _words(boards, "board", board_names()),
        "port": _words(ports, "port", PORTS),
        "runtime": _words(runtimes, "runtime", RUNTIMES),
        "image": list(images),
    }
    several = any(len(values) > 1 for values in axes.values())
    axes["engine"] = _words(engines or ("qemu" if several else "qemu,renode"), "engine", ENGINES)
    named = {axis: values for axis, values in axes.items() if values}
    sides = []
    for chosen in product(*named.values()):
        choice = dict(zip(named, chosen, strict=True))
        told = [_say(value) for axis, value in choice.items() if len(named[axis]) > 1]
        sides.append(Side(", ".join(told) or str(choice["engine"]), replace(request, **choice)))
    if len(sides) < 2:
        raise BadInput(
            f"only one thing is named ({sides[0].name}); two are compared", hint="such as --engines qemu,renode"
        )
    names = [side.name for side in sides]
    return [replace(side, name=f"{side.name} ({n + 1})") if names.count(side.name) > 1 else side
            for n, side in enumerate(sides)]  # fmt: skip


def _say(value: str | Path) -> str:
    return value.name if isinstance(value, Path) else value


def _words(written: str | None, what: str, known: Sequence[str]) -> list[str]:
    words = [word.strip() for word in written.split(",")] if written else []
    for word in words:
        if word not in known:
            raise BadInput(f"there is no {what} {word!r}", where=f"--{what}s {written}", hint=nearest(word, known))
    return words
