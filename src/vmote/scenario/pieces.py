# SPDX-License-Identifier: Apache-2.0
"""The pieces a signal is written of: each a mapping with one key that says its kind, and where it is placed."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from vmote.scenario.written import (
    Difference,
    Frequency,
    Gain,
    Label,
    Level,
    Number,
    Ratio,
    Span,
    Time,
    Value,
    Words,
    problem,
)


class Filter(Words):
    """Frequencies let through; Butterworth."""

    lowpass: Frequency | None = None
    highpass: Frequency | None = None
    order: Annotated[int, Field(ge=1, le=8)] = 2

    @model_validator(mode="after")
    def _something(self) -> Filter:
        if self.lowpass is None and self.highpass is None:
            raise problem("this filter lets everything through", "give it `lowpass:` or `highpass:`, or both")
        if self.lowpass is not None and self.highpass is not None and self.lowpass <= self.highpass:
            raise problem("this filter lets nothing through", "`highpass:` must be below `lowpass:`")
        return self


class Repeat(Words):
    """The piece again and again."""

    every: Span
    times: Annotated[int, Field(ge=1, le=100_000)] | None = None


class Piece(Words):
    """What every piece can say besides its kind."""

    kind: ClassVar[str] = ""
    at: Time = 0.0
    for_: Span | None = None
    gain: Gain = 1.0
    fade: Time = 0.0
    replace: bool = False
    crossfade: Time = 0.0
    filter: Filter | None = None
    repeat: Repeat | None = None
    truth: Label | Literal[False] | None = None

    @property
    def spec(self) -> Any:
        """Return what the kind's own key holds."""
        return getattr(self, self.kind.replace("-", "_"))


class Constant(Piece):
    """One value, always."""

    kind = "constant"
    constant: Value


class PointsSpec(Words):
    """A curve through points."""

    through: Annotated[list[tuple[Time, Value]], Field(min_length=1, max_length=100_000)]
    smooth: bool = False


class Points(Piece):
    """A curve through points in time: `points: {0h: 4 degC, 3h: -1 degC}`."""

    kind = "points"
    points: Annotated[dict[str, Value], Field(min_length=1, max_length=100_000)]
    smooth: bool = False

    @model_validator(mode="after")
    def _times(self) -> Points:
        self.curve()
        return self

    def curve(self) -> list[tuple[float, float]]:
        """Return the points in order of time."""
        from vmote.scenario.written import _time  # noqa: PLC0415

        return sorted((_time(when), value) for when, value in self.points.items())


class ChangeSpec(Words):
    """From one value to another, or by a difference."""

    from_: Value | None = None
    to: Value | None = None
    by: Difference | None = None

    @model_validator(mode="after")
    def _one_way(self) -> ChangeSpec:
        absolute = self.from_ is not None and self.to is not None and self.by is None
        relative = self.from_ is None and self.to is None and self.by is not None
        if not absolute and not relative:
            raise problem("a change needs `from:` and `to:`, or `by:` alone", "such as {from: 4 degC, to: -2 degC}")
        return self


class Ramp(Piece):
    """A straight change that starts at `at`, lasts `for`, and stays where it arrived."""

    kind = "ramp"
    ramp: ChangeSpec


class Step(Piece):
    """A sudden change at `at`, that stays."""

    kind = "step"
    step: ChangeSpec


class SineSpec(Words):
    """A sine wave."""

    amplitude: Difference
    period: Span | None = None
    frequency: Frequency | None = None
    phase: Number = 0.0  # degrees

    @model_validator(mode="after")
    def _one_way(self) -> SineSpec:
        if (self.period is None) == (self.frequency is None):
            raise problem("a sine needs either `period:` or `frequency:`")
        return self

    @property
    def hertz(self) -> float:
        """Return its frequency, however it was written."""
        return self.frequency if self.frequency is not None else 1.0 / (self.period or 1.0)


class Sine(Piece):
    """A sine wave."""

    kind = "sine"
    sine: SineSpec


class DiurnalSpec(Words):
    """Day and night."""

    swing: Difference  # from the coolest to the warmest
    peak: Time = 14.5 * 3600


class Diurnal(Piece):
    """Day and night: a daily wave that is highest at `peak`."""

    kind = "diurnal"
    diurnal: DiurnalSpec


class FrontSpec(Words):
    """Air changes for other air."""

    change: Difference
    over: Span = 7200.0
    recovery: Span | None = None


class Front(Piece):
    """A weather front that passes at `at`: a smooth change over some hours, and a slow recovery."""

    kind = "front"
    front: FrontSpec


class WalkSpec(Words):
    """A random walk."""

    sd: Difference  # after `per`
    per: Span = 3600.0
    back: Span | None = None  # how long until it has forgotten: bounds it


class Walk(Piece):
    """A random walk from zero, kept near it where `back` is given."""

    kind = "walk"
    walk: WalkSpec


class NoiseSpec(Words):
    """Noise."""

    sd: Difference
    colour: Literal["white", "pink", "brown", "blue", "violet"] = "white"


class Noise(Piece):
    """Noise of a colour and a standard deviation."""

    kind = "noise"
    noise: NoiseSpec


class ClimateSpec(Words):
    """Weather from `vmote.scenario.climate`."""

    mean: Annotated[Number, Field(ge=-60, le=50)] | None = None
    start_day: Annotated[Number, Field(ge=0, le=366)] | None = None
    start_hour: Annotated[Number, Field(ge=0, lt=24)] | None = None
    diurnal: Annotated[Number, Field(ge=0, le=30)] | None = None
    front_every: Annotated[Number, Field(ge=6, le=10000)] | None = None
    front_change: Annotated[Number, Field(ge=0, le=40)] | None = None
    fog: Annotated[Number, Field(ge=0, le=1)] | None = None
    skip: Time = 0.0
    seed: int | None = None


class Climate(Words):
    """Hourly weather, with snow as its truth."""

    climate: ClimateSpec
    truth: Label | Literal[False] = "snow"


# Kept for later pieces of the language.
__all__ = [
    "ChangeSpec", "Climate", "Constant", "Diurnal", "Filter", "Front", "Level", "Noise", "Piece", "Points", "Ramp",
    "Ratio", "Repeat", "Sine", "Step", "Walk",
]  # fmt: skip
