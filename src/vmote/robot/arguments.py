# SPDX-License-Identifier: Apache-2.0
"""Argument types that Robot converts from how a person writes them."""

from __future__ import annotations

from dataclasses import dataclass

from vmote.errors import BadInput
from vmote.units import NS_PER_S, parse_quantity, say_time


@dataclass(frozen=True)
class Duration:
    """A stretch of virtual time, or an instant counted from reset: `12h`, `20ms`, `1h 30min`, `07:00`."""

    ns: int

    def __str__(self) -> str:
        return say_time(self.ns)


@dataclass(frozen=True)
class Cycles:
    """A number of the core's clock cycles: `60000 cycles`, `1.5 Mcycles`, or a bare number."""

    count: int


@dataclass(frozen=True)
class Share:
    """A part of a whole: `10%`, or `0.1`."""

    fraction: float


@dataclass(frozen=True)
class Temperature:
    """A temperature: `-3 degC`, `270 K`."""

    deg_c: float


@dataclass(frozen=True)
class Humidity:
    """A relative humidity: `62 %RH`."""

    percent: float


def duration(text: str) -> Duration:
    """Read a Duration."""
    return Duration(round(_quantity(text, "time") * NS_PER_S))


def cycles(text: str) -> Cycles:
    """Read a number of cycles."""
    return Cycles(round(float(text) if _is_number(text) else _quantity(text, "cycles")))


def share(text: str) -> Share:
    """Read a share."""
    return Share(float(text) if _is_number(text) else _quantity(text, "fraction"))


def temperature(text: str) -> Temperature:
    """Read a temperature."""
    return Temperature(_quantity(text, "temperature"))


def humidity(text: str) -> Humidity:
    """Read a relative humidity."""
    return Humidity(_quantity(text, "humidity"))


CONVERTERS = {
    Duration: duration,
    Cycles: cycles,
    Share: share,
    Temperature: temperature,
    Humidity: humidity,
}


def _quantity(text: str, dimension: str) -> float:
    """Read a quantity; Robot shows a ValueError's words in place of a traceback."""
    try:
        return parse_quantity(str(text), dimension)
    except BadInput as error:
        raise ValueError(f"{error.what}; {error.hint}") from error


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
