# SPDX-License-Identifier: Apache-2.0
"""A scenario as people write it: the models behind the file, from which the JSON Schema is made."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    WithJsonSchema,
)  # fmt: skip
from pydantic import model_validator as validates

from vmote.errors import nearest
from vmote.scenario.expect import Expect
from vmote.scenario.faults import FaultItem
from vmote.scenario.signal_types import FAMILY_MARK, Signal
from vmote.scenario.windows import Labelled, Window, pressed, windowed
from vmote.scenario.written import (
    Span,
    Words,
    many,
    problem,
    time_of,
)  # fmt: skip
from vmote.units import to_ns

APPS = ("weather", "keyword", "motion", "vibration")
SCHEMA_VERSION = 1
DEFAULT_BOARD = "nano33ble-sense"


Pressed = Annotated[Window, BeforeValidator(pressed)]


class World(Words):
    """What there is to sense: a list of pieces for each quantity, laid over each other in the order written."""

    temperature: Annotated[Any, Signal("scalar", "temperature")] = None
    humidity: Annotated[Any, Signal("scalar", "humidity")] = None
    pressure: Annotated[Any, Signal("scalar", "pressure")] = None
    acceleration_x: Annotated[Any, Signal("scalar", "acceleration-x")] = None
    acceleration_y: Annotated[Any, Signal("scalar", "acceleration-y")] = None
    acceleration_z: Annotated[Any, Signal("scalar", "acceleration-z")] = None
    angular_rate_x: Annotated[Any, Signal("scalar", "angular-rate-x")] = None
    angular_rate_y: Annotated[Any, Signal("scalar", "angular-rate-y")] = None
    angular_rate_z: Annotated[Any, Signal("scalar", "angular-rate-z")] = None
    magnetic_field_x: Annotated[Any, Signal("scalar", "magnetic-field-x")] = None
    magnetic_field_y: Annotated[Any, Signal("scalar", "magnetic-field-y")] = None
    magnetic_field_z: Annotated[Any, Signal("scalar", "magnetic-field-z")] = None
    sound: Annotated[Any, Signal("sound", "sound")] = None
    button: Annotated[list[Pressed], BeforeValidator(many), Field(max_length=100_000)] | None = None  # while it is down
    motion: Annotated[Any, Signal("motion")] = None  # acceleration and angular rate together
    weather: Annotated[Any, Signal("weather")] = None  # temperature and humidity together

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


def known_apps() -> tuple[str, ...]:
    """Return the apps a scenario may name: those of the project, and those that somebody has added to it."""
    from vmote.errors import Missing  # noqa: PLC0415
    from vmote.firmware.app_file import app_names  # noqa: PLC0415

    try:
        return tuple(dict.fromkeys((*APPS, *app_names())))
    except Missing:
        return APPS  # the firmware is not at hand


def _app(value: object) -> object:
    known = known_apps()
    if value not in known:
        raise problem(f"there is no app {value!r}", nearest(str(value), known))
    return value


def _list_apps(schema: dict[str, Any]) -> None:
    schema["enum"] = list(known_apps())


class Device(Words):
    """Which device meets this world. What is left out is chosen when it is run."""

    board: Annotated[str, BeforeValidator(_board)] = DEFAULT_BOARD
    app: Annotated[str, BeforeValidator(_app), Field(json_schema_extra=_list_apps)]
    port: Annotated[Literal["baremetal", "zephyr"], _word_of(("baremetal", "zephyr"), "port")] | None = None
    runtime: Annotated[Literal["native", "tflm"], _word_of(("native", "tflm"), "runtime")] | None = None
    model: str | None = None
    options: Annotated[dict[str, str | int | bool], Field(default_factory=dict)]


def _schema_version(value: object) -> object:
    if value != SCHEMA_VERSION or isinstance(value, bool):
        raise problem(f"schema {value!r} is not known to this vmote", f"write `schema: {SCHEMA_VERSION}`")
    return value


def _imperfections(value: object) -> object:
    from vmote.scenario.imperfections import imperfect  # noqa: PLC0415 (few scenarios have any)

    return imperfect(value)


Truth = Annotated[Labelled, BeforeValidator(windowed)]


def _pace(value: object) -> Fraction:
    """Read `1h = 1s`: an hour of the world lasts a second of the device."""
    parts = value.split("=") if isinstance(value, str) else []
    if len(parts) != 2:
        raise problem(f"{value!r} is not a time scale", "write '1h = 1s': an hour of the world lasts one device second")
    world, device = (to_ns(time_of(part)) for part in parts)
    if world <= 0 or device <= 0 or not 1e-6 <= world / device <= 1e6:
        raise problem(f"{value!r} is out of range", "from a millionth to a million times as fast")
    return Fraction(world, device)


class Scenario(Words):
    """One file: the world, its faults, and what the device must conclude."""

    schema_: Annotated[Literal[1], BeforeValidator(_schema_version)]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    about: str = ""
    tags: Annotated[list[str], Field(max_length=50, default_factory=list)]
    device: Device
    duration: Span
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    timescale: Annotated[Any, BeforeValidator(_pace), WithJsonSchema({"type": "string", "examples": ["1h = 1s"]})] = (
        Fraction(1)
    )
    world: World
    imperfections: Annotated[
        Any,
        BeforeValidator(_imperfections),
        Field(default_factory=dict),
        WithJsonSchema({"type": "object", "additionalProperties": {FAMILY_MARK: "imperfection"}}),
    ]
    faults: Annotated[list[FaultItem], BeforeValidator(many), Field(max_length=10_000, default_factory=list)]
    truth: Annotated[list[Truth], BeforeValidator(many), Field(max_length=100_000, default_factory=list)]
    expect: Annotated[Expect, Field(default_factory=Expect)]
    path: Annotated[Path, Field(exclude=True)] = Path()

    @property
    def pace(self) -> Fraction:
        """Return how many seconds of the world pass in one of the device."""
        return Fraction(self.timescale)

    def device_ns(self, seconds: float) -> int:
        """Return a time of the world on the device's clock, in nanoseconds."""
        return to_ns(seconds) if self.pace == 1 else round(Fraction(to_ns(seconds)) / self.pace)

    @property
    def duration_ns(self) -> int:
        """Return how long the device runs, on its own clock."""
        return self.device_ns(self.duration)
