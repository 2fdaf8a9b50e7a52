# SPDX-License-Identifier: Apache-2.0
"""What the console sent, byte for byte."""

from __future__ import annotations

from vmote.compare.agreement import Aspect, Difference
from vmote.compare.context import around_line
from vmote.trace import Trace


def compare_console(one: Trace, other: Trace, *, judged: bool) -> Aspect:
    """Compare the bytes both consoles sent."""
    sent, also = one.console, other.console
    told = f"{len(sent):,} bytes" if len(sent) == len(also) else f"{len(sent):,} and {len(also):,} bytes"
    if sent == also:
        return Aspect("console", len(sent), 0, told, judged=judged)
    at = _first_unequal(sent, also)
    differing = sum(a != b for a, b in zip(sent, also, strict=False)) + abs(len(sent) - len(also))
    line = sent.count(b"\n", 0, at) + 1
    column = at - (sent.rfind(b"\n", 0, at) + 1) + 1
    first = Difference(
        _time_of(one, other, line), f"line {line}, byte {column} of it", _shown(sent, at), _shown(also, at),
        around_line(one, other, line),
    )  # fmt: skip
    return Aspect("console", max(len(sent), len(also)), differing, told, first, judged)


def _first_unequal(one: bytes, other: bytes) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:  # the longest common start, by halving: slices compare at the speed of memory
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _shown(data: bytes, at: int) -> str:
    if at >= len(data):
        return "nothing more"
    return repr(data[at : at + 24].split(b"\n")[0] or data[at : at + 1])[1:]


def _time_of(one: Trace, other: Trace, line: int) -> int:
    times = [trace.lines[line - 1].t_ns for trace in (one, other) if line <= len(trace.lines)]
    return min(times, default=min(one.stop.t_ns, other.stop.t_ns))
