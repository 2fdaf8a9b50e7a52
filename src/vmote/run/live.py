# SPDX-License-Identifier: Apache-2.0
"""A device that is being talked to: time passes when it is told to, and the world changes under its sensors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self, TypeVar

from vmote.engine.base import Counters, End, Stop
from vmote.platforms import Board, load_board
from vmote.run.boots import Boots
from vmote.run.execute import trace_of
from vmote.run.image import prepare
from vmote.run.lived import LivedChannel
from vmote.run.recorder import Recorder
from vmote.run.request import Request
from vmote.run.session import Session
from vmote.run.starting import start_of
from vmote.run.watcher import Watcher
from vmote.scenario import load, render
from vmote.scenario.model import Scenario
from vmote.scenario.stimulus import Channel, Fault, Stimulus, TruthWindow
from vmote.scratch import Scratch
from vmote.trace import Trace

Found = TypeVar("Found")

_LOOKS = 240  # how often a wait looks around; what it finds carries its own, exact time
_SHORTEST_NS = 1_000_000


class Live:
    """One device, from `start` to `close`. Its world is a scenario's, until somebody takes a hand in it."""

    def __init__(
        self,
        request: Request,
        scenario: Scenario | None = None,
        watcher: Watcher | None = None,
        boots: Boots | None = None,
        moment: str = "",
    ) -> None:
        """Start the device in the request's scenario, or in one that is given ready-made.

        With `boots` and a `moment`, it begins where an earlier one said `keep` at that moment.
        """
        watcher = watcher or Watcher()
        self.request = request
        self.scenario = scenario or load(request.scenario)
        self.board: Board = load_board(request.board or self.scenario.device.board)
        self.faults: list[Fault] = []
        self._counters = Counters(0, 0)
        self._closed = False
        self._workspace = Scratch("live")
        try:
            self._prepared = prepare(request, self.board, self.scenario, watcher, self._workspace.path)
            rendered = render(self.scenario)
            self._lived: dict[str, LivedChannel] = {
                name: LivedChannel(channel) for name, channel in rendered.channels.items()
            }
            channels: dict[str, Channel] = dict(self._lived)
            self.stimulus: Stimulus = replace(rendered, channels=channels)
            self.faults += rendered.faults
            start = start_of(request, self.board, self._prepared.path, moment)
            self._session = Session(start, self.stimulus, watcher, boots if moment else None)
        except BaseException:
            self._workspace.close()
            raise

    # --- what it is ---

    @property
    def labels(self) -> tuple[str, ...]:
        """What its model can say."""
        return self._prepared.labels

    @property
    def recorder(self) -> Recorder:
        """What it said and did, as it comes."""
        return self._session.recorder

    @property
    def stop(self) -> Stop:
        """Where it stands, and why."""
        return self._session.stop

    @property
    def now_ns(self) -> int:
        """Virtual time since reset."""
        return self._session.stop.t_ns

    @property
    def end_ns(self) -> int:
        """When its world ends."""
        return self.stimulus.duration_ns

    @property
    def alive(self) -> bool:
        """Tell whether time can still pass for it."""
        return self._session.alive and not self._closed and self.now_ns < self.end_ns

    def trace(self) -> Trace:
        """Return what was observed so far."""
        if self._session.alive and not self._closed:
            self._counters = self._session.counters()
        return trace_of(
            self.request, self.board, self.scenario, self._prepared, self.stimulus, self._session, self._counters
        )

    def keep(self) -> None:
        """Have the next device of the same image begin where this one stands, if that can be."""
        self._session.keep()

    # --- time ---

    def advance(self, t_ns: int) -> Stop:
        """Let time pass until an instant, the world's end, or whatever ends the device earlier."""
        return self._session.advance(min(t_ns, self.end_ns))

    def wait(self, found: Callable[[], Found | None], until_ns: int) -> Found | None:
        """Let time pass until something is found; comes back at once when it no longer can be."""
        step = max((until_ns - self.now_ns) // _LOOKS, _SHORTEST_NS)
        while True:
            what = found()
            if what is not None or self.now_ns >= until_ns or not self.alive:
                return what
            self.advance(min(self.now_ns + step, until_ns))

    def run_to(self, symbol: str, until_ns: int) -> Stop:
        """Let time pass until a function is entered (End.REACHED), or as long as `advance` would."""
        return self._session.run_to(symbol, min(until_ns, self.end_ns))

    # --- its memory ---

    def read_symbol(self, name: str) -> bytes:
        """Read a variable by its name in the image."""
        return self._session.engine.read_symbol(name)

    def write_symbol(self, name: str, data: bytes) -> None:
        """Write a variable by its name in the image."""
        self._session.engine.write_symbol(name, data)

    # --- the world ---

    def hold(self, quantity: str, value: float | None) -> None:
        """Hold a quantity at a value from now on; None hands it back to the scenario."""
        self._session.engine.set_quantity(quantity, value)
        lived = self._lived.get(quantity)
        if lived is None:
            lived = self._lived[quantity] = LivedChannel(None)
            self.stimulus.channels[quantity] = lived
        lived.changes.append((self.now_ns, value))

    def put(self, quantity: str, channel: Channel, truth: tuple[TruthWindow, ...]) -> None:
        """Put another channel in the place of a quantity's; what was sensed before must be the same in both."""
        lived = self._lived[quantity]
        lived.base = channel
        if lived.held_at(self.now_ns) is None:
            self._session.engine.set_quantity(quantity, None)  # an engine that was told of it beforehand hears anew
        self.stimulus = replace(self.stimulus, truth=truth)

    def inject(self, fault: Fault) -> None:
        """Make a fault happen."""
        self._session.engine.inject(fault)
        self.faults.append(fault)

    # --- the end ---

    def close(self) -> None:
        """End the device; nothing of it survives. May be called twice."""
        if self._closed:
            return
        self._closed = True
        if self._session.alive:
            self._counters = self._session.counters()
        self._session.close()
        self._workspace.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def say_stop(live: Live) -> str:
    """Say why no more time passes for a device; empty while it does."""
    stop = live.stop
    if stop.end is End.TIME:
        return "its world is over" if live.now_ns >= live.end_ns else ""
    return f"{stop.end}: {stop.detail}" if stop.detail else str(stop.end)
