# SPDX-License-Identifier: Apache-2.0
"""A device that is running: time passes when it is told to."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from vmote.engine.base import Counters, End, Stop
from vmote.errors import EngineFailure
from vmote.run.boots import Boots, Start, begin, carry_logs
from vmote.run.recorder import Recorder
from vmote.run.watcher import Watcher
from vmote.scenario.stimulus import Asked, Stimulus


class Session:
    """One image on one engine in one world, from reset to close."""

    def __init__(self, start: Start, stimulus: Stimulus, watcher: Watcher, boots: Boots | None = None) -> None:
        """With `boots`, the device may have booted already, and lives on with it for the next session."""
        self.recorder = Recorder(watcher)
        self._boots = boots
        self._began = (boots.begin if boots else begin)(start, stimulus, self.recorder)
        self.engine = self._began.engine
        self.stop = self._began.stop
        self._closed = False
        try:
            self.version = self.engine.version()
        except BaseException:
            self.close()
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
            except EngineFailure as error:
                carry_logs(error, self.engine)
                raise
        return self.stop

    def run_to(self, symbol: str, t_ns: int) -> Stop:
        """Let time pass until a function is entered (End.REACHED), until `t_ns`, or until something ends the run."""
        if not self.alive:
            return self.stop
        found = self.engine.run_to(symbol, t_ns)
        # It stands in the middle of the program, and can go on as from any other instant.
        self.stop = Stop(End.TIME, found.t_ns) if found.end is End.REACHED else found
        return found

    def keep(self) -> None:
        """Have the next session of this start begin where this one stands, if that can be."""
        if self._boots is not None and self.alive:
            self._boots.keep(self._began)

    def logs(self) -> dict[str, str]:
        """Return what the emulator itself wrote, by file name."""
        return self.engine.logs()

    def counters(self) -> Counters:
        """Return what was executed so far."""
        return self.engine.counters()

    def asked(self) -> tuple[Asked, ...]:
        """Return what parts have sampled of the world so far."""
        return self.engine.asked()

    def close(self) -> None:
        """End the emulator, unless it is kept, and take in what the console still held."""
        if self._closed:
            return
        self._closed = True
        if self._boots is not None:
            self._boots.give_back(self._began, self.stop)
        else:
            self._began.engine.close()
        self.recorder.console.finish(self.stop.t_ns)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
