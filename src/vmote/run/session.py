# SPDX-License-Identifier: Apache-2.0
"""A device that is running: time passes when it is told to."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from vmote.engine import open_engine
from vmote.engine.base import Counters, End, Limits, Stop
from vmote.platforms import Board
from vmote.run.recorder import Recorder
from vmote.run.watcher import Watcher
from vmote.scenario.stimulus import Stimulus


class Session:
    """One image on one engine in one world, from reset to close."""

    def __init__(
        self, engine: str, board: Board, image: Path, stimulus: Stimulus, watcher: Watcher, limits: Limits, strict: bool
    ) -> None:
        self.recorder = Recorder(watcher)
        self.stop = Stop(End.TIME, 0)
        self.engine = open_engine(engine)
        try:
            self.engine.start(board, image, stimulus, self.recorder, limits, strict=strict)
            self.version = self.engine.version()
        except BaseException:
            self.engine.close()
            raise

    @property
    def alive(self) -> bool:
        """Tell whether the device can still do anything."""
        return self.stop.end is End.TIME

    def advance(self, t_ns: int) -> Stop:
        """Let virtual time pass until `t_ns`, or until something ends the run."""
        if self.alive:
            try:
                self.stop = self.engine.run_until(t_ns)
            except KeyboardInterrupt:
                self.stop = Stop(End.INTERRUPTED, self.stop.t_ns, "Ctrl-C")
        return self.stop

    def counters(self) -> Counters:
        """Return what was executed so far."""
        return self.engine.counters()

    def close(self) -> None:
        """End the emulator and take in what the console still held."""
        self.engine.close()
        self.recorder.console.finish(self.stop.t_ns)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
