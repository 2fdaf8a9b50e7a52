# SPDX-License-Identifier: Apache-2.0
"""The small types that scenario files are written in: times, values with units, labels, windows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from vmote.errors import BadInput, nearest
from vmote.units import QUANTITY_EXAMPLES, parse_quantity

MAX_DURATION_S = 10 * 366 * 86400.0


@dataclass(frozen=True)
class Reading:
    """What is known of the file while its parts are validated."""

    folder: Path = Path()
    allow_outside: bool = False
    duration_s: float | None = None
    dimension: str = ""  # of the signal that is being read
    parts: tuple[str, ...] = ()  # of the board, where it is known
    leds: tuple[str, ...] = ()


_READING: ContextVar[Reading | None] = ContextVar("vmote_reading", default=None)


def reading() -> Reading:
    """Return what is known of the file being read."""
    return _READING.get() or Reading()


@contextmanager
def reading_with(**known: Any) -> Iterator[Reading]:
    """Know something more of the file for a while."""
    now = replace(reading(), **known)
    token = _READING.set(now)
    try:
        yield now
    finally:
        _READING.reset(token)


def problem(what: str, hint: str = "") -> PydanticCustomError:
    """Make a validation error of a sentence and a way out."""
    return PydanticCustomError("vmote", "{what}", {"what": what, "hint": hint})


class Words(BaseModel):
    """A mapping people write: strict, with dashes in its keys."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        populate_by_name=True,
        defer_build=True,  # only the whole is ever validated: its parts need no validators of their own
        alias_generator=lambda name: name.rstrip("_").replace("_", "-"),
    )


def nothing_said(value: object) -> object:
    """Let `tremor:` alone mean a tremor with all its usual settings."""
    return {} if value is None else value


def many(value: object) -> object:
    """Let one item stand for a list of one."""
    return [value] if isinstance(value, str | dict) else value


