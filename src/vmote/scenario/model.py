# SPDX-License-Identifier: Apache-2.0
"""A scenario as people write it: the models behind the file, from which the JSON Schema is made."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)  # fmt: skip
from pydantic import model_validator as validates
from pydantic_core import ErrorDetails, InitErrorDetails

from vmote.errors import nearest
from vmote.scenario import pieces as p
from vmote.scenario import pieces_motion as pm
from vmote.scenario import pieces_sound as ps
from vmote.scenario.expect import Expect
from vmote.scenario.faults import FaultItem
from vmote.scenario.stimulus import QUANTITY_UNITS
from vmote.scenario.windows import Labelled, windowed
from vmote.scenario.written import (
    Difference,
    Number,
    Share,
    Span,
    Time,
    Value,
    Words,
    many,
    problem,
    reading_with,
    time_of,
)  # fmt: skip
from vmote.units import UNITS, to_ns

APPS = ("weather", "keyword", "motion", "vibration")
SCHEMA_VERSION = 1
DEFAULT_BOARD = "nano33ble-sense"


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


SCALAR_KINDS = (
    "constant", "points", "ramp", "step", "sine", "diurnal", "front", "walk", "noise", "recording", "gap",
)  # fmt: skip
SOUND_KINDS = ("tone", "chirp", "noise", "click", "word", "babble", "recording", "gap")
MOTION_KINDS = ("rest", "gesture", "walking", "tremor", "vibration")

ScalarPiece = Annotated[
    Annotated[p.Constant, Tag("<constant>")]
    | Annotated[p.Points, Tag("<points>")]
    | Annotated[p.Ramp, Tag("<ramp>")]
    | Annotated[p.Step, Tag("<step>")]
    | Annotated[p.Sine, Tag("<sine>")]
    | Annotated[p.Diurnal, Tag("<diurnal>")]
    | Annotated[p.Front, Tag("<front>")]
    | Annotated[p.Walk, Tag("<walk>")]
    | Annotated[p.Noise, Tag("<noise>")]
    | Annotated[p.Recording, Tag("<recording>")]
    | Annotated[p.Gap, Tag("<gap>")],
    Discriminator(lambda value: kind_of(value, SCALAR_KINDS)),
]
SoundPiece = Annotated[
    Annotated[ps.Tone, Tag("<tone>")]
    | Annotated[ps.Chirp, Tag("<chirp>")]
    | Annotated[ps.SoundNoise, Tag("<noise>")]
    | Annotated[ps.Click, Tag("<click>")]
    | Annotated[ps.Word, Tag("<word>")]
    | Annotated[ps.Babble, Tag("<babble>")]
    | Annotated[ps.SoundRecording, Tag("<recording>")]
    | Annotated[p.Gap, Tag("<gap>")],
    Discriminator(lambda value: kind_of(value, SOUND_KINDS)),
]
MotionPiece = Annotated[
    Annotated[pm.Rest, Tag("<rest>")]
    | Annotated[pm.Gesture, Tag("<gesture>")]
    | Annotated[pm.Walking, Tag("<walking>")]
    | Annotated[pm.Tremor, Tag("<tremor>")]
    | Annotated[pm.Vibration, Tag("<vibration>")],
    Discriminator(lambda value: kind_of(value, MOTION_KINDS)),
]

ScalarSignal = Annotated[list[ScalarPiece], BeforeValidator(_listed), Field(min_length=1, max_length=10_000)]
SoundSignal = Annotated[list[SoundPiece], BeforeValidator(many), Field(max_length=10_000)]
MotionSignal = Annotated[list[MotionPiece], BeforeValidator(many), Field(min_length=1, max_length=10_000)]
WeatherSignal = Annotated[list[p.Climate], BeforeValidator(many), Field(min_length=1, max_length=1)]


class World(Words):
    """What there is to sense: a list of pieces for each quantity, laid over each other in the order written."""

    temperature: Annotated[ScalarSignal | None, _for_quantity("temperature")] = None
    humidity: Annotated[ScalarSignal | None, _for_quantity("humidity")] = None
    pressure: Annotated[ScalarSignal | None, _for_quantity("pressure")] = None
    acceleration_x: Annotated[ScalarSignal | None, _for_quantity("acceleration-x")] = None
    acceleration_y: Annotated[ScalarSignal | None, _for_quantity("acceleration-y")] = None
    acceleration_z: Annotated[ScalarSignal | None, _for_quantity("acceleration-z")] = None
    angular_rate_x: Annotated[ScalarSignal | None, _for_quantity("angular-rate-x")] = None
    angular_rate_y: Annotated[ScalarSignal | None, _for_quantity("angular-rate-y")] = None
    angular_rate_z: Annotated[ScalarSignal | None, _for_quantity("angular-rate-z")] = None
    magnetic_field_x: Annotated[ScalarSignal | None, _for_quantity("magnetic-field-x")] = None
    magnetic_field_y: Annotated[ScalarSignal | None, _for_quantity("magnetic-field-y")] = None
    magnetic_field_z: Annotated[ScalarSignal | None, _for_quantity("magnetic-field-z")] = None
    sound: Annotated[SoundSignal | None, _for_quantity("sound")] = None
    motion: MotionSignal | None = None  # acceleration and angular rate together
    weather: WeatherSignal | None = None  # temperature and humidity together

    @validates(mode="after")
    def _something(self) -> World:
        if not self.model_fields_set:
            raise problem("the world is empty", "give it a quantity, such as `temperature: 3 degC`")
        return self


class Drift(Words):
    """An error that grows with time."""

    by: Difference
    per: Span = 3600.0


class Dropped(Words):
    """Samples that get lost: for a lost one, the last that came is seen again."""

    share: Share
    every: Span  # how long a sample is


class Imperfection(Words):
    """How what is sensed differs from what is there."""

    offset: Difference | None = None
    gain: Annotated[Number, Field(ge=-1000, le=1000)] = 1.0
    drift: Drift | None = None
    noise: Difference | None = None  # white, its standard deviation
    quantize: Difference | None = None  # the step between two values
    low: Value | None = None  # clips below it …
    high: Value | None = None  # … and above it
    jitter: Time = 0.0  # standard deviation of the time at which a sample is taken
    drop: Dropped | None = None

    @validates(mode="after")
    def _sensible(self) -> Imperfection:
        if self.quantize is not None and self.quantize <= 0:
            raise problem("`quantize:` is a step above zero")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise problem("`low:` must be below `high:`")
        return self


def _imperfect(value: object) -> object:
    """Let `acceleration` stand for its three axes, and read each quantity with its own units."""
    if not isinstance(value, dict):
        raise problem("imperfections are a mapping of quantities", "such as temperature: {offset: 0.5 K}")
    out: dict[str, Imperfection] = {}
    problems: list[InitErrorDetails] = []
    for name, given in value.items():
        names = [f"{name}-{axis}" for axis in "xyz"] if f"{name}-x" in QUANTITY_UNITS else [str(name)]
        if names[0] not in QUANTITY_UNITS:
            known = [*QUANTITY_UNITS, "acceleration", "angular-rate", "magnetic-field"]
            error = problem("this quantity is not known", nearest(str(name), known))
            problems.append(InitErrorDetails(type=error, loc=(str(name),), input=given))
            continue
        with reading_with(dimension=UNITS[QUANTITY_UNITS[names[0]]].dimension):
            try:
                out |= dict.fromkeys(names, Imperfection.model_validate(given))
            except ValidationError as error_here:
                problems += [_inner(detail, str(name)) for detail in error_here.errors(include_url=False)]
    if problems:
        raise ValidationError.from_exception_data("imperfections", problems)
    return out


def _inner(detail: ErrorDetails, name: str) -> InitErrorDetails:
    """Pass a nested validation error on, with its place in the whole file."""
    kind: Any = detail["type"]
    if kind == "vmote":
        context = detail["ctx"]
        kind = problem(context["what"], context["hint"])
    return InitErrorDetails(type=kind, loc=(name, *detail["loc"]), input=detail["input"], ctx=detail.get("ctx", {}))


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

    board: Annotated[str, BeforeValidator(_board)] = DEFAULT_BOARD
    app: Annotated[Literal["weather", "keyword", "motion", "vibration"], _word_of(APPS, "app")]
    port: Annotated[Literal["baremetal", "zephyr"], _word_of(("baremetal", "zephyr"), "port")] | None = None
    runtime: Annotated[Literal["native", "tflm"], _word_of(("native", "tflm"), "runtime")] | None = None
    model: str | None = None
    options: Annotated[dict[str, str | int | bool], Field(default_factory=dict)]


def _schema_version(value: object) -> object:
    if value != SCHEMA_VERSION or isinstance(value, bool):
        raise problem(f"schema {value!r} is not known to this vmote", f"write `schema: {SCHEMA_VERSION}`")
    return value


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
        BeforeValidator(_imperfect),
        Field(default_factory=dict),
        WithJsonSchema({"type": "object", "additionalProperties": {"$ref": "#/$defs/Imperfection"}}),
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
