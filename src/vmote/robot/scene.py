# SPDX-License-Identifier: Apache-2.0
"""What a test's keywords speak of: a run that is over, or a device that still runs. Times are the world's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from vmote.checks.inference import Inference, inferences
from vmote.engine.base import End
from vmote.report.words import say_command
from vmote.run import Run
from vmote.run.live import Live, say_stop
from vmote.scenario.stimulus import Fault, Stimulus
from vmote.trace import PinChange, Trace

Found = TypeVar("Found")


class Played:
    """A run from reset to its end."""

    live: None = None  # it is only looked back at

    def __init__(self, run: Run, folder: Path | None) -> None:
        self.run = run
        self.folder = folder
        self.labels, self.board, self.scenario, self.stimulus = run.labels, run.board, run.scenario, run.stimulus
        self.trace = run.trace

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What went wrong."""
        return self.stimulus.faults

    @property
    def now_ns(self) -> int:
        """When it ended."""
        return world_ns(self.trace.stop.t_ns, self.scenario.pace)

    @property
    def over(self) -> str:
        """Say why it ended."""
        stop = self.trace.stop
        return "the scenario is over" if stop.end is End.TIME else f"{stop.end}: {stop.detail}".rstrip(": ")

    def wait(self, found: Callable[[], Found | None], until_ns: int) -> Found | None:
        """Look once: nothing more will come."""
        return found()

    def again(self) -> str:
        """Return the command that does the run again."""
        return say_command(self.run)


class Running:
    """A device that still runs."""

    folder: None = None

    def __init__(self, live: Live) -> None:
        self.live: Live = live
        self.labels, self.board, self.scenario = live.labels, live.board, live.scenario
        self.sounds: list[str] = []  # pieces laid over a quiet room, in a scenario file's words
        self._seen: tuple[tuple[int, int, int], Trace] | None = None

    @property
    def stimulus(self) -> Stimulus:
        """Its world as lived through."""
        return self.live.stimulus

    @property
    def trace(self) -> Trace:
        """Return what was observed so far; gathered anew only when there is more."""
        recorder = self.live.recorder
        mark = (self.live.now_ns, len(recorder.console.lines), len(recorder.pins))
        if self._seen is None or self._seen[0] != mark:
            self._seen = mark, self.live.trace()
        return self._seen[1]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What went wrong, and what will."""
        return tuple(self.live.faults)

    @property
    def now_ns(self) -> int:
        """Virtual time since reset."""
        return world_ns(self.live.now_ns, self.scenario.pace)

    @property
    def over(self) -> str:
        """Say why no more time can pass."""
        return say_stop(self.live)

    def wait(self, found: Callable[[], Found | None], until_ns: int) -> Found | None:
        """Let time pass until something is found."""
        return self.live.wait(found, device_ns(until_ns, self.scenario.pace))

    def again(self) -> str:
        """There is no command for what a test did by hand; the test itself is."""
        return ""


Scene = Played | Running  # they answer the same questions


def world_ns(t_ns: int, pace: Fraction) -> int:
    """Return a time of the device's clock as the world's."""
    return t_ns if pace == 1 else round(t_ns * pace)


def device_ns(t_ns: int, pace: Fraction) -> int:
    """Return a time of the world on the device's clock."""
    return t_ns if pace == 1 else round(t_ns / pace)


def said(scene: Scene) -> list[Inference]:
    """Return what the device inferred so far, on the world's clock."""
    pace = scene.scenario.pace
    return [replace(i, t_ns=world_ns(i.t_ns, pace)) for i in inferences(scene.trace)]


def pins(scene: Scene) -> list[PinChange]:
    """Return the changes of named outputs so far, on the world's clock."""
    return [replace(pin, t_ns=world_ns(pin.t_ns, scene.scenario.pace)) for pin in scene.trace.pins]
