# SPDX-License-Identifier: Apache-2.0
"""What the device must do, and must not."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema
from pydantic import model_validator as validates

from vmote.console import parse_record
from vmote.errors import nearest
from vmote.scenario.windows import Labelled, Window, windowed, within_duration
from vmote.scenario.written import (
    Cycles,
    Energy,
    Label,
    Share,
    Size,
    Span,
    Time,
    Words,
    many,
    problem,
    reading,
    split_window,
    time_of,
)


class Conclusion(Labelled):
    """The device must say the label within the window, or within `within` of its start where that is given."""

    within: Span | None = None
    score: Share | None = None
    consecutive: Annotated[int, Field(ge=1, le=10_000)] = 1
    once: bool = False  # a word that must come once, not again and again


class EveryTruth(Words):
    """Every true window of a label must be concluded."""

    each: Literal["truth"] | Label
    within: Span | None = None
    score: Share | None = None
    consecutive: Annotated[int, Field(ge=1, le=10_000)] = 1
    once: bool = False


def _conclusion(value: object) -> object:
    if value == "truth":
        return {"each": "truth"}
    return windowed(value)


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
            within_duration(self.from_, self.to)
        return self


def _never(value: object) -> object:
    if isinstance(value, str):
        return {"label": value} if " " not in value.strip() else split_window(value, labelled=True)
    return value


NeverItem = Annotated[Never, BeforeValidator(_never)]


class Limits(Words):
    """What one inference and the image may cost, a limit for each thing."""

    cycles: Cycles | None = None
    deadline: Span | None = None  # from the sample to the word, and no late window
    arena: Size | None = None
    flash: Size | None = None
    ram: Size | None = None
    stack: Size | None = None
    energy: Energy | None = None  # of the whole run


class Budgets(Limits):
    """What one inference and the image may cost; TensorFlow Lite Micro may be given limits of its own."""

    tflm: Limits | None = None

    def under(self, runtime: str) -> Limits:
        """Return the limits that hold for a runtime."""
        return self.model_copy(update=self.own(runtime))

    def own(self, runtime: str) -> dict[str, float]:
        """Return the limits that are a runtime's alone."""
        limits = self.tflm if runtime == "tflm" else None
        return {} if limits is None else {name: value for name, value in limits if value is not None}


_RATE = re.compile(r"^(.*?)\s*(?:/|per)\s*(\S.*)$")


def _each_hour(value: object) -> float:
    """Read `2 per h` as a number an hour."""
    match = _RATE.match(value) if isinstance(value, str) else None
    try:
        number = float(match.group(1)) if match else -1.0
    except ValueError:
        number = -1.0
    if match is None or not 0 <= number <= 1e9:
        raise problem(f"{value!r} is not a rate", "write it like '0.5 per h' or '0 per d'")
    unit = match.group(2)
    seconds = time_of(unit if unit[:1].isdigit() else f"1 {unit}")
    if seconds <= 0:
        raise problem(f"{value!r} is not a rate", "write it like '0.5 per h'")
    return number * 3600.0 / seconds


PerHour = Annotated[
    float, BeforeValidator(_each_hour), WithJsonSchema({"type": "string", "examples": ["0.5 per h", "0 per d"]})
]


class Confusion(Words):
    """At most so much of what is truly one label may be called another."""

    truth: Label
    said: Label
    at_most: Share


def _each_label(value: object) -> object:
    """Let one share stand for every label."""
    return value if isinstance(value, dict) else {"every": value}


class Rates(Words):
    """How often the device may be wrong, over the whole scenario."""

    accuracy: Share | None = None  # of the inferences, those that say what is true when they are made
    recall: Annotated[dict[Label, Share], BeforeValidator(_each_label)] | None = None  # of the true windows: heard
    precision: Annotated[dict[Label, Share], BeforeValidator(_each_label)] | None = None
    false_alarms: PerHour | None = None  # words that nothing true called for
    confusion: Annotated[list[Confusion], Field(max_length=1000, default_factory=list)]
    # What is true where no window is, and what may be said besides without being an alarm.
    background: Annotated[list[Label], BeforeValidator(many), Field(max_length=50, default_factory=list)]
    latency: Time = 0.0  # how long after a window's end its word still counts
    margin: Time = 0.0  # how near a window's edges inferences are not held against accuracy
    score: Share | None = None  # below it, the device has said nothing

    @validates(mode="after")
    def _background(self) -> Rates:
        if self.accuracy is not None and not self.background:
            raise problem("accuracy needs `background:`", "name the label that is right where no window is")
        return self


