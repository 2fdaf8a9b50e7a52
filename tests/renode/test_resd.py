# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent))
from resd_reader import ReadBlock, read_resd

from vmote.cli.scenario import app
from vmote.engine.renode.resd import Block, Sample, fine_blocks, write_resd
from vmote.errors import BadInput

INT32 = st.integers(-(2**31), 2**31 - 1)
NS = st.integers(0, 2**62)


def written(tmp_path: Path, *blocks: Block) -> list[ReadBlock]:
    path = tmp_path / "world.resd"
    write_resd(path, blocks)
    return read_resd(path.read_bytes())


def one(block: Block) -> ReadBlock:
    (read,) = read_resd(b"RESD\x01\0\0\0" + block.to_bytes())
    return read


@given(st.lists(INT32, min_size=1), st.integers(0, 65535), NS, st.integers(1, 10**12))
def test_constant_rate_is_read_back(values: list[int], channel: int, start: int, period: int) -> None:
    read = one(Block(Sample.TEMPERATURE, values, channel=channel, start_ns=start, period_ns=period))
    assert (read.sample, read.channel) == (1, channel)
    assert read.samples == [(start + n * period, (value,)) for n, value in enumerate(values)]


@given(st.lists(st.tuples(INT32, INT32, INT32), min_size=1), st.data())
def test_arbitrary_times_of_three_axes_are_read_back(values: list[tuple[int, int, int]], data: st.DataObject) -> None:
    times = data.draw(st.sets(NS, min_size=len(values), max_size=len(values)).map(sorted))
    read = one(Block(Sample.ACCELERATION, values, times_ns=times, start_ns=7))
    assert read.samples == [(7 + time, value) for time, value in zip(times, values, strict=True)]


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1))
def test_pressure_takes_eight_bytes(values: list[int]) -> None:
    assert [v for _, (v,) in one(Block(Sample.PRESSURE, values, period_ns=1)).samples] == values


@given(st.lists(st.floats(-90, 150), min_size=1))
def test_fine_blocks_hold_millionths(values: list[float]) -> None:
    whole, rest = (one(block) for block in fine_blocks(Sample.TEMPERATURE, values, 1_000_000))
    assert (whole.channel, rest.channel) == (0, 1)
    for value, (_, (thousandths,)), (_, (millionths,)) in zip(values, whole.samples, rest.samples, strict=True):
        assert 0 <= millionths < 1000
        assert thousandths * 1000 + millionths == pytest.approx(value * 1e6, abs=0.5)


def test_blocks_follow_one_another(tmp_path: Path) -> None:
    read = written(
        tmp_path,
        Block(Sample.HUMIDITY, [40_000, 41_000], period_ns=10),
        Block(Sample.TEMPERATURE, [-1500], channel=3, times_ns=[5]),
    )
    assert [(b.sample, b.channel, len(b.samples)) for b in read] == [(6, 0, 2), (1, 3, 1)]


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (Block(Sample.HUMIDITY, [-1], period_ns=1), "humidity -1 is not within 0"),
        (Block(Sample.TEMPERATURE, [2**31], period_ns=1), "2147483648 is not within"),
        (Block(Sample.TEMPERATURE, [1.5], period_ns=1), "whole numbers"),
        (Block(Sample.TEMPERATURE, [], period_ns=1), "shape"),
        (Block(Sample.ACCELERATION, [1, 2, 3], period_ns=1), "a row of 3"),
        (Block(Sample.TEMPERATURE, [1], period_ns=0), "period"),
        (Block(Sample.TEMPERATURE, [1]), "either a period or a time"),
        (Block(Sample.TEMPERATURE, [1], period_ns=1, times_ns=[1]), "either a period or a time"),
        (Block(Sample.TEMPERATURE, [1, 2], times_ns=[5, 5]), "rise"),
        (Block(Sample.TEMPERATURE, [1, 2], times_ns=[1]), "1 times for 2 samples"),
        (Block(Sample.TEMPERATURE, [1], times_ns=[-1]), "begin at 0"),
        (Block(Sample.TEMPERATURE, [1], channel=65536, period_ns=1), "channel"),
        (Block(Sample.TEMPERATURE, [1], start_ns=-1, period_ns=1), "start time"),
    ],
)
def test_what_the_format_cannot_hold_is_refused(block: Block, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        block.to_bytes()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e12])
def test_fine_blocks_refuse_what_is_no_quantity(value: float) -> None:
    with pytest.raises(BadInput):
        fine_blocks(Sample.TEMPERATURE, np.array([0.0, value]), 1)[0].to_bytes()


def test_a_scenario_that_is_exported_is_read_back(tmp_path: Path) -> None:
    """`vmote scenario export -f resd`, held by a reader that shares no line with the writer."""
    (tmp_path / "s.yaml").write_text(
        "schema: 1\ntitle: t\ndevice: {app: weather}\nduration: 1h\n"
        "world: {temperature: {ramp: {from: -3 degC, to: 9 degC}}, humidity: 60 %RH, acceleration-z: 1 g}\n"
    )
    told = CliRunner().invoke(app, ["export", str(tmp_path / "s.yaml"), "--rate", "1", "-o", str(tmp_path / "w.resd")])
    assert told.exit_code == 0, told.output
    read = {block.sample: block.samples for block in read_resd((tmp_path / "w.resd").read_bytes())}
    assert set(read) == {1, 2, 6}  # temperature, acceleration, humidity
    assert read[1][0] == (0, (-3000,)) and read[1][1800] == (1800 * 10**9, (3000,))  # thousandths of a degree
    assert {value for _, value in read[6]} == {(60_000,)} and {value for _, value in read[2]} == {(0, 0, 1_000_000)}
