# SPDX-License-Identifier: Apache-2.0
"""Quantities as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmote.errors import BadInput
from vmote.units import UNITS, parse_quantity, say_time, to_ns, units_of


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("12h", "time", 43200.0),
        ("20ms", "time", 0.02),
        ("1h 30min", "time", 5400.0),
        ("07:00", "time", 25200.0),
        ("01:02:03.5", "time", 3723.5),
        ("-3.5 degC", "temperature", -3.5),
        ("273.15 K", "temperature", 0.0),
        ("32 degF", "temperature", 0.0),
        ("62 %RH", "humidity", 62.0),
        ("0.98 g", "acceleration", 0.98),
        ("9.80665 m/s2", "acceleration", 1.0),
        ("-20 dBFS", "level", -20.0),
        ("4 KB", "size", 4096.0),
        ("25%", "fraction", 0.25),
    ],
)
def test_reads_what_people_write(text: str, dimension: str, value: float) -> None:
    assert parse_quantity(text, dimension) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "dimension", "says"),
    [
        ("12", "time", "has no unit"),
        ("12 degC", "time", "unit of temperature"),
        ("12 hrs", "time", "not a unit"),
        ("cold", "temperature", "not a temperature"),
        ("nan degC", "temperature", "not a temperature"),
        ("1e999 degC", "temperature", "not a finite"),
        ("", "time", "not a time"),
    ],
)
def test_says_what_is_wrong(text: str, dimension: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        parse_quantity(text, dimension, where="x.yaml:3")


@given(st.text(max_size=30), st.sampled_from(sorted({unit.dimension for unit in UNITS.values()})))
def test_any_text_is_a_number_or_a_sentence(text: str, dimension: str) -> None:
    try:
        value = parse_quantity(text, dimension)
    except BadInput:
        return
    assert math.isfinite(value)


@given(st.floats(-1e6, 1e6), st.sampled_from(sorted(UNITS)))
def test_every_unit_reads_back(value: float, unit: str) -> None:
    kind = UNITS[unit]
    assert parse_quantity(f"{value!r} {unit}", kind.dimension) == pytest.approx(value * kind.scale + kind.offset)
    assert unit in units_of(kind.dimension)


def test_says_times() -> None:
    assert [say_time(to_ns(s)) for s in (2.4, 150, 4 * 3600, 86400)] == ["2.400 s", "2min 30s", "4h 00min", "24h 00min"]