class Said(Words):
    """A line of the console, or a record with these fields."""

    line: Annotated[str, Field(min_length=1, max_length=400)] | None = None  # contained in a line
    pattern: Annotated[str, Field(min_length=1, max_length=400)] | None = None  # a whole line, `*` stands for anything
    record: Annotated[str, Field(pattern=r"^@?[a-z][a-z0-9-]*$")] | None = None
    fields: Annotated[dict[str, str | int | float], Field(max_length=50, default_factory=dict)]
    from_: Time | None = None
    to: Time | None = None
    times: Annotated[int, Field(ge=1, le=1_000_000)] | None = None  # exactly so often; otherwise at least once

    @validates(mode="after")
    def _one_way(self) -> Said:
        if sum(way is not None for way in (self.line, self.pattern, self.record)) != 1:
            raise problem("what is looked for needs one of `line:`, `pattern:` and `record:`")
        if self.fields and self.record is None:
            raise problem("`fields:` belong to a `record:`", "add `record: infer`, or look for a `line:`")
        start, end = self.from_ or 0.0, self.to
        if end is not None:
            within_duration(start, end)
        return self


def _said(value: object) -> object:
    """Let `@boot app=weather` stand for a record, and any other text for a line."""
    if not isinstance(value, str):
        return value
    record = parse_record(value.strip())
    return {"line": value} if record is None else {"record": record.kind, "fields": record.fields}


SaidItem = Annotated[Said, BeforeValidator(_said)]


class OnConsole(Words):
    """What the device's console must hold, and what it must not."""

    must: Annotated[list[SaidItem], BeforeValidator(many), Field(max_length=1000, default_factory=list)]
    never: Annotated[list[SaidItem], BeforeValidator(many), Field(max_length=1000, default_factory=list)]


class Led(Window):
    """An LED that is on, or off, at some time within the window or throughout it."""

    name: str
    on: bool = True
    throughout: bool = False

    @validates(mode="after")
    def _known(self) -> Led:
        known = reading().leds
        if known and self.name not in known:
            raise problem(f"the board has no LED {self.name!r}", nearest(self.name, known))
        return self


_LED = re.compile(r"^\s*(\S+)\s+(on|off)\s+(\S.*)$")


def _led(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _LED.match(value)
    if match is None:
        raise problem(f"{value!r} does not speak of an LED", "write it like 'builtin on 07:00-10:00'")
    return {"name": match.group(1), "on": match.group(2) == "on"} | split_window(match.group(3), labelled=False)


LedItem = Annotated[Led, BeforeValidator(_led)]


class Recovery(Words):
    """After each fault the device must infer again."""

    within: Span
    label: Label | None = None


def _within_alone(value: object) -> object:
    return {"within": value} if isinstance(value, str) else value


class Expect(Words):
    """What the device must do."""

    conclude: Annotated[list[ConclusionItem], BeforeValidator(many), Field(max_length=10_000, default_factory=list)]
    never: Annotated[list[NeverItem], BeforeValidator(many), Field(max_length=1000, default_factory=list)]
    rates: Rates | None = None
    budgets: Annotated[Budgets, Field(default_factory=Budgets)]
    console: Annotated[OnConsole, Field(default_factory=OnConsole)]
    leds: Annotated[list[LedItem], BeforeValidator(many), Field(max_length=1000, default_factory=list)]
    recovery: Annotated[Recovery, BeforeValidator(_within_alone)] | None = None
    golden: bool = False  # outputs must equal the host's TensorFlow Lite Micro bit for bit, and it must be there to ask
