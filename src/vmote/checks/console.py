# SPDX-License-Identifier: Apache-2.0
"""Expectations about the console: lines and records that must appear, and those that must not."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from vmote.console import Line, parse_record
from vmote.scenario.expect import OnConsole, Said
from vmote.units import say_time, to_ns
from vmote.verdict import Check, Outcome

LONGEST = 2000  # of a line that a pattern is held against: a pattern must not take for ever


def console(wanted: OnConsole, lines: list[Line], duration: int) -> Iterator[Check]:
    """Check what the console must hold and must not; the lines' times are the world's."""
    for item in wanted.must:
        found = _found(item, lines)
        times = f" {item.times} times" if item.times else ""
        expected = f"{_describe(item)}{times}"
        outcome = Outcome.PASS if (len(found) == item.times if item.times else found) else Outcome.FAIL
        happened = f"{len(found)} times, first {_shown(found[0])}" if found else "not there"
        detail = "" if outcome is Outcome.PASS else _nearest(item, lines)
        yield Check("console", expected, happened, outcome, detail, *_span(item, duration))
    for item in wanted.never:
        found = _found(item, lines)
        expected = f"no {_describe(item)}"
        happened = f"{len(found)} times, first {_shown(found[0])}" if found else "none"
        yield Check("console", expected, happened, Outcome.FAIL if found else Outcome.PASS, "", *_span(item, duration))


def _found(item: Said, lines: list[Line]) -> list[Line]:
    low = to_ns(item.from_ or 0.0)
    high = to_ns(item.to) if item.to is not None else None
    inside = [line for line in lines if line.t_ns >= low and (high is None or line.t_ns <= high)]
    if item.line is not None:
        return [line for line in inside if item.line in line.text]
    if item.pattern is not None:
        return [line for line in inside if fnmatchcase(line.text[:LONGEST], item.pattern)]
    return [line for line in inside if _matches(item, line)]


def _matches(item: Said, line: Line) -> bool:
    record = parse_record(line.text)
    if record is None or record.kind != (item.record or "").lstrip("@"):
        return False
    return all(_equal(wanted, record.fields.get(key)) for key, wanted in item.fields.items())


def _equal(wanted: str | int | float, found: str | None) -> bool:
    if found is None or str(wanted) == found:
        return found is not None
    try:
        return float(wanted) == float(found)
    except ValueError:
        return False


def _describe(item: Said) -> str:
    where = "" if item.from_ is None and item.to is None else " in its time"
    if item.line is not None:
        return f"line with {item.line!r}{where}"
    if item.pattern is not None:
        return f"line like {item.pattern!r}{where}"
    fields = "".join(f" {key}={value}" for key, value in item.fields.items())
    return f"@{(item.record or '').lstrip('@')}{fields}{where}"


def _shown(line: Line) -> str:
    return f"at {say_time(line.t_ns)}: {line.text[:120]}"


def _nearest(item: Said, lines: list[Line]) -> str:
    """Tell what came closest: records of the same kind."""
    if item.record is None:
        return f"the console has {len(lines)} lines"
    same = [line for line in lines if line.text.startswith(f"@{item.record.lstrip('@')} ")]
    return f"records of that kind: {len(same)}" + (f", the last {_shown(same[-1])}" if same else "")


def _span(item: Said, duration: int) -> tuple[int, int]:
    return to_ns(item.from_ or 0.0), duration if item.to is None else to_ns(item.to)
