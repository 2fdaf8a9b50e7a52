# SPDX-License-Identifier: Apache-2.0
"""Stretches of a scenario's time, with or without a label."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator
from pydantic import model_validator as validates

from vmote.scenario.written import Label, Span, Time, Words, problem, reading, split_window
from vmote.units import say_time, to_ns


def within_duration(start: float, end: float, *, instant: bool = False) -> None:
    """Refuse a stretch of time that is none, or that the scenario does not reach."""
    if end < start or (end == start and not instant):
        raise problem("this window ends before it starts", "`from:` comes before `to:`")
    whole = reading().duration_s
    if whole is not None and end > whole + 1e-9:
        raise problem(
            f"this window ends at {say_time(to_ns(end))}, after the scenario's end at {say_time(to_ns(whole))}",
            "make `duration:` longer or the window earlier; times count from the start",
        )


class Window(Words):
    """A stretch of time: `from` and `to`, or `at` and `for`."""

    from_: Time | None = None
    to: Time | None = None
    at: Time | None = None
    for_: Span | None = None

    @validates(mode="after")
    def _one_stretch(self) -> Window:
        span = self.from_ is not None and self.to is not None and self.at is None and self.for_ is None
        point = self.at is not None and self.from_ is None and self.to is None
        if not span and not point:
            raise problem("a window needs `from:` and `to:`, or `at:` and perhaps `for:`")
        within_duration(self.start_s, self.end_s, instant=point)
        return self

    @property
    def start_s(self) -> float:
        """Return the start in seconds."""
        return self.from_ if self.from_ is not None else self.at or 0.0

    @property
    def end_s(self) -> float:
        """Return the end in seconds; a mere instant ends where it starts."""
        return self.to if self.to is not None else self.start_s + (self.for_ or 0.0)


class Labelled(Window):
    """A window with what is true in it."""

    label: Label


def windowed(value: object) -> object:
    """Let a window be written as text."""
    return split_window(value, labelled=True) if isinstance(value, str) else value


Truth = Annotated[Labelled, BeforeValidator(windowed)]


def pressed(value: object) -> object:
    """Let a stretch without a label be written as text; a press that is a mere instant lasts a tenth of a second."""
    given = split_window(value, labelled=False) if isinstance(value, str) else value
    return {**given, "for": "100ms"} if isinstance(given, dict) and "at" in given and "for" not in given else given
