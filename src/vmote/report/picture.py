# SPDX-License-Identifier: Apache-2.0
"""The picture of a run: the world, the truth and what the device concluded, on one time axis, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
from numpy.typing import NDArray

from vmote.golden.seen import Seen
from vmote.report.axis import say_tick, say_value, time_ticks, value_ticks
from vmote.report.features_svg import Box, features_svg
from vmote.scenario.stimulus import QUANTITY_UNITS, Stimulus, TruthWindow
from vmote.trace import PinChange, Trace
from vmote.units import NS_PER_S
from vmote.verdict import Check, Outcome

WIDTH, LEFT, RIGHT = 960, 64, 16
CURVE_HEIGHT, SCORE_HEIGHT, BAND_HEIGHT, GAP, AXIS_HEIGHT = 96, 96, 18, 14, 24
_VERDICTS = ("pass", "fail", "skip")
_POINTS = 720  # columns of a curve: more than a screen can tell apart
_ENVELOPE_ABOVE_HZ = 4.0  # a curve sampled below its own rate would alias: draw the envelope instead


@dataclass(frozen=True)
class Curve:
    """One quantity; `low` and `high` differ where a column holds more than one sample."""

    quantity: str
    t_s: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @property
    def title(self) -> str:
        """The quantity and its unit."""
        unit = QUANTITY_UNITS.get(self.quantity, "")
        return f"{self.quantity} ({unit.replace('degC', '°C').replace('%RH', '% RH')})"


@dataclass(frozen=True)
class Inference:
    """One conclusion of the device."""

    t_s: float
    label: str
    score: float | None
    n: str


@dataclass(frozen=True)
class Picture:
    """What is drawn between two instants."""

    start_s: float
    end_s: float
    curves: tuple[Curve, ...]
    inferences: tuple[Inference, ...]
    truth: tuple[TruthWindow, ...] = ()
    pins: tuple[PinChange, ...] = ()
    checks: tuple[Check, ...] = field(default_factory=tuple)
    seen: Seen | None = None  # what the model was given at one inference


def curve_of(stimulus: Stimulus, quantity: str, start_s: float, end_s: float) -> Curve:
    """Sample a channel for drawing: its values, or its envelope where it moves faster than the columns."""
    channel = stimulus.channels[quantity]
    start_ns, span = round(start_s * NS_PER_S), max(end_s - start_s, 1e-9)
    column = span / _POINTS
    fast = quantity not in {"temperature", "humidity", "pressure"}
    per_column = min(max(round(column * 1000), 1), 64) if fast and column > 1 / 1000 else 1
    values = channel.samples(start_ns, per_column / column, _POINTS * per_column).reshape(_POINTS, per_column)
    times = np.asarray(start_s + column * np.arange(_POINTS), dtype=np.float64)
    return Curve(quantity, times, values.min(axis=1), values.max(axis=1))


def picture_of(
    stimulus: Stimulus, trace: Trace, checks: Sequence[Check] = (), start_s: float = 0.0, end_s: float | None = None,
    seen: Seen | None = None,
) -> Picture:  # fmt: skip
    """Gather what there is to draw of a run, or of a stretch of it; with features, only the curves they are made of."""
    end_s = stimulus.duration_ns / NS_PER_S if end_s is None else end_s
    inferences = tuple(
        Inference(record.device_t_ns / NS_PER_S, record.text("label", "?"), record.number("score"), record.text("n"))
        for record in trace.of("infer")
    )
    ordered = [name for name in QUANTITY_UNITS if name in stimulus.channels]
    if seen is not None:
        made_of = ["sound"] if seen.spectrogram else seen.rows
        ordered = [name for name in ordered if name in made_of] or ordered
    leds = tuple(pin for pin in trace.pins if pin.name in _led_names(trace))
    return Picture(
        start_s, end_s, tuple(curve_of(stimulus, name, start_s, end_s) for name in ordered),
        inferences, stimulus.truth, leds, tuple(checks), seen,
    )  # fmt: skip


def _led_names(trace: Trace) -> set[str]:
    """Name the outputs the device itself calls LEDs."""
    return {record.text("name") for record in trace.of("led")}


def draw(picture: Picture) -> str:
    """Draw a picture as one self-contained SVG element that follows the page's colours."""
    return _Drawing(picture).svg()


