# SPDX-License-Identifier: Apache-2.0
"""What the device told in records: their fields, the model's outputs, the instructions an inference took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest

from vmote.compare.agreement import Aspect, Difference
from vmote.compare.context import around_line
from vmote.console import Record
from vmote.trace import Trace

_ELSEWHERE = ("t", "cycles", "out")  # fields with an aspect of their own
Pairs = list[tuple[Record | None, Record | None]]


def compare_records(one: Trace, other: Trace, *, judged: bool) -> Aspect:
    """Compare kinds and fields of all records, in order."""

    def differs(a: Record, b: Record) -> tuple[str, str, str] | None:
        if a.kind != b.kind:
            return f"record on line {a.line}", f"@{a.kind}", f"@{b.kind}"
        for name in dict.fromkeys([*a.fields, *b.fields]):
            if name not in _ELSEWHERE and a.fields.get(name) != b.fields.get(name):
                return f"@{a.kind} on line {a.line}, {name}", _field(a, name), _field(b, name)
        return None

    pairs = list(zip_longest(one.records, other.records))
    return _compare("records", one, other, pairs, differs, _count(one.records, other.records, "records"), judged)


def compare_outputs(one: Trace, other: Trace, *, same_image: bool) -> Aspect:
    """Compare the model's outputs; with other images only of those inferences whose inputs are the same."""

    def differs(a: Record, b: Record) -> tuple[str, str, str] | None:
        if a.text("out") == b.text("out") or (not same_image and a.text("in") != b.text("in")):
            return None
        (outs, others), n = (a.text("out").split(","), b.text("out").split(",")), 0
        while n < min(len(outs), len(others)) and outs[n] == others[n]:
            n += 1
        return f"inference {a.text('n')}, out[{n}]", _field(a, "out"), _field(b, "out")

    infers = _inferences(one), _inferences(other)
    told = _count(*infers, "inferences")
    apart = sum(a.text("in") != b.text("in") for a, b in zip(*infers, strict=False))
    if apart and not same_image:
        told += f"; {apart} sensed other inputs and are left out"
    return _compare("outputs", one, other, list(zip_longest(*infers)), differs, told, True)


def compare_labels(one: Trace, other: Trace) -> Aspect:
    """Compare what the device concluded."""

    def differs(a: Record, b: Record) -> tuple[str, str, str] | None:
        same = a.text("label") == b.text("label")
        return None if same else (f"inference {a.text('n')}, label", a.text("label"), b.text("label"))

    infers = _inferences(one), _inferences(other)
    return _compare("labels", one, other, list(zip_longest(*infers)), differs, _count(*infers, "inferences"), True)


def compare_instructions(one: Trace, other: Trace, *, judged: bool) -> Aspect:
    """Compare what each inference took by the core's own counter, which counts instructions on every engine."""

    def differs(a: Record, b: Record) -> tuple[str, str, str] | None:
        same = a.text("cycles") == b.text("cycles")
        return None if same else (f"@{a.kind} {a.text('n')}, cycles", _field(a, "cycles"), _field(b, "cycles"))

    pairs = [
        (a, b)
        for a, b in zip_longest(one.records, other.records)
        if (a is not None and "cycles" in a.fields) or (b is not None and "cycles" in b.fields)
    ] if judged else list(zip_longest(_inferences(one), _inferences(other)))  # fmt: skip
    ranges = [_range(trace) for trace in (one, other)]
    told = f"{ranges[0]} an inference" if ranges[0] == ranges[1] else f"{ranges[0]} and {ranges[1]} an inference"
    return _compare("instructions an inference", one, other, pairs, differs, told, judged)


def _compare(
    name: str, one: Trace, other: Trace, pairs: Pairs,
    differs: Callable[[Record, Record], tuple[str, str, str] | None], told: str, judged: bool,
) -> Aspect:  # fmt: skip
    differing, first = 0, None
    for a, b in pairs:
        if a is not None and b is not None:
            found = differs(a, b)
            if found is None:
                continue
        else:
            present = a or b
            assert present is not None
            found = f"line {present.line}", str(a or "nothing more"), str(b or "nothing more")
        differing += 1
        if first is None:
            here = [record for record in (a, b) if record is not None]
            context = around_line(one, other, here[0].line)
            first = Difference(min(record.t_ns for record in here), *found, context)
    return Aspect(name, len(pairs), differing, told, first, judged)


def _inferences(trace: Trace) -> list[Record]:
    return trace.of("infer")


def _field(record: Record, name: str) -> str:
    return f"{name}={record.fields[name]}" if name in record.fields else f"no {name}"


def _count(one: Sequence[Record], other: Sequence[Record], what: str) -> str:
    return f"{len(one)} {what}" if len(one) == len(other) else f"{len(one)} and {len(other)} {what}"


def _range(trace: Trace) -> str:
    counts = list(_integers(_inferences(trace), "cycles"))
    if not counts:
        return "none told"
    return f"{min(counts):,}" if min(counts) == max(counts) else f"{min(counts):,} to {max(counts):,}"


def _integers(records: Iterable[Record], name: str) -> Iterable[int]:
    return (value for record in records if (value := record.integer(name)) is not None)
