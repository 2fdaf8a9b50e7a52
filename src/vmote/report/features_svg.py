# SPDX-License-Identifier: Apache-2.0
"""A model's input, drawn: curves of readings, or a spectrogram with high sounds on top."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from vmote.golden.seen import Seen
from vmote.report.axis import say_value, value_ticks
from vmote.report.heat import heat

_DOTS = 24  # readings of a window that are marked one by one
_COLOURS = 3
_LEGEND = 120  # of a quantity's name


@dataclass(frozen=True)
class Box:
    """A rectangle of a picture."""

    x: float
    y: float
    width: float
    height: float


def features_svg(seen: Seen, box: Box, left: float, right: float) -> Iterator[str]:
    """Yield what is drawn into a panel that reaches from left to right; the box is the stretch the model sees."""
    low, high = float(seen.values.min()), float(seen.values.max())
    if seen.spectrogram:
        yield (
            f'<g><title>{low:.0f} to {high:.0f} dB</title><image x="{box.x:.1f}" y="{box.y:.1f}" '
            f'width="{box.width:.1f}" height="{box.height}" preserveAspectRatio="none" '
            f'style="image-rendering:pixelated" href="{heat(seen.values)}"/></g>'
        )
        yield _text(left - 6, box.y + 8, seen.rows[-1], "end")
        yield _text(left - 6, box.y + box.height, seen.rows[0], "end")
        return
    pad = (high - low) * 0.08 or 0.5
    low, high = low - pad, high + pad

    def place(value: float) -> float:
        return box.y + box.height * (1 - (value - low) / (high - low))

    for tick in value_ticks(low, high):
        y = place(tick)
        yield f'<line class="grid" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(left - 6, y + 3.5, say_value(tick), "end")
    columns = len(seen.values[0])
    xs = [box.x + box.width * (k + 1) / columns for k in range(columns)]  # the newest at the inference
    for number, (name, row) in enumerate(zip(seen.rows, seen.values, strict=True)):
        colour = f"f{number % _COLOURS}"
        points = list(zip(xs, map(place, row.tolist()), strict=True))
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dots = [f'<circle class="dot {colour}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points]
        marked = "".join(dots) if columns <= _DOTS else ""
        yield f'<g><title>{escape(name)}</title><polyline class="feature {colour}" points="{drawn}"/>{marked}</g>'
        at = right - _LEGEND * (len(seen.rows) - number)
        yield f'<rect class="dot {colour}" x="{at}" y="{box.y - 14:.1f}" width="10" height="10" rx="2"/>'
        yield _text(at + 14, box.y - 5, name, "start")


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text class="tick" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
