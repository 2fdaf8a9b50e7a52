# SPDX-License-Identifier: Apache-2.0
"""Reads what the observer inside Renode (csharp/Observer.cs) tells: one line for each thing that happened."""

from __future__ import annotations

from dataclasses import dataclass, field

from vmote.errors import EngineFailure


@dataclass(frozen=True)
class Happening:
    """One thing that happened, in virtual time."""

    kind: str  # c console, p pin, r reset, w warning, f fault, x too much console, b under way, e arrived
    t_ns: int
    text: str = ""
    registers: dict[str, int] = field(default_factory=dict)


def read_happenings(answer: str) -> list[Happening]:
    """Take an observer's answer apart."""
    return [_read(line) for line in answer.splitlines() if line.strip()]


def _read(line: str) -> Happening:
    kind, _, rest = line.strip().partition(" ")
    time, _, text = rest.partition(" ")
    if kind not in "cprwfxbe" or len(kind) != 1 or not time.isdigit():
        raise EngineFailure(f"Renode's observer said {line[:200]!r}, which is none of its words")
    if kind != "f":
        return Happening(kind, int(time), text)
    try:
        pairs = (pair.split("=", 1) for pair in text.split())
        registers = {name: int(value, 16) for name, value in pairs}
    except ValueError as error:
        raise EngineFailure(f"Renode's observer told of a fault as {text[:200]!r}") from error
    return Happening(kind, int(time), "", registers)
