# SPDX-License-Identifier: Apache-2.0
"""Round numbers for an axis, and its words."""

from __future__ import annotations

import math

_TIME_STEPS = (
    1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
    3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000,
)  # fmt: skip


def value_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Return round values that divide a range into about `count` parts."""
    span = high - low
    if not span > 0:
        return [low]
    raw = span / count
    magnitude = 10.0 ** math.floor(math.log10(raw))
    step = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= raw)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def time_ticks(start_s: float, end_s: float, count: int = 12) -> list[float]:
    """Return round instants, in seconds, that divide a stretch of time into at most `count` parts."""
    span = end_s - start_s
    if not span > 0:
        return [start_s]
    step = next((step for step in _TIME_STEPS if span / step <= count), _TIME_STEPS[-1])
    while span / step > count:
        step *= 2
    first = math.ceil(start_s / step - 1e-9)
    return [n * step for n in range(first, math.floor(end_s / step + 1e-9) + 1)]


def say_tick(t_s: float, span_s: float) -> str:
    """Write an instant as an axis shows it: `07:00` in hours, else seconds."""
    if span_s >= 2 * 3600:
        minutes = round(t_s / 60)
        days, minutes = divmod(minutes, 1440)
        clock = f"{minutes // 60:02d}:{minutes % 60:02d}"
        return f"{days}d {clock}" if span_s > 2 * 86400 else f"{days * 24 + minutes // 60:02d}:{minutes % 60:02d}"
    if span_s >= 120:
        return f"{int(t_s // 60)}:{int(t_s % 60):02d}"
    return f"{t_s:.3f}".rstrip("0").rstrip(".") + " s"


def say_value(value: float) -> str:
    """Write a value without needless digits."""
    return f"{value:.4g}"
