# SPDX-License-Identifier: Apache-2.0
"""A scenario as people write it: the models behind the file, from which the JSON Schema is made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidatorFunctionWrapHandler, WrapValidator
from pydantic import model_validator as validates

from vmote.errors import nearest
from vmote.scenario import pieces as p
from vmote.scenario.stimulus import QUANTITY_UNITS
from vmote.scenario.written import (
    Cycles,
    Label,
    Share,
    Size,
    Span,
    Time,
    Words,
    problem,
    reading,
    reading_with,
    split_window,
)
from vmote.units import UNITS, say_time, to_ns

APPS = ("weather", "keyword", "motion", "vibration")
SCHEMA_VERSION = 1


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


def _for_quantity(name: str) -> WrapValidator:
    """Read a signal with its own quantity's units."""
    dimension = UNITS[QUANTITY_UNITS[name]].dimension

    def read(value: object, handler: ValidatorFunctionWrapHandler) -> object:
        with reading_with(dimension=dimension):
            return handler(value)

    return WrapValidator(read)


SCALAR_KINDS = ("constant", "points", "ramp", "step", "sine", "diurnal", "front", "walk", "noise")

ScalarPiece = Annotated[
    Annotated[p.Constant, Tag("<constant>")]
    | Annotated[p.Points, Tag("<points>")]
    | Annotated[p.Ramp, Tag("<ramp>")]
    | Annotated[p.Step, Tag("<step>")]
    | Annotated[p.Sine, Tag("<sine>")]
    | Annotated[p.Diurnal, Tag("<diurnal>")]
    | Annotated[p.Front, Tag("<front>")]
    | Annotated[p.Walk, Tag("<walk>")]
    | Annotated[p.Noise, Tag("<noise>")],
    Discriminator(lambda value: kind_of(value, SCALAR_KINDS)),
]

ScalarSignal = Annotated[list[ScalarPiece], BeforeValidator(_listed), Field(min_length=1, max_length=10_000)]
WeatherSignal = Annotated[list[p.Climate], BeforeValidator(_listed), Field(min_length=1, max_length=1)]


class World(Words):
    """What there is to sense."""

    temperature: Annotated[ScalarSignal | None, _for_quantity("temperature")] = None
    humidity: Annotated[ScalarSignal | None, _for_quantity("humidity")] = None
    pressure: Annotated[ScalarSignal | None, _for_quantity("pressure")] = None
    weather: WeatherSignal | None = None

    @validates(mode="after")
    def _something(self) -> World:
        if not self.model_fields_set:
            raise problem("the world is empty", "give it a quantity, such as `temperature: 3 degC`")
        return self


def _word_of(words: tuple[str, ...], what: str) -> BeforeValidator:
    def read(value: object) -> object:
        if value not in words:
            raise problem(f"there is no {what} {value!r}", nearest(str(value), words))
        return value

    return BeforeValidator(read)


def _board(value: object) -> object:
    from vmote.errors import Missing  # noqa: PLC0415
    from vmote.platforms import PLANNED, board_names  # noqa: PLC0415

    try:
        names = board_names()
    except Missing:
        return value  # the boards are not at hand: the run will say so
    if value not in names:
        what = f"board {value!r} is planned, not built yet" if value in PLANNED else f"there is no board {value!r}"
        raise problem(what, nearest(str(value), names))
    return value


class Device(Words):
    """Which device meets this world. What is left out is chosen when it is run."""

    board: Annotated[str, BeforeValidator(_board)] = "nano33ble-sense"
    app: Annotated[Literal["weather", "keyword", "motion", "vibration"], _word_of(APPS, "app")]
    port: Annotated[Literal["baremetal", "zephyr"], _word_of(("baremetal", "zephyr"), "port")] | None = None
    runtime: Annotated[Literal["native", "tflm"], _word_of(("native", "tflm"), "runtime")] | None = None
    model: str | None = None
    options: Annotated[dict[str, str | int | bool], Field(default_factory=dict)]


def _within_duration(start: float, end: float, *, instant: bool = False) -> None:
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
        _within_duration(self.start_s, self.end_s, instant=point)
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


def _windowed(value: object) -> object:
    return split_window(value, labelled=True) if isinstance(value, str) else value


Truth = Annotated[Labelled, BeforeValidator(_windowed)]


class Conclusion(Labelled):
    """The device must say the label within the window, or within `within` of its start where that is given."""

    within: Span | None = None
    score: Share | None = None
    consecutive: Annotated[int, Field(ge=1, le=10_000)] = 1


class EveryTruth(Words):
    """Every true window of a label must be concluded."""

    each: Literal["truth"] | Label
    within: Span | None = None
    score: Share | None = None
    consecutive: Annotated[int, Field(ge=1, le=10_000)] = 1


def _conclusion(value: object) -> object:
    if value == "truth":
        return {"each": "truth"}
    return _windowed(value)


ConclusionItem = Annotated[
    Annotated[Conclusion, Tag("<window>")] | Annotated[EveryTruth, Tag("<each>")],
    Discriminator(lambda v: "<each>" if v == "truth" or (isinstance(v, dict) and "each" in v) else "<window>"),
    BeforeValidator(_conclusion),
]


class Never(Words):
    """The device must not say the label: outside its true windows, or at all within `from` and `to`."""

    label: Label
    from_: Time | None = None
    to: Time | None = None
    margin: Time = 0.0

    @validates(mode="after")
    def _both(self) -> Never:
        if (self.from_ is None) != (self.to is None):
            raise problem("`from:` and `to:` go together", "leave both out to mean: outside its true windows")
        if self.from_ is not None and self.to is not None:
            _within_duration(self.from_, self.to)
        return self


def _never(value: object) -> object:
    if isinstance(value, str):
        return {"label": value} if " " not in value.strip() else split_window(value, labelled=True)
    return value


NeverItem = Annotated[Never, BeforeValidator(_never)]


class Budgets(Words):
    """What one inference and the image may cost."""

    cycles: Cycles | None = None
    arena: Size | None = None
    flash: Size | None = None
    ram: Size | None = None
    stack: Size | None = None


def _many(value: object) -> object:
    return [value] if isinstance(value, str | dict) else value


class Expect(Words):
    """What the device must do."""

    conclude: Annotated[list[ConclusionItem], BeforeValidator(_many), Field(max_length=10_000, default_factory=list)]
    never: Annotated[list[NeverItem], BeforeValidator(_many), Field(max_length=1000, default_factory=list)]
    budgets: Budgets = Budgets()


def _schema_version(value: object) -> object:
    if value != SCHEMA_VERSION or isinstance(value, bool):
        raise problem(f"schema {value!r} is not known to this vmote", f"write `schema: {SCHEMA_VERSION}`")
    return value


class Scenario(Words):
    """One file: the world, its faults, and what the device must conclude."""

    schema_: Annotated[Literal[1], BeforeValidator(_schema_version)]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    about: str = ""
    device: Device
    duration: Span
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    world: World
    truth: Annotated[list[Truth], BeforeValidator(_many), Field(max_length=100_000, default_factory=list)]
    expect: Annotated[Expect, Field(default_factory=Expect)]
    path: Annotated[Path, Field(exclude=True)] = Path()

    @property
    def duration_ns(self) -> int:
        """Return how long the device runs."""
        return to_ns(self.duration)
