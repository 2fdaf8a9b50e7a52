# SPDX-License-Identifier: Apache-2.0
"""An image run on the default engine in a world that formulas describe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmote.console import Console, Record
from vmote.engine.base import Limits, Stop
from vmote.engine.qemu import QemuEngine
from vmote.platforms import Board
from vmote.scenario.stimulus import Fault, Stimulus


@dataclass(frozen=True)
class Formula:
    """A quantity as a function of seconds."""

    of: Callable[[float], float]

    def value_at(self, t_ns: int) -> float:
        return self.of(t_ns / 1e9)

    def samples(self, start_ns: int, rate_hz: float, count: int) -> NDArray[np.float64]:
        return np.array([self.of(start_ns / 1e9 + k / rate_hz) for k in range(count)])


@dataclass
class Seen:
    """What a run showed."""

    console: Console = field(default_factory=Console)
    pins: list[tuple[float, str, bool]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stop: Stop | None = None
    instructions: int = 0

    def on_console(self, t_ns: int, text: bytes) -> None:
        self.console.feed(t_ns, text)

    def on_pin(self, t_ns: int, name: str, on: bool) -> None:
        self.pins.append((t_ns / 1e9, name, on))

    def on_warning(self, t_ns: int, text: str) -> None:
        self.warnings.append(text)

    def of(self, kind: str) -> list[Record]:
        return [record for record in self.console.records if record.kind == kind]


def live(
    board: Board,
    image: Path,
    seconds: float,
    world: dict[str, Callable[[float], float]] | None = None,
    *,
    handler: bool = False,
    faults: tuple[Fault, ...] = (),
) -> Seen:
    """Run an image for a virtual time; with `handler`, its own fault handler runs instead of the run's end."""
    channels = {name: Formula(of) for name, of in (world or {}).items()}
    stimulus = Stimulus(channels=channels, duration_ns=round(seconds * 1e9), faults=faults)
    seen = Seen()
    engine = QemuEngine(faults="continue" if handler else "stop")
    try:
        engine.start(board, image, stimulus, seen, Limits(wall_s=60))
        for fault in faults:
            engine.inject(fault)
        seen.stop = engine.run_until(stimulus.duration_ns)
        seen.instructions = engine.counters().instructions
    finally:
        engine.close()
    return seen
