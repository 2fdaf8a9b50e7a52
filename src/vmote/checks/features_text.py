# SPDX-License-Identifier: Apache-2.0
"""What a model was given, written so that a person sees it in a terminal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vmote.golden.seen import Seen
from vmote.units import say_time

FEW = 8  # columns that are written as numbers; more become a curve
BARS = "▁▂▃▄▅▆▇█"
SHADES = " ░▒▓█"
LINES = 10  # of a spectrogram
COLUMNS = 64


def features_text(seen: Seen, scale: float = 1.0) -> list[str]:
    """Write the input of an inference; `scale` is the world's seconds in a second of the device."""
    at = say_time(round(seen.t_ns * scale))
    length = say_time(round((seen.t_ns - seen.start_ns) * scale))
    what = "dB" if seen.spectrogram else "standard deviations from the mean"
    head = f"features of n={seen.n} at {at}, the {length} before it, in {what}, {seen.source}:"
    return [head, *(_shades(seen) if seen.spectrogram else _curves(seen))]


def _curves(seen: Seen) -> list[str]:
    """Write each quantity: its numbers where they are few, else a curve between its extremes."""
    width = max(map(len, seen.rows))
    low, high = float(seen.values.min()), float(seen.values.max())
    lines = []
    for name, row in zip(seen.rows, seen.values, strict=True):
        if len(row) <= FEW:
            told = " ".join(f"{value:+.2f}" for value in row)
        else:
            told = f"{_marks(_fewer(row, COLUMNS), low, high, BARS)}  {row.min():+.2f} to {row.max():+.2f}"
        lines.append(f"  {name:<{width}}  {told}")
    return lines


def _shades(seen: Seen) -> list[str]:
    """Write a spectrogram: high sounds on top, time to the right, loud is dark."""
    bands = len(seen.values)
    low, high = float(seen.values.min()), float(seen.values.max())
    lines = []
    for part in reversed(np.array_split(np.arange(bands), min(LINES, bands))):
        row = seen.values[part].mean(axis=0)
        named = seen.rows[int(part[len(part) // 2])]
        lines.append(f"  {named:>8}  {_marks(_fewer(row, COLUMNS), low, high, SHADES)}")
    return [*lines, f"  {'':>8}  {low:.0f} dB is blank, {high:.0f} dB is solid"]


def _marks(values: NDArray[np.float64], low: float, high: float, marks: str) -> str:
    if not high > low:
        return marks[0] * len(values)
    steps = np.clip(((values - low) / (high - low) * len(marks)).astype(int), 0, len(marks) - 1)
    return "".join(marks[step] for step in steps)


def _fewer(values: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Average neighbours until no more than `most` are left."""
    if len(values) <= most:
        return values
    return np.array([part.mean() for part in np.array_split(values, most)])
