# SPDX-License-Identifier: Apache-2.0
"""Argument types that Robot converts from how a person writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vmote.errors import BadInput, nearest
from vmote.units import NS_PER_S, parse_quantity, say_time


@dataclass(frozen=True)
class Duration:
    """Virtual time, in nanoseconds."""

    ns: int

    def __str__(self) -> str:
        whole, rest = divmod(self.ns, NS_PER_S)
        return f"{whole}s" if whole < 120 and not rest else say_time(self.ns)


@dataclass(frozen=True)
class Cycles:
    """A number of the core's clock cycles: `60000 cycles`, `1.5 Mcycles`, or a bare number."""

    count: int


@dataclass(frozen=True)
class Share:
    """A part of a whole: `10%`, or `0.1`."""

    fraction: float

    def __str__(self) -> str:
        return f"{self.fraction:.0%}"


@dataclass(frozen=True)
class Quantity:
    """A number in the unit that is used inside."""

    value: float


class Temperature(Quantity):
    """A temperature: `-3 degC`, `270 K`."""


class Humidity(Quantity):
    """A relative humidity: `62 %RH`."""


class Pressure(Quantity):
    """An air pressure: `1013 hPa`."""


class Level(Quantity):
    """A sound's level against full scale: `-30 dBFS`."""

    def __str__(self) -> str:
        return f"{self.value:g} dBFS"


class Ratio(Quantity):
    """A ratio of two levels: `5 dB`."""


class Energy(Quantity):
    """An amount of energy: `12 mJ`."""


DIMENSIONS: dict[type[Quantity], str] = {
    Temperature: "temperature",  # degC
    Humidity: "humidity",  # %RH
    Pressure: "pressure",  # hPa
    Level: "level",  # dBFS
    Ratio: "ratio",  # dB
    Energy: "energy",  # J
}


def duration(text: str) -> Duration:
    """A stretch of virtual time, or an instant counted from reset: `12h`, `20ms`, `1h 30min`, `07:00`."""
    return Duration(round(_quantity(text, "time") * NS_PER_S))


def cycles(text: str) -> Cycles:
    """A number of the core's clock cycles: `60000 cycles`, `1.5 Mcycles`, or a bare number."""
    return Cycles(round(float(text) if _is_number(text) else _quantity(text, "cycles")))


def share(text: str) -> Share:
    """A part of a whole: `10%`, or `0.1`."""
    fraction = float(text) if _is_number(text) else _quantity(text, "fraction")
    if not 0.0 <= fraction <= 1.0:
        raise ValueError(f"{text!r} is no share of a whole: write 0 % to 100 %, or 0 to 1")
    return Share(fraction)


def reader(kind: type[Quantity]) -> Callable[[str], Quantity]:
    """Return what reads a quantity as a person writes it; Robot shows its docstring, which is the quantity's own."""

    def read(text: str) -> Quantity:
        return kind(_quantity(text, DIMENSIONS[kind]))

    read.__doc__ = kind.__doc__
    return read


CONVERTERS: dict[type, Callable[[str], object]] = {
    Duration: duration,
    Cycles: cycles,
    Share: share,
    **{kind: reader(kind) for kind in DIMENSIONS},
}


def only(given: Mapping[str, object], *allowed: str) -> None:
    """Refuse named arguments that a keyword does not know: those that Python could not name itself, such as `for`."""
    for name in given:
        if name not in allowed:
            raise BadInput(f"there is no argument {name!r}", hint=nearest(name, allowed))


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
