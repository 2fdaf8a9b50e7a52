# SPDX-License-Identifier: Apache-2.0
"""Two traces held against each other, made by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from vmote.compare import Agreement, Bounds, hold
from vmote.compare.document import agreement_document
from vmote.console import Console
from vmote.engine.base import Counters, End, Stop
from vmote.trace import Identity, PinChange, Trace

MS = 1_000_000
SAID = (
    "booting",
    "@boot app=weather board=b arena=1/2",
    "@sample n=0 t=1.000 temperature=1.5",
    "@infer n=0 t=1.000 in=1,2 out=3,-4 label=snow score=0.9 cycles=1000",
    "@led name=builtin on=1 t=1.001",
    "@infer n=1 t=2.000 in=1,3 out=5,-6 label=rain score=0.8 cycles=1100",
)
PINS = (PinChange(1001 * MS, "builtin", True), PinChange(2001 * MS, "builtin", False))


def trace(
    said: Sequence[str] = SAID, *, image: str = "a" * 64, late_ns: Sequence[int] = (), pins: Sequence[PinChange] = PINS,
    stop: Stop | None = None, instructions: int = 5000, board: str = "b",
) -> Trace:  # fmt: skip
    identity = Identity(board, "weather", "baremetal", "native", "snow", "e", "E 1", "s", image, "0")
    console = Console()
    for n, line in enumerate(said):
        console.feed((n + 1) * 500 * MS + (late_ns[n] if n < len(late_ns) else 0), line.encode() + b"\r\n")
    return Trace(
        identity, stop or Stop(End.TIME, 4000 * MS), Counters(9, instructions), tuple(console.lines),
        tuple(console.records), tuple(pins), console=bytes(console.raw),
    )  # fmt: skip


def changed(line: int, old: str, new: str) -> tuple[str, ...]:
    assert old in SAID[line - 1]
    return tuple(text.replace(old, new) if n == line - 1 else text for n, text in enumerate(SAID))


def failed(agreement: Agreement) -> set[str]:
    return {aspect.name.partition(" within")[0] for aspect in agreement.aspects if aspect.failed}


def test_the_same_is_alike() -> None:
    agreement = hold(trace(), trace())
    assert agreement.passed
    assert agreement.same_image
    assert agreement.first is None
    assert {a.name: a.compared for a in agreement.aspects}["outputs"] == 2


@pytest.mark.parametrize(
    ("other", "aspects", "where", "values"),
    [
        (trace(changed(1, "booting", "boating")), {"console"}, "line 1, byte 3 of it", (r"'oting\r'", r"'ating\r'")),
        (
            trace(changed(3, "1.5", "1.6")),
            {"console", "records"},
            "@sample on line 3, temperature",
            ("temperature=1.5", "temperature=1.6"),
        ),
        (
            trace(changed(4, "3,-4", "3,-5")),
            {"console", "outputs"},
            "inference 0, out[1]",
            ("out=3,-4", "out=3,-5"),
        ),
        (
            trace(changed(6, "=1100", "=1101")),
            {"console", "instructions an inference"},
            "@infer 1, cycles",
            ("cycles=1100", "cycles=1101"),
        ),
        (trace(SAID[:-1]), {"console", "records", "labels", "outputs", "instructions an inference"}, "line 6", None),
        (trace(late_ns=[0, 0, MS]), {"times"}, "@sample on line 3, 1 ms apart", ("1.500000 s", "1.501000 s")),
        (trace(pins=PINS[:1]), {"pins"}, "an output", ("builtin off at 2.001000 s", "nothing more")),
        (
            trace(pins=[PINS[0], replace(PINS[1], t_ns=2003 * MS)]),
            {"pins"},
            "an output",
            ("builtin off at 2.001000 s", "builtin off at 2.003000 s"),
        ),
        (trace(stop=Stop(End.FAULT, 3000 * MS, "x")), {"end"}, "how the run ended", None),
        (trace(instructions=5009), {"instructions in all"}, "the whole run", ("5,000", "5,009")),
    ],
)
def test_what_differs_is_named_and_nothing_else(
    other: Trace, aspects: set[str], where: str, values: tuple[str, str] | None
) -> None:
    agreement = hold(trace(), other)
    assert failed(agreement) == aspects
    assert not agreement.passed
    places = [a.first for a in agreement.aspects if a.first is not None and where in a.first.where]
    assert places, [a.first for a in agreement.aspects]
    if values is not None:
        assert (places[0].one, places[0].other) == values


def test_within_the_bounds_is_alike() -> None:
    other = trace(late_ns=[0, 0, MS], instructions=5003)
    assert not hold(trace(), other, Bounds(MS - 1, 3)).passed
    assert not hold(trace(), other, Bounds(MS, 2)).passed
    assert hold(trace(), other, Bounds(MS, 3)).passed


def test_the_first_difference_is_the_earliest_with_what_was_said_around_it() -> None:
    lines = list(changed(6, "=1100", "=1101"))
    lines[2] = lines[2].replace("1.5", "1.6")
    agreement = hold(trace(), trace(lines, pins=PINS[:1]))
    assert agreement.first is not None
    _, difference = agreement.first
    assert difference.t_ns == 1500 * MS
    rows = {row.line: row for row in difference.context}
    assert sorted(rows) == [1, 2, 3, 4, 5]
    assert [n for n, row in rows.items() if not row.same] == [3]
    assert (rows[3].one, rows[3].other) == (SAID[2], lines[2])


def test_a_line_ending_alone_is_a_difference() -> None:
    other = replace(trace(), console=trace().console.replace(b"\r\n", b"\n", 1))
    assert failed(hold(trace(), other)) == {"console"}


def test_a_cut_console_says_where_it_ends() -> None:
    other = replace(trace(), console=trace().console[:-5])
    (aspect,) = [a for a in hold(trace(), other).aspects if a.failed]
    assert aspect.first is not None
    assert aspect.first.other == "nothing more"
    assert aspect.differing == 5


OTHER: Callable[..., Trace] = lambda *args, **more: trace(*args, image="b" * 64, **more)  # noqa: E731


def test_of_two_images_only_conclusions_outputs_and_times_count() -> None:
    lines = list(changed(6, "=1100", "=2200"))
    lines[0] = "another program"
    other = OTHER(lines, instructions=9000, late_ns=[0, 0, 50 * MS])
    agreement = hold(trace(), other)
    assert agreement.passed
    assert not agreement.same_image
    told = {a.name: a for a in agreement.aspects}
    assert not told["console"].agrees
    assert not told["console"].judged
    assert told["instructions an inference"].said == "1,000 to 1,100 and 1,000 to 2,200 an inference"
    assert failed(hold(trace(), OTHER(changed(6, "label=rain", "label=snow")))) == {"labels"}
    assert failed(hold(trace(), OTHER(late_ns=[0, 0, 101 * MS]))) == {"times"}


def test_of_two_images_outputs_of_other_inputs_are_left_out() -> None:
    assert failed(hold(trace(), OTHER(changed(4, "3,-4", "3,-5")))) == {"outputs"}
    lines = changed(4, "in=1,2 out=3,-4", "in=1,1 out=3,-5")
    agreement = hold(trace(), OTHER(lines))
    assert agreement.passed
    assert "1 sensed other inputs" in {a.name: a.said for a in agreement.aspects}["outputs"]


def test_the_same_image_on_another_board_is_another_device_with_its_own_pins() -> None:
    agreement = hold(trace(), trace(board="c", pins=PINS[:1]))
    assert not agreement.same_image
    assert agreement.passed


def test_the_document_tells_it_all() -> None:
    document = agreement_document(hold(trace(), trace(changed(4, "3,-4", "3,-5"))))
    assert document["passed"] is False
    assert document["bounds"] == {"time": 0.00025, "instructions": 8}
    assert document["first"]["t"] == 2.0
    outputs = next(a for a in document["aspects"] if a["name"] == "outputs")
    assert (outputs["compared"], outputs["differing"], outputs["first"]["where"]) == (2, 1, "inference 0, out[1]")