class _Drawing:
    def __init__(self, picture: Picture) -> None:
        self.p = picture
        self.span = max(picture.end_s - picture.start_s, 1e-9)
        self.out: list[str] = []
        self.y = 8.0

    def x(self, t_s: float) -> float:
        return min(max(self.x_beyond(t_s), LEFT), WIDTH - RIGHT)

    def x_beyond(self, t_s: float) -> float:
        """Return where a time lies, be it left or right of the picture."""
        return LEFT + (WIDTH - LEFT - RIGHT) * (t_s - self.p.start_s) / self.span

    def shown(self, start_s: float, end_s: float) -> bool:
        return end_s >= self.p.start_s and start_s <= self.p.end_s

    def svg(self) -> str:
        top = self.y
        for curve in self.p.curves:
            self.curve(curve)
        self.features()
        self.truth()
        self.scores()
        self.leds()
        self.expectations()
        self.time_axis(top)
        height = self.y + AXIS_HEIGHT
        label = "the world, the truth and the device's conclusions over virtual time"
        return (
            f'<svg class="picture" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{label}" '
            f'xmlns="http://www.w3.org/2000/svg">{"".join(self.out)}</svg>'
        )

    def text(self, x: float, y: float, words: str, kind: str = "tick", anchor: str = "end") -> None:
        self.out.append(f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>')

    def panel(self, title: str, height: float) -> None:
        self.text(LEFT, self.y + 9, title, "title", "start")
        self.y += 14
        width = WIDTH - LEFT - RIGHT
        self.out.append(f'<rect class="panel" x="{LEFT}" y="{self.y:.1f}" width="{width}" height="{height}"/>')

    def curve(self, curve: Curve) -> None:
        low, high = float(curve.low.min()), float(curve.high.max())
        pad = (high - low) * 0.08 or max(abs(high) * 0.05, 0.5)
        low, high = low - pad, high + pad
        self.panel(curve.title, CURVE_HEIGHT)

        def place(value: float) -> float:
            return self.y + CURVE_HEIGHT * (1 - (value - low) / (high - low))

        for tick in value_ticks(low, high):
            y = place(tick)
            self.out.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            self.text(LEFT - 6, y + 3.5, say_value(tick))
        there = [f"{self.x(t):.1f},{place(v):.1f}" for t, v in zip(curve.t_s, curve.high, strict=True)]
        if np.array_equal(curve.low, curve.high):
            self.out.append(f'<polyline class="curve" points="{" ".join(there)}"/>')
        else:
            back = [f"{self.x(t):.1f},{place(v):.1f}" for t, v in zip(curve.t_s, curve.low, strict=True)]
            self.out.append(f'<polygon class="envelope" points="{" ".join(there + back[::-1])}"/>')
        self.y += CURVE_HEIGHT + GAP

    def features(self) -> None:
        """Draw what the model was given, where it lies in time."""
        seen = self.p.seen
        if seen is None:
            return
        what = "dB" if seen.spectrogram else "standard deviations from the mean"
        self.panel(f"features of inference n={seen.n} ({what}), {seen.source}", CURVE_HEIGHT)
        start, end = seen.start_ns / NS_PER_S, seen.t_ns / NS_PER_S
        first, last = self.x_beyond(start), self.x_beyond(end)  # a window of three hours begins before the second
        box = Box(first, self.y, max(last - first, 1.0), CURVE_HEIGHT)
        self.out += features_svg(seen, box, LEFT, WIDTH - RIGHT)
        self.y += CURVE_HEIGHT + GAP

    def band(self, start_s: float, end_s: float, kind: str, words: str, hover: str) -> None:
        left, right = self.x(start_s), self.x(end_s)
        width = max(right - left, 2.0)
        self.out.append(
            f'<g><title>{escape(hover)}</title><rect class="{kind}" x="{left:.1f}" y="{self.y:.1f}" '
            f'width="{width:.1f}" height="{BAND_HEIGHT}" rx="2"/></g>'
        )
        needed = 7 * len(words)
        if width > needed:
            self.text(left + 5, self.y + 13, words, "inband", "start")
        elif kind in _VERDICTS:  # these stand alone in their panel: there is room beside them
            right_of = left + width + needed < WIDTH - RIGHT
            place = left + width + 5 if right_of else left - 5
            self.text(place, self.y + 13, words, "tick", "start" if right_of else "end")

    def truth(self) -> None:
        shown = [w for w in self.p.truth if self.shown(w.start_ns / NS_PER_S, w.end_ns / NS_PER_S)]
        if not shown:
            return
        self.panel("truth", BAND_HEIGHT)
        for w in shown:
            start, end = w.start_ns / NS_PER_S, w.end_ns / NS_PER_S
            hover = f"{w.label} {say_tick(start, self.span)} to {say_tick(end, self.span)}"
            self.band(start, end, "truth", w.label, hover)
        self.y += BAND_HEIGHT + GAP

    def scores(self) -> None:
        shown = [i for i in self.p.inferences if self.shown(i.t_s, i.t_s)]
        self.panel("inferences: score of the label the device reports", SCORE_HEIGHT)

        def place(score: float) -> float:
            return self.y + SCORE_HEIGHT * (1 - (0.04 + 0.92 * min(max(score, 0.0), 1.0)))

        for tick in (0.0, 0.5, 1.0):
            y = place(tick)
            self.out.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            self.text(LEFT - 6, y + 3.5, say_value(tick))
        labels = sorted({i.label for i in shown})
        wanted = {w.label for w in self.p.truth}
        free = 0.0  # where the next word finds room
        for i in shown:
            x, y = self.x(i.t_s), place(1.0 if i.score is None else i.score)
            kind = "hit" if i.label in wanted else "quiet"
            kind += " chosen" if self.p.seen is not None and i.n == self.p.seen.n else ""
            score = "no score" if i.score is None else f"score {i.score:.3f}"
            hover = f"n={i.n} at {say_tick(i.t_s, self.span)}: {i.label}, {score}"
            self.out.append(
                f'<g><title>{escape(hover)}</title><circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4"/></g>'
            )
            if len(shown) <= 48 and len(labels) <= 8 and x - 3 * len(i.label) >= free:
                free = x + 3 * len(i.label) + 4
                low = y < self.y + SCORE_HEIGHT / 2
                anchor = "end" if x > WIDTH - RIGHT - 3.5 * len(i.label) else "middle"
                self.text(x, y + (16 if low else -8), i.label, "tick", anchor)
        if not shown:
            self.text((LEFT + WIDTH - RIGHT) / 2, self.y + SCORE_HEIGHT / 2, "no inference here", "title", "middle")
        self.y += SCORE_HEIGHT + GAP

    def leds(self) -> None:
        for name in sorted({pin.name for pin in self.p.pins}):
            self.panel(f"LED {name}", BAND_HEIGHT)
            since: float | None = None
            for pin in [*(p for p in self.p.pins if p.name == name), None]:
                t = self.p.end_s if pin is None else pin.t_ns / NS_PER_S
                if since is not None and (pin is None or not pin.on):
                    hover = f"on {say_tick(since, self.span)} to {say_tick(t, self.span)}"
                    if self.shown(since, t):
                        self.band(since, t, "led", "on", hover)
                    since = None
                elif pin is not None and pin.on and since is None:
                    since = t
            self.y += BAND_HEIGHT + GAP

    def expectations(self) -> None:
        dated = [c for c in self.p.checks if c.start_ns is not None and c.end_ns is not None]
        for check in dated[:12]:
            start, end = (check.start_ns or 0) / NS_PER_S, (check.end_ns or 0) / NS_PER_S
            if not self.shown(start, end):
                continue
            self.panel(f"expected: {check.expected}", BAND_HEIGHT)
            kind = _VERDICTS[(Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED).index(check.outcome)]
            self.band(start, end, kind, f"{check.outcome}: {check.happened}", f"{check.expected}: {check.happened}")
            self.y += BAND_HEIGHT + GAP

    def time_axis(self, top: float) -> None:
        bottom = self.y - GAP
        lines = []
        for tick in time_ticks(self.p.start_s, self.p.end_s):
            x = self.x(tick)
            lines.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top + 14:.1f}" y2="{bottom:.1f}"/>')
            self.text(x, bottom + 16, say_tick(tick, self.span), "tick", "middle")
        self.out = lines + self.out
