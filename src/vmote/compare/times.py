# SPDX-License-Identifier: Apache-2.0
"""When things happened, within a bound: records, outputs of the board, the end."""

from __future__ import annotations

from itertools import zip_longest

from vmote.compare.agreement import Aspect, Difference
from vmote.compare.context import around_line, around_time
from vmote.trace import PinChange, Trace
from vmote.units import NS_PER_S, say_time


def compare_times(one: Trace, other: Trace, bound_ns: int) -> Aspect:
    """Compare when each record arrived; records without a partner are another aspect's business."""
    first, differing, worst, worst_line = None, 0, 0, 0
    pairs = [(a, b) for a, b in zip(one.records, other.records, strict=False) if a.kind == b.kind]
    for a, b in pairs:
        apart = abs(a.t_ns - b.t_ns)
        if apart > worst:
            worst, worst_line = apart, a.line
        if apart > bound_ns:
            differing += 1
            if first is None:
                first = Difference(
                    min(a.t_ns, b.t_ns), f"@{a.kind} on line {a.line}, {_ms(apart)} apart", _at(a.t_ns), _at(b.t_ns),
                    around_line(one, other, a.line),
                )  # fmt: skip
    told = f"at most {_ms(worst)} apart" + (f" (line {worst_line})" if worst else "")
    return Aspect(f"times within {_ms(bound_ns)}", len(pairs), differing, told, first)


def compare_pins(one: Trace, other: Trace, bound_ns: int, *, judged: bool) -> Aspect:
    """Compare what LEDs and supplies did, and when; two boards have their own."""
    first, differing, worst = None, 0, 0
    for a, b in zip_longest(one.pins, other.pins):
        if a is not None and b is not None:
            apart = abs(a.t_ns - b.t_ns)
            if (a.name, a.on) == (b.name, b.on):
                worst = max(worst, apart)
                if apart <= bound_ns:
                    continue
        differing += 1
        if first is None:
            t_ns = min(pin.t_ns for pin in (a, b) if pin is not None)
            first = Difference(t_ns, "an output of the board", _pin(a), _pin(b), around_time(one, other, t_ns))
    counts = len(one.pins), len(other.pins)
    told = f"{counts[0]} changes" if counts[0] == counts[1] else f"{counts[0]} and {counts[1]} changes"
    return Aspect("pins", max(counts), differing, f"{told}, at most {_ms(worst)} apart", first, judged)


def compare_ends(one: Trace, other: Trace, bound_ns: int) -> Aspect:
    """Compare why and when both runs ended."""
    a, b = one.stop, other.stop
    same = a.end == b.end and abs(a.t_ns - b.t_ns) <= bound_ns
    told = f"{a.end} at {say_time(a.t_ns)}"
    if same:
        return Aspect("end", 1, 0, told)
    t_ns = min(a.t_ns, b.t_ns)
    ends = [f"{stop.end} at {_at(stop.t_ns)}" + (f": {stop.detail}" if stop.detail else "") for stop in (a, b)]
    first = Difference(t_ns, "how the run ended", ends[0], ends[1], around_time(one, other, t_ns))
    return Aspect("end", 1, 1, told, first)


def compare_totals(one: Trace, other: Trace, slack: int, *, judged: bool) -> Aspect:
    """Compare the instructions of the whole run."""
    a, b = one.counters.instructions, other.counters.instructions
    told = f"{a:,}" if a == b else f"{a:,} and {b:,}, {abs(a - b):,} apart"
    name = f"instructions in all within {slack}" if slack and judged else "instructions in all"
    if a == b or abs(a - b) <= slack:
        return Aspect(name, 1, 0, told, judged=judged)
    end = min(one.stop.t_ns, other.stop.t_ns)
    return Aspect(name, 1, 1, told, Difference(end, "the whole run", f"{a:,}", f"{b:,}"), judged)


def _ms(ns: int) -> str:
    return f"{ns / 1e6:.6g} ms" if ns < NS_PER_S else say_time(ns)


def _at(t_ns: int) -> str:
    return f"{t_ns / 1e9:.6f} s"


def _pin(pin: PinChange | None) -> str:
    return "nothing more" if pin is None else f"{pin.name} {'on' if pin.on else 'off'} at {_at(pin.t_ns)}"
