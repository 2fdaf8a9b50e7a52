# SPDX-License-Identifier: Apache-2.0
"""Arguments as people write them."""

from __future__ import annotations

from typing import Any

import pytest

from vmote.robot import arguments as a


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (a.duration, "12h", a.Duration(12 * 3600 * 10**9)),
        (a.duration, "20ms", a.Duration(20_000_000)),
        (a.duration, "1h 30min", a.Duration(5400 * 10**9)),
        (a.duration, "07:00", a.Duration(7 * 3600 * 10**9)),
        (a.cycles, "60000 cycles", a.Cycles(60000)),
        (a.cycles, "1.5 Mcycles", a.Cycles(1_500_000)),
        (a.cycles, "60000", a.Cycles(60000)),
        (a.share, "10%", a.Share(0.1)),
        (a.share, "0.9", a.Share(0.9)),
        (a.reader(a.Temperature), "-3 degC", a.Temperature(-3.0)),
        (a.reader(a.Temperature), "-3°C", a.Temperature(-3.0)),
        (a.reader(a.Humidity), "97 %RH", a.Humidity(97.0)),
        (a.reader(a.Pressure), "985 hPa", a.Pressure(985.0)),
        (a.reader(a.Level), "-30 dBFS", a.Level(-30.0)),
        (a.reader(a.Ratio), "5dB", a.Ratio(5.0)),
        (a.reader(a.Energy), "12 mJ", a.Energy(0.012)),
    ],
)
def test_it_is_read(read: Any, text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (a.duration, "12 hous", "is not a unit"),
        (a.duration, "12", "has no unit"),
        (a.reader(a.Temperature), "3 %RH", "is a unit of humidity, not of temperature"),
        (a.share, "1.2", "is no share of a whole"),
        (a.share, "-5%", "is no share of a whole"),
        (a.cycles, "many", "is not a cycles"),
        (a.reader(a.Ratio), "5 dBFS", "not of ratio"),
    ],
)
def test_what_is_wrong_is_said(read: Any, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(text)