def _said(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else repr(value)[:80]


def quantity(value: object, dimension: str, *, difference: bool = False) -> float:
    """Read a written quantity, or a number that this library made itself."""
    if isinstance(value, bool) or not isinstance(value, str):
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = repr(value)
        else:
            example = QUANTITY_EXAMPLES.get(dimension, "1")
            raise problem(f"{_said(value)} is not a {dimension}", f"write it like {example!r}")
    try:
        return parse_quantity(value, dimension, difference=difference)
    except BadInput as error:
        raise problem(error.what, error.hint) from error


def _of(dimension: str, low: float = -1e30, high: float = 1e30, why: str = "") -> Any:
    def read(value: object) -> float:
        number = quantity(value, dimension)
        if not low <= number <= high:
            raise problem(f"{value!r} is out of range", why)
        return number

    return read


def _plain_number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1e30:
        return float(value)
    raise problem(f"{_said(value)} is not a finite number", "write a plain number such as 0.5")


def _fraction(value: object) -> float:
    number = quantity(value, "fraction") if isinstance(value, str) else _plain_number(value)
    if not 0.0 <= number <= 1.0:
        raise problem(f"{value!r} is not between 0 and 1", "write a share such as '20 %' or 0.2")
    return number


def time_of(value: object) -> float:
    """Return a written time in seconds."""
    seconds = quantity(value, "time")
    if not 0.0 <= seconds <= MAX_DURATION_S:
        raise problem(f"{value!r} is out of range", "times run from 0 to ten years")
    return seconds


def _span(value: object) -> float:
    seconds = time_of(value)
    if seconds < 1e-9:
        raise problem(f"{value!r} is no stretch of time", "write a time above zero, such as '20ms'")
    return seconds


def _gain(value: object) -> float:
    """A factor, or a ratio in dB."""
    number: float = 10 ** (quantity(value, "ratio") / 20) if isinstance(value, str) else _plain_number(value)
    if not abs(number) <= 1e6:
        raise problem(f"{value!r} is out of range", "a gain is a factor up to a million, or up to 120 dB")
    return number


def _value(value: object) -> float:
    return quantity(value, reading().dimension)


def _difference(value: object) -> float:
    return quantity(value, reading().dimension, difference=True)


def data_file(value: object) -> str:
    """Take a data file's name: inside the scenario's folder unless more was allowed, and there."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise problem(f"{_said(value)} is not a file name", "write it like 'room.wav', beside the scenario")
    known = reading()
    folder = known.folder.resolve()
    path = (folder / value).resolve()
    if not path.is_relative_to(folder) and not known.allow_outside:
        raise problem(f"{value!r} lies outside the scenario's folder", "copy it there, or allow it: --allow-outside")
    # As the system will open it, and as it resolves: `x.csv/in/..` resolves to a file, and cannot be opened.
    if not (folder / value).is_file() or not path.is_file():
        near = [item.name for item in path.parent.iterdir() if item.is_file()][:200] if path.parent.is_dir() else []
        raise problem(f"there is no file {value!r}", nearest(path.name, near) if near else "its folder has no files")
    return value


def _text_schema(description: str, *examples: str, number: bool = False) -> WithJsonSchema:
    kind: Any = ["string", "number"] if number else "string"
    return WithJsonSchema({"type": kind, "description": description, "examples": list(examples)})


Time = Annotated[float, BeforeValidator(time_of), _text_schema("a time with its unit", "2.4s", "1h 30min", "07:00")]
Span = Annotated[float, BeforeValidator(_span), _text_schema("a time above zero with its unit", "20ms", "12h")]
Value = Annotated[float, BeforeValidator(_value), _text_schema("a value in the signal's unit", "3 degC", "62 %RH")]
Difference = Annotated[float, BeforeValidator(_difference), _text_schema("a difference", "4 K", "5 %RH", "0.2 g")]
Share = Annotated[float, BeforeValidator(_fraction), _text_schema("a share", "20 %", number=True)]
Number = Annotated[float, BeforeValidator(_plain_number), Field(json_schema_extra={"type": "number"})]
Gain = Annotated[float, BeforeValidator(_gain), _text_schema("a factor, or a ratio in dB", "-6 dB", number=True)]
Ratio = Annotated[float, BeforeValidator(_of("ratio", -120, 120, "-120 to 120 dB")), _text_schema("a ratio", "10 dB")]
Level = Annotated[
    float, BeforeValidator(_of("level", -150, 20, "-150 to 20 dBFS")), _text_schema("a level", "-20 dBFS")
]
Frequency = Annotated[
    float,
    BeforeValidator(_of("frequency", 1e-9, 1e6, "above 0 up to 1 MHz")),
    _text_schema("a frequency", "440 Hz", "1450 rpm"),
]
Angle = Annotated[
    float, BeforeValidator(_of("angle", -360, 360, "-360 to 360 deg")), _text_schema("an angle", "45 deg")
]
Length = Annotated[float, BeforeValidator(_of("length", 0.001, 10, "1 mm to 10 m")), _text_schema("a length", "30 cm")]
Accel = Annotated[
    float, BeforeValidator(_of("acceleration", 0, 1000, "0 to 1000 g")), _text_schema("an acceleration", "0.2 g")
]
Cycles = Annotated[float, BeforeValidator(_of("cycles", 0)), _text_schema("processor cycles", "200 kcycles")]
Size = Annotated[float, BeforeValidator(_of("size", 0)), _text_schema("a size in memory", "16 KB")]
Energy = Annotated[float, BeforeValidator(_of("energy", 0)), _text_schema("an energy", "12 mJ")]

_LABEL = re.compile(r"^[^\s,=\"']{1,40}$")


def _label(value: object) -> str:
    if isinstance(value, bool):
        raise problem(f"{str(value).lower()} is a truth value, not a label", f'quote it: "{str(value).lower()}"')
    if not isinstance(value, str) or not _LABEL.match(value):
        raise problem(f"{_said(value)} is not a label", "a label is one word, as the model's card lists it")
    return value


Label = Annotated[str, BeforeValidator(_label), WithJsonSchema({"type": "string", "pattern": _LABEL.pattern})]

_WINDOW = re.compile(r"^\s*(?:at\s+(?P<at>\S.*?)|(?P<a>[^-–]+?)\s*[-–]\s*(?P<b>[^-–]+?))\s*$")


def split_window(text: str, *, labelled: bool) -> dict[str, Any]:
    """Take `snow 07:00-10:00` or `yes at 2.4s` apart into the mapping it stands for."""
    label, _, rest = text.strip().partition(" ") if labelled else ("", "", text)
    match = _WINDOW.match(rest)
    if match is None:
        raise problem(
            f"{text!r} is not a window",
            "write 'snow 07:00-10:00' or 'yes at 2.4s'" if labelled else "write '07:00-10:00' or 'at 2.4s'",
        )
    parts: dict[str, Any] = {"label": label} if label else {}
    if match.group("at"):
        return parts | {"at": match.group("at")}
    return parts | {"from": match.group("a"), "to": match.group("b")}
