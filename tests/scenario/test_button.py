# SPDX-License-Identifier: Apache-2.0
"""A button in a scenario: pressed in stretches of the world's time, to the nanosecond of the device's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vmote.errors import BadInput
from vmote.scenario import render
from vmote.scenario.loading import loads
from vmote.scenario.model import Scenario
from vmote.scenario.stimulus import Switch

HEAD = "schema: 1\ntitle: x\ndevice: {app: weather}\nduration: 10s\n"


def read(text: str) -> Scenario:
    return loads(text, Path("test.yaml"))


def pressed(button: str, more: str = "") -> Switch:
    channel = render(read(f"{HEAD}{more}world:\n  button: {button}\n")).channels["button"]
    assert isinstance(channel, Switch)
    return channel


def test_windows_in_every_spelling() -> None:
    channel = pressed("[{at: 2s, for: 300ms}, {from: 4s, to: 5s}, at 7s]")
    assert channel.stretches == (
        (2_000_000_000, 2_300_000_000), (4_000_000_000, 5_000_000_000), (7_000_000_000, 7_100_000_000),
    )  # fmt: skip
    assert [channel.value_at(t) for t in (1_999_999_999, 2_000_000_000, 2_299_999_999, 2_300_000_000)] == [0, 1, 1, 0]
    assert channel.next_change(-1) == 2_000_000_000 and channel.next_change(2_000_000_000) == 2_300_000_000
    assert channel.next_change(7_100_000_000) is None
    assert np.array_equal(channel.samples(1_900_000_000, 10, 5), [0, 1, 1, 1, 0])


def test_overlapping_presses_are_one_and_time_is_the_device_s() -> None:
    assert pressed("[{from: 1s, to: 3s}, {at: 2s, for: 2s}]", "timescale: 2s = 1s\n").stretches == (
        (500_000_000, 2_000_000_000),
    )


def test_presses_are_part_of_the_world_s_hash() -> None:
    worlds = {render(read(f"{HEAD}world:\n  button: {at}\n")).sha256 for at in ("at 2s", "at 3s", "at 2s")}
    assert len(worlds) == 2


@pytest.mark.parametrize("wrong", ["3", "{at: 2s, fir: 1s}", "[2s]", "{from: 3s, to: 11s}", "{at: 3s, for: 8s}"])
def test_mistakes_are_told(wrong: str) -> None:
    with pytest.raises(BadInput, match=r"world\.button"):
        pressed(wrong)
