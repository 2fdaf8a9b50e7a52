# SPDX-License-Identifier: Apache-2.0
"""Quantities as people write them (`12h`, `-3.5 degC`, `62 %RH`), converted and checked once."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from vmote.errors import BadInput, nearest

NS_PER_S = 1_000_000_000


@dataclass(frozen=True)
class Unit:
    """A unit of one dimension: value in the dimension's base unit = written × scale + offset."""

    dimension: str
    scale: float
    offset: float = 0.0


# The base unit of each dimension is the one with scale 1.
UNITS: dict[str, Unit] = {
    "ns": Unit("time", 1e-9), "us": Unit("time", 1e-6), "ms": Unit("time", 1e-3), "s": Unit("time", 1.0),
    "min": Unit("time", 60.0), "h": Unit("time", 3600.0), "d": Unit("time", 86400.0),
    "degC": Unit("temperature", 1.0), "°C": Unit("temperature", 1.0),
    "K": Unit("temperature", 1.0, -273.15), "degF": Unit("temperature", 5 / 9, -160 / 9),
    "%RH": Unit("humidity", 1.0),
    "Pa": Unit("pressure", 0.01), "hPa": Unit("pressure", 1.0), "kPa": Unit("pressure", 10.0),
    "g": Unit("acceleration", 1.0), "mg": Unit("acceleration", 1e-3), "m/s2": Unit("acceleration", 1 / 9.80665),
    "dps": Unit("angular-rate", 1.0), "rad/s": Unit("angular-rate", 180 / math.pi),
    "gauss": Unit("magnetic-field", 1.0), "uT": Unit("magnetic-field", 0.01),
    "dBFS": Unit("level", 1.0), "dB": Unit("ratio", 1.0), "FS": Unit("sound", 1.0),
    "rpm": Unit("frequency", 1 / 60),
    "Hz": Unit("frequency", 1.0), "kHz": Unit("frequency", 1e3), "MHz": Unit("frequency", 1e6),
    "pressed": Unit("button", 1.0),
    "V": Unit("voltage", 1.0), "mV": Unit("voltage", 1e-3),
    "uA": Unit("current", 1e-6), "mA": Unit("current", 1e-3), "A": Unit("current", 1.0),
    "J": Unit("energy", 1.0), "mJ": Unit("energy", 1e-3), "uJ": Unit("energy", 1e-6),
    "cycles": Unit("cycles", 1.0), "Mcycles": Unit("cycles", 1e6), "kcycles": Unit("cycles", 1e3),
    "B": Unit("size", 1.0), "KB": Unit("size", 1024.0), "MB": Unit("size", 1024.0 * 1024.0),
    "%": Unit("fraction", 0.01),
    "deg": Unit("angle", 1.0), "rad": Unit("angle", 180 / math.pi),
    "m": Unit("length", 1.0), "cm": Unit("length", 0.01), "mm": Unit("length", 0.001),
}  # fmt: skip

# How each dimension is written, for messages.
QUANTITY_EXAMPLES: dict[str, str] = {
    "time": "12h", "temperature": "-3.5 degC", "humidity": "62 %RH", "pressure": "1013 hPa", "acceleration": "0.98 g",
    "angular-rate": "90 dps", "magnetic-field": "0.5 gauss", "level": "-20 dBFS", "ratio": "6 dB", "sound": "0.5 FS",
    "frequency": "440 Hz", "cycles": "200 kcycles", "size": "16 KB", "energy": "12 mJ", "fraction": "20 %",
    "angle": "45 deg", "length": "30 cm", "voltage": "3.3 V", "current": "5 mA", "button": "1 pressed",
}  # fmt: skip

_QUANTITY = re.compile(r"^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(\S.*?)?\s*$")


def units_of(dimension: str) -> list[str]:
    """List the units a dimension can be written in."""
    return [name for name, unit in UNITS.items() if unit.dimension == dimension]


def parse_quantity(text: str, dimension: str, *, where: str = "", difference: bool = False) -> float:
    """Return a written quantity in its dimension's base unit, or say what is wrong with it.

    A difference (`a swing of 4 K`) is scaled but not shifted: 4 K and 4 degC are the same difference, no temperature.
    """
    allowed = units_of(dimension)
    if dimension == "time" and (total := _parse_compound_time(text)) is not None:
        if not math.isfinite(total):
            raise BadInput(f"{text!r} is not a finite time", where=where)
        return total
    match = _QUANTITY.match(text)
    if not match:
        raise BadInput(
            f"{text!r} is not a {dimension}", where=where, hint=f"write a number and a unit, such as '5 {allowed[0]}'"
        )
    number, name = match.groups()
    if name is None:
        raise BadInput(f"{text!r} has no unit", where=where, hint=f"write {number} and one of: {', '.join(allowed)}")
    unit = UNITS.get(name)
    if unit is None or unit.dimension != dimension:
        what = "is not a unit" if unit is None else f"is a unit of {unit.dimension}, not of {dimension}"
        raise BadInput(f"{name!r} in {text!r} {what}", where=where, hint=nearest(name, allowed))
    value = float(number) * unit.scale + (0.0 if difference else unit.offset)
    if not math.isfinite(value):
        raise BadInput(f"{text!r} is not a finite {dimension}", where=where)
    return value


_COMPOUND = re.compile(r"^\s*(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)min)?\s*(?:(\d+(?:\.\d+)?)s)?\s*$")
_CLOCK = re.compile(r"^\s*(\d{1,3}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?\s*$")


def _parse_compound_time(text: str) -> float | None:
    """Read `1h 30min`, and `07:00` or `07:00:30` as a time since the start."""
    if clock := _CLOCK.match(text):
        h, m, s = clock.groups()
        return int(h) * 3600.0 + int(m) * 60.0 + float(s or 0)
    match = _COMPOUND.match(text)
    if not match or not any(match.groups()):
        return None
    d, h, m, s = (float(g or 0) for g in match.groups())
    return d * 86400 + h * 3600 + m * 60 + s


def to_ns(seconds: float) -> int:
    """Round seconds to whole nanoseconds, the integer unit that time has everywhere inside."""
    return round(seconds * NS_PER_S)


def say_time(t_ns: int) -> str:
    """Write a virtual time for a person: `4h 00min`, `2.400 s`."""
    seconds = t_ns / NS_PER_S
    if seconds < 120:
        return f"{seconds:.3f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}min {rest:02d}s" if rest else f"{minutes}min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes:02d}min"
