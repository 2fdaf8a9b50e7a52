# SPDX-License-Identifier: Apache-2.0
"""Everything a run observed, in virtual time, and the fingerprint that says two runs were the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from vmote.console import Line, Record
from vmote.engine.base import Counters, Stop
from vmote.firmware.memory import MemoryUse
from vmote.scenario.stimulus import Asked

__all__ = ["Identity", "MemoryUse", "PinChange", "Trace", "Warned"]


@dataclass(frozen=True)
class PinChange:
    """A named output of the board changed."""

    t_ns: int
    name: str
    on: bool


@dataclass(frozen=True)
class Warned:
    """The firmware did something the models do not cover."""

    t_ns: int
    text: str


@dataclass(frozen=True)
class Identity:
    """What met what."""

    board: str
    app: str
    port: str
    runtime: str
    model: str
    engine: str
    engine_version: str
    scenario: str
    image_sha256: str
    stimulus_sha256: str


@dataclass(frozen=True)
class Trace:
    """A run's observations; nothing in it depends on the machine or on wall-clock time."""

    identity: Identity
    stop: Stop
    counters: Counters
    lines: tuple[Line, ...]
    records: tuple[Record, ...]
    pins: tuple[PinChange, ...] = ()
    warnings: tuple[Warned, ...] = ()
    memory: tuple[MemoryUse, ...] = ()
    asked: tuple[Asked, ...] = ()  # what parts sampled of the world, where the engine can tell; not a sight of its own
    extra: dict[str, str] = field(default_factory=dict)
    functions: dict[str, int] = field(default_factory=dict)  # instructions by function, where they were counted
    console: bytes = b""  # all that the UART sent; `lines` are made of it

    def of(self, kind: str) -> list[Record]:
        """Return the records of one kind."""
        return [record for record in self.records if record.kind == kind]

    def canonical(self) -> str:
        """Write the trace as text: the same observations give the same bytes."""
        out = [f"end {self.stop.end} t={self.stop.t_ns}"]
        out.append(f"counters cycles={self.counters.cycles} instructions={self.counters.instructions}")
        out += [f"line {line.t_ns} {line.text}" for line in self.lines]
        out += [f"pin {pin.t_ns} {pin.name} {int(pin.on)}" for pin in self.pins]
        out += [f"warning {warned.t_ns} {warned.text}" for warned in self.warnings]
        return "\n".join(out) + "\n"

    def fingerprint(self) -> str:
        """Hash everything observed."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()
