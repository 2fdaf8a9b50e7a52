# SPDX-License-Identifier: Apache-2.0
"""Who looks on while a run happens. Every method may be left as it is."""

from __future__ import annotations

from vmote.console import Record


class Watcher:
    """Is told of stages, virtual time and records as they come."""

    def stage(self, name: str, detail: str) -> None:
        """A step before the emulation is done: building, reading, starting."""

    def building(self, what: str, number: int, of: int) -> None:
        """A build that takes minutes has done so many of its steps."""

    def started(self, duration_ns: int) -> None:
        """The device left reset."""

    def progress(self, t_ns: int) -> None:
        """Virtual time went on."""

    def record(self, record: Record) -> None:
        """The device said something."""

    def warning(self, t_ns: int, text: str) -> None:
        """The firmware did something the models do not cover."""

    def finished(self) -> None:
        """The emulation is over."""
