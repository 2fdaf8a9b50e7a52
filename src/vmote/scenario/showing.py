# SPDX-License-Identifier: Apache-2.0
"""`vmote scenario show`: the world as a picture in the terminal or a PNG, truth and faults on the same axis."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from vmote.errors import Missing
from vmote.scenario.model import Scenario
from vmote.scenario.signals.grid import Floats
from vmote.scenario.stimulus import QUANTITY_UNITS, Stimulus
from vmote.units import NS_PER_S, say_time

GROUPS = ("acceleration", "angular-rate", "magnetic-field")
POINTS = 4000  # of a curve in a picture
SCANNED = 2_000_000  # samples looked at for a curve's envelope
DOTS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))  # Braille: left and right column, from the lowest up


def envelope(stimulus: Stimulus, name: str, points: int) -> tuple[Floats, Floats]:
    """Return the lowest and the highest value in each of `points` stretches of a channel: peaks do not get lost."""
    channel = stimulus.channels[name]
    native = _native_rate(name, stimulus)
    total = int(stimulus.duration_ns / NS_PER_S * native)
    each = max(1, min(total, SCANNED) // points)
    low, high = np.empty(points), np.empty(points)
    for i in range(points):
        start = stimulus.duration_ns * i // points
        rate = each * points * NS_PER_S / stimulus.duration_ns
        part = channel.samples(start, rate, each)
        low[i], high[i] = part.min(), part.max()
    return low, high


def _native_rate(name: str, stimulus: Stimulus) -> float:
    grid: Any = getattr(stimulus.channels[name], "grid", None)
    return float(grid.rate) if grid is not None else 100.0


def groups(names: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Gather axes that belong into one picture."""
    out: dict[str, list[str]] = {}
    for name in names:
        group = next((group for group in GROUPS if name.startswith(group)), name)
        out.setdefault(group, []).append(name)
    return list(out.items())


