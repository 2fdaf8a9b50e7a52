# SPDX-License-Identifier: Apache-2.0
"""What both runs said around a place."""

from __future__ import annotations

from bisect import bisect_right

from vmote.compare.agreement import Row
from vmote.trace import Trace

_BEFORE, _AFTER = 4, 2


def around_line(one: Trace, other: Trace, line: int) -> tuple[Row, ...]:
    """Return the console lines around one of them, counted from 1."""
    first = max(1, line - _BEFORE)
    rows = (Row(n, _line(one, n), _line(other, n)) for n in range(first, line + _AFTER + 1))
    return tuple(row for row in rows if row.one is not None or row.other is not None)


def around_time(one: Trace, other: Trace, t_ns: int) -> tuple[Row, ...]:
    """Return the console lines around an instant of the first run."""
    return around_line(one, other, max(1, bisect_right(one.lines, t_ns, key=lambda line: line.t_ns)))


def _line(trace: Trace, n: int) -> str | None:
    return trace.lines[n - 1].text if n <= len(trace.lines) else None
