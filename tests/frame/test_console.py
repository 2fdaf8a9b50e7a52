# SPDX-License-Identifier: Apache-2.0
"""The device's words, whole and broken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vmote.console import Console, parse_record

LINE = "@infer n=4 t=14400.000 out=-128,87 label=snow score=0.841 cycles=48210"


def test_reads_a_record() -> None:
    record = parse_record(LINE, t_ns=5, line=3)
    assert record is not None
    assert (record.kind, record.text("label"), record.integer("cycles")) == ("infer", "snow", 48210)
    assert record.integers("out") == (-128, 87)
    assert record.device_t_ns == 14_400_000_000_000
    assert str(record) == LINE


def test_free_text_is_no_record() -> None:
    for text in ("hello", "@ infer n=1", "@infer n", "mail me@home x=1", "", "@infer  n=1"):
        assert parse_record(text) is None


def test_missing_and_malformed_fields_are_none() -> None:
    record = parse_record("@infer n=x out=1,,2")
    assert record is not None
    assert (record.integer("n"), record.number("score"), record.integers("out")) == (None, None, ())


def test_a_record_counts_when_its_line_ends() -> None:
    console = Console()
    assert console.feed(1, b"@led name=builtin") == []
    (record,) = console.feed(2, b" on=1\r\nrest")
    assert (record.t_ns, record.text("on"), record.line) == (2, "1", 1)
    console.finish(3)
    assert [line.text for line in console.lines] == ["@led name=builtin on=1", "rest"]


def test_a_record_cut_off_by_the_end_is_none() -> None:
    console = Console()
    console.feed(1, b"@infer n=1 label=snow")
    console.finish(2)
    assert console.records == []
    assert len(console.lines) == 1


def test_an_endless_line_does_not_grow() -> None:
    console = Console()
    for _ in range(100):
        console.feed(1, b"x" * 1000)
    assert console.size == 100_000
    assert all(len(line.text) <= 4096 for line in console.lines)


@given(st.lists(st.binary(max_size=60), max_size=30))
def test_the_way_bytes_arrive_does_not_matter(pieces: list[bytes]) -> None:
    whole, parts = Console(), Console()
    whole.feed(7, b"".join(pieces))
    for piece in pieces:
        parts.feed(7, piece)
    whole.finish(8)
    parts.finish(8)
    assert [line.text for line in whole.lines] == [line.text for line in parts.lines]
