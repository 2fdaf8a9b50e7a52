# SPDX-License-Identifier: Apache-2.0
"""The pieces a signal is written of: each a mapping with one key that says its kind, and where it is placed."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from vmote.scenario.written import (
    Difference,
    Frequency,
    Gain,
    Label,
    Number,
    Span,
    Time,
    Value,
    Words,
    data_file,
    many,
    problem,
    time_of,
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
    """What every piece can say besides its kind: where it is placed, and how it is laid over those above it."""

    kind: ClassVar[str] = ""
    family: ClassVar[str] = "scalar"
    at: Time = 0.0  # when it starts
    for_: Span | None = None  # how long it lasts; by itself as long as it has something to say
    gain: Gain = 1.0
    fade: Time = 0.0  # how long it takes to come, and to go
    replace: bool = False  # silences what is written above it, rather than adding to it
    crossfade: Time = 0.0  # replaces, and takes this long for it at either end
    filter: Filter | None = None
    repeat: Repeat | None = None
    truth: Label | Literal[False] | None = None  # what is true while it is there; false: nothing, even if it knows

    @property
    def spec(self) -> Any:
        """Return what the kind's own key holds."""
        return getattr(self, self.kind.replace("-", "_"))

    def known_truth(self) -> str | None:
        """Return what the piece itself knows to be true while it is there."""
        return None


class Constant(Piece):
    """One value, always."""

    kind = "constant"
    constant: Value


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
        return sorted((time_of(when), value) for when, value in self.points.items())


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


Colour = Literal["white", "pink", "brown", "blue", "violet"]


class NoiseSpec(Words):
    """Noise."""

    sd: Difference
    colour: Colour = "white"


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


class RecordingSpec(Words):
    """A column of a file: CSV, WAV, or Edge Impulse's JSON."""

    file: Annotated[str, BeforeValidator(data_file)]
    column: str | Annotated[int, Field(ge=1, le=10_000)] | None = None  # a name, or a number from 1; of a WAV: channel
    time: str | Annotated[int, Field(ge=1, le=10_000)] | None = None  # a CSV's column of times …
    time_unit: Literal["s", "ms", "us", "min", "h"] = "s"
    rate: Frequency | None = None  # … or how often its rows were taken
    unit: str | None = None  # the column's unit, where it is not the signal's own
    skip: Time = 0.0  # leave out its beginning


def file_alone(value: object) -> object:
    """Let a file's name stand for a recording with no more to say."""
    return {"file": value} if isinstance(value, str) else value


class Recording(Piece):
    """Recorded data, resampled: `recording: room.wav`."""

    kind = "recording"
    recording: Annotated[RecordingSpec, BeforeValidator(file_alone)]


class Gap(Piece):
    """Nothing: what is written above is silenced, from `at` for `for`."""

    kind = "gap"
    gap: None

    @model_validator(mode="after")
    def _ends(self) -> Gap:
        if self.for_ is None:
            raise problem("a gap needs to end", "give it `for:`")
        return self


class Climate(Words):
    """Hourly weather, with snow as its truth."""

    climate: ClimateSpec
    truth: Label | Literal[False] = "snow"


def kind_of(value: object, kinds: tuple[str, ...]) -> str | None:
    """Return the tag of a piece by the one key that names its kind."""
    if not isinstance(value, dict):
        return None
    found = [kind for kind in kinds if kind in value]
    return f"<{found[0]}>" if len(found) == 1 else None


def _listed(value: object) -> object:
    """Let one value stand for a list of one constant, and one piece for a list of one piece."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return [{"constant": value}]
    return [value] if isinstance(value, dict) else value


SCALAR_KINDS = (
    "constant", "points", "ramp", "step", "sine", "diurnal", "front", "walk", "noise", "recording", "gap",
)  # fmt: skip

ScalarPiece = Annotated[
    Annotated[Constant, Tag("<constant>")]
    | Annotated[Points, Tag("<points>")]
    | Annotated[Ramp, Tag("<ramp>")]
    | Annotated[Step, Tag("<step>")]
    | Annotated[Sine, Tag("<sine>")]
    | Annotated[Diurnal, Tag("<diurnal>")]
    | Annotated[Front, Tag("<front>")]
    | Annotated[Walk, Tag("<walk>")]
    | Annotated[Noise, Tag("<noise>")]
    | Annotated[Recording, Tag("<recording>")]
    | Annotated[Gap, Tag("<gap>")],
    Discriminator(lambda value: kind_of(value, SCALAR_KINDS)),
]
ScalarSignal = Annotated[list[ScalarPiece], BeforeValidator(_listed), Field(min_length=1, max_length=10_000)]
WeatherSignal = Annotated[list[Climate], BeforeValidator(many), Field(min_length=1, max_length=1)]
