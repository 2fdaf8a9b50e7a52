# SPDX-License-Identifier: Apache-2.0
"""A device that says what it is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from vmote.console import Console
from vmote.engine.base import Counters, End, Stop
from vmote.trace import Identity, PinChange, Trace

SECOND = 10**9
IDENTITY = Identity("b", "keyword", "baremetal", "native", "m", "qemu", "10", "s", "0", "0")


@dataclass
class Spoken:
    """Writes a console as a device would."""

    console: Console = field(default_factory=Console)
    pins: list[PinChange] = field(default_factory=list)

    def say(self, seconds: float, text: str) -> Spoken:
        """Say a line."""
        self.console.feed(round(seconds * SECOND), text.encode() + b"\n")
        return self

    def infer(self, seconds: float, label: str, score: float = 0.9, late: float = 0.01, extra: str = "") -> Spoken:
        """Say an inference, a little after its sample."""
        return self.say(seconds + late, f"@infer t={seconds:.3f} label={label} score={score} cycles=1000{extra}")

    def trace(self, duration: float) -> Trace:
        """Return what was observed."""
        lines, records = tuple(self.console.lines), tuple(self.console.records)
        return Trace(
            IDENTITY, Stop(End.TIME, round(duration * SECOND)), Counters(1, 1), lines, records, tuple(self.pins)
        )