def as_text(scenario: Scenario, stimulus: Stimulus, width: int = 100, rows: int = 6) -> str:
    """Draw the world with characters."""
    columns = max(20, width - 14)
    lines = [f"{scenario.title} ({say_time(stimulus.duration_ns)}, seed {scenario.seed})", ""]
    for name in sorted(stimulus.channels, key=list(QUANTITY_UNITS).index):
        low, high = envelope(stimulus, name, 2 * columns)
        lines += _curve(name, QUANTITY_UNITS[name], low, high, rows)
    spans = [(w.label, w.start_ns, w.end_ns) for w in stimulus.truth]
    faults = [(f"{f.kind} {f.part}", f.start_ns, f.end_ns) for f in stimulus.faults]
    for items in (spans, faults):
        for label in dict.fromkeys(item[0] for item in items):
            row = [" "] * columns
            for _, start, end in (item for item in items if item[0] == label):
                a = min(columns - 1, start * columns // stimulus.duration_ns)
                b = min(columns - 1, end * columns // stimulus.duration_ns)
                row[a : b + 1] = "█" * (b - a + 1)
            lines.append(f"{label[:12]:>12} │{''.join(row).rstrip()}")
        if items:
            lines.append("")
    lines.append(_axis(stimulus.duration_ns, columns))
    return "\n".join(lines)


def _curve(name: str, unit: str, low: Floats, high: Floats, rows: int) -> list[str]:
    """Draw one channel in dots, two to a character: each a bar from its lowest to its highest value, joined on."""
    bottom, top = float(low.min()), float(high.max())
    span = top - bottom or 1.0
    steps = rows * 4
    a = np.clip(((low - bottom) / span * (steps - 1)).round().astype(int), 0, steps - 1)
    b = np.clip(((high - bottom) / span * (steps - 1)).round().astype(int), 0, steps - 1)
    before_a, before_b = a[:-1].copy(), b[:-1].copy()
    a[1:], b[1:] = np.minimum(a[1:], before_b + 1), np.maximum(b[1:], before_a - 1)
    out = [f"{name} [{unit}]"]
    for row in range(rows - 1, -1, -1):
        cells = []
        for column in range(0, len(a), 2):
            bits = 0
            for side, dots in enumerate(DOTS):
                first, last = max(int(a[column + side]), row * 4), min(int(b[column + side]), row * 4 + 3)
                bits += sum(dots[step - row * 4] for step in range(first, last + 1))
            cells.append(chr(0x2800 + bits) if bits else " ")
        label = f"{top:.4g}" if row == rows - 1 else f"{bottom:.4g}" if row == 0 else ""
        out.append(f"{label:>12} │{''.join(cells).rstrip()}")
    return [*out, ""]


def _axis(duration_ns: int, columns: int) -> str:
    marks, line = 5, [" "] * (columns + 14)
    for i in range(marks):
        text = say_time(duration_ns * i // (marks - 1))
        at = 14 + (columns - 1) * i // (marks - 1)
        at = min(at, len(line) - len(text)) if i else at
        line[at : at + len(text)] = text
    return "".join(line).rstrip()


def as_png(scenario: Scenario, stimulus: Stimulus, path: Path) -> None:
    """Draw the world as a PNG."""
    if importlib.util.find_spec("matplotlib") is None:
        raise Missing("matplotlib is not installed", hint="pip install 'vmote[plot]', or leave out --png")
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    shown = groups(sorted(stimulus.channels, key=list(QUANTITY_UNITS).index))
    figure = Figure(figsize=(11, 1.6 + 1.9 * len(shown)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(shown) + 1, 1, sharex=True, squeeze=False, height_ratios=[2.0] * len(shown) + [1.0])[
        :, 0
    ]
    unit, scale = _time_unit(stimulus.duration_ns)
    for axis, (group, names) in zip(axes, shown, strict=False):
        for name in names:
            points = min(POINTS, max(50, int(stimulus.duration_ns / NS_PER_S * _native_rate(name, stimulus))))
            low, high = envelope(stimulus, name, points)
            t = (np.arange(points) + 0.5) / points * stimulus.duration_ns / scale
            axis.fill_between(t, low, high, alpha=0.5, linewidth=0)
            axis.plot(t, (low + high) / 2, linewidth=0.8, label=name.removeprefix(group).strip("-") or None)
        axis.set_ylabel(f"{group}\n[{QUANTITY_UNITS[names[0]]}]")
        axis.grid(alpha=0.3)
        if len(names) > 1:
            axis.legend(loc="upper right", fontsize="small")
    _windows(axes, stimulus, scale)
    axes[-1].set_xlabel(f"time [{unit}]")
    axes[-1].set_xlim(0, stimulus.duration_ns / scale)
    figure.suptitle(scenario.title)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def _windows(axes: Any, stimulus: Stimulus, scale: float) -> None:
    """Lay truth and faults on an axis of their own, and shade the curves where something is true."""
    labels = list(dict.fromkeys([w.label for w in stimulus.truth] + [f"{f.kind} {f.part}" for f in stimulus.faults]))
    bars = [(w.label, w.start_ns, w.end_ns, "tab:green") for w in stimulus.truth]
    bars += [(f"{f.kind} {f.part}", f.start_ns, f.end_ns, "tab:red") for f in stimulus.faults]
    least = stimulus.duration_ns / 400
    for label, start, end, colour in bars[:2000]:
        width = max(end - start, least)
        axes[-1].broken_barh([(start / scale, width / scale)], (labels.index(label) - 0.4, 0.8), color=colour)
        for axis in axes[:-1]:
            axis.axvspan(start / scale, (start + width) / scale, color=colour, alpha=0.08, linewidth=0)
    axes[-1].set_yticks(range(len(labels)), labels)
    axes[-1].set_ylim(-0.6, max(0.6, len(labels) - 0.4))
    axes[-1].invert_yaxis()


def _time_unit(duration_ns: int) -> tuple[str, float]:
    seconds = duration_ns / NS_PER_S
    if seconds > 3 * 86400:
        return "d", 86400.0 * NS_PER_S
    return ("h", 3600.0 * NS_PER_S) if seconds > 2 * 3600 else ("s", float(NS_PER_S))
