# SPDX-License-Identifier: Apache-2.0
"""Devices that have booted, to begin runs with: a suite of many scenarios boots each image once.

A device is kept as it stood before it met its world, so that any scenario may follow; what it had said by then is told
again to whoever runs it next. A run that begins so is the same, to the byte, as one that begins at reset.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from vmote.engine import open_engine
from vmote.engine.base import End, Engine, Limits, Observer, Snapshot, Stop
from vmote.errors import EngineFailure, Unsupported
from vmote.platforms import Board
from vmote.scenario.stimulus import Stimulus

_EARLY_NS = 50_000  # the emulator is up, and the firmware hardly begins
_LATEST_NS = 1_000_000_000  # who has not met the world by then waits for something else
_STEP = 1.1
_ROOM = 4  # emulators that are kept at a time


@dataclass(frozen=True)
class Start:
    """All that tells one booted device from another."""

    engine: str
    board: Board
    image: Path
    limits: Limits
    strict: bool
    count: bool = False  # instructions, by function
    debugger: int | None = None
    moment: str = ""  # where it was kept, for who keeps it at a moment of his own

    @property
    def key(self) -> str:
        """Name it: by what the image holds, not by where it lies."""
        content = hashlib.sha256(self.image.read_bytes()).hexdigest()
        return repr(
            (self.engine, self.board.name, content, self.limits.silence_ns, self.strict, self.count, self.moment)
        )


class Heard:
    """Passes on what a device tells, and writes it down, to tell it again to whoever runs the device next."""

    def __init__(self, observer: Observer | None = None) -> None:
        self._observer = observer
        self.listening = True
        self.told: list[tuple[str, tuple[object, ...]]] = []

    def on_console(self, t_ns: int, text: bytes) -> None:
        """The device's UART sent bytes."""
        self._hear("on_console", t_ns, text)

    def on_pin(self, t_ns: int, name: str, on: bool) -> None:
        """A named output of the board changed."""
        self._hear("on_pin", t_ns, name, on)

    def on_warning(self, t_ns: int, text: str) -> None:
        """The firmware did something the models do not cover."""
        self._hear("on_warning", t_ns, text)

    def _hear(self, what: str, *said: object) -> None:
        if self.listening:
            self.told.append((what, said))
        if self._observer is not None:
            getattr(self._observer, what)(*said)


@dataclass
class Began:
    """An engine at work, and where it stands."""

    start: Start
    engine: Engine
    stop: Stop
    key: str = ""  # under which it is kept, if it is
    heard: Heard | None = None


def begin(start: Start, stimulus: Stimulus, observer: Observer) -> Began:
    """Return an engine that stands at reset."""
    engine = open_engine(start.engine, count=start.count, debugger=start.debugger)
    try:
        engine.start(start.board, start.image, stimulus, observer, start.limits, strict=start.strict)
    except BaseException as error:
        carry_logs(error, engine)
        engine.close()
        raise
    return Began(start, engine, Stop(End.TIME, 0))


def carry_logs(error: BaseException, engine: Engine) -> None:
    """Let a failure of the emulator carry what that wrote until then."""
    if isinstance(error, EngineFailure) and not error.logs:
        error.logs = engine.logs()


@dataclass
class _Kept:
    engine: Engine
    snapshot: Snapshot
    told: list[tuple[str, tuple[object, ...]]]
    busy: bool = True


class Boots:
    """Keeps booted devices, each in an emulator of its own, and ends them in the end."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}  # the one used last is last
        self.booted = 0  # how often a device booted
        self.returned = 0  # how often a run began with one that had booted for another

    def begin(self, start: Start, stimulus: Stimulus, observer: Observer) -> Began:
        """Return an engine at work: one that has booted before, or a new one that is kept from now on."""
        if start.debugger is not None:
            return begin(start, stimulus, observer)
        key = start.key
        kept = self._kept.get(key)
        if kept is not None and not kept.busy:
            del self._kept[key]
            if _return(kept, stimulus, observer, start.limits):
                self.returned += 1
                return self._keep(key, start, kept)
            kept = None
        self.booted += 1
        if not open_engine(start.engine).snapshots:
            return begin(start, stimulus, observer)
        if start.moment:
            heard = Heard(observer)
            began = begin(start, stimulus, heard)
            began.heard = heard
            return began
        booted = _boot(start, stimulus) if kept is None else None
        if booted is None or not _return(booted, stimulus, observer, start.limits):
            return begin(start, stimulus, observer)
        return self._keep(key, start, booted)

    def keep(self, began: Began) -> None:
        """Keep a device where its run stands just now, for other runs that ask for this moment, if that can be."""
        heard, began.heard = began.heard, None
        if heard is None:
            return
        heard.listening = False
        key = began.start.key
        if key in self._kept:
            return
        try:
            began.key = self._keep(key, began.start, _Kept(began.engine, began.engine.snapshot(), heard.told)).key
        except Unsupported:
            return

    def _keep(self, key: str, start: Start, kept: _Kept) -> Began:
        kept.busy = True
        self._kept[key] = kept
        idle = [name for name, other in self._kept.items() if not other.busy]
        for name in idle[: max(len(self._kept) - _ROOM, 0)]:
            self._kept.pop(name).engine.close()
        return Began(start, kept.engine, Stop(End.TIME, kept.snapshot.t_ns), key)

    def give_back(self, began: Began, stop: Stop) -> None:
        """A run is over. A device that did not come to a regular end is not kept."""
        kept = self._kept.get(began.key)
        if kept is None or kept.engine is not began.engine:
            began.engine.close()
            return
        kept.busy = False
        if stop.end is not End.TIME:
            self._kept.pop(began.key).engine.close()

    def close(self) -> None:
        """End all emulators. May be called twice."""
        while self._kept:
            self._kept.popitem()[1].engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _return(kept: _Kept, stimulus: Stimulus, observer: Observer, limits: Limits) -> bool:
    """Put a kept device into a world; ends it where that cannot be."""
    try:
        kept.engine.restore(kept.snapshot, stimulus, observer, limits)
    except (Unsupported, EngineFailure):
        kept.engine.close()
        return False
    for what, said in kept.told:
        getattr(observer, what)(*said)
    return True


def _boot(start: Start, stimulus: Stimulus) -> _Kept | None:
    """Let a device boot, and keep it at the last moment at which it had not met its world; None where that cannot be.

    That moment is known only once it has passed. So the device is kept early, runs on until it has met the world, goes
    back, and is kept again just before that.
    """
    heard = Heard()
    began = begin(start, stimulus, heard)
    engine = began.engine
    try:
        if engine.run_until(_EARLY_NS).end is End.TIME:
            early, said = engine.snapshot(), len(heard.told)
            before = _last_before_world(engine)
            engine.return_to(early)
            del heard.told[said:]
            if engine.run_until(before).end is End.TIME:
                return _Kept(engine, engine.snapshot(), heard.told)
    except Unsupported:
        pass
    except BaseException:
        engine.close()
        raise
    engine.close()
    return None


def _last_before_world(engine: Engine) -> int:
    t_ns = before = _EARLY_NS
    while t_ns < _LATEST_NS:
        t_ns = round(t_ns * _STEP)
        if engine.run_until(t_ns).end is not End.TIME or engine.has_met_world():
            break
        before = t_ns
    return before
