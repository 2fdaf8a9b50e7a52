# SPDX-License-Identifier: Apache-2.0
"""Gathers what an engine observes into the parts of a trace, and passes it on to the watcher."""

from __future__ import annotations

from dataclasses import dataclass, field

from vmote.console import Console
from vmote.run.watcher import Watcher
from vmote.trace import PinChange, Warned


@dataclass
class Recorder:
    """An engine's observer that keeps everything."""

    watcher: Watcher
    console: Console = field(default_factory=Console)
    pins: list[PinChange] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)

    def on_console(self, t_ns: int, text: bytes) -> None:
        """Keep console bytes, and tell of the records they complete."""
        for record in self.console.feed(t_ns, text):
            self.watcher.record(record)

    def on_pin(self, t_ns: int, name: str, on: bool) -> None:
        """Keep a change of a named output."""
        self.pins.append(PinChange(t_ns, name, on))

    def on_warning(self, t_ns: int, text: str) -> None:
        """Keep a warning of the models."""
        self.warnings.append(Warned(t_ns, text))
        self.watcher.warning(t_ns, text)
