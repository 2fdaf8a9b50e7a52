# SPDX-License-Identifier: Apache-2.0
"""Sources that pass through a recursive filter, block after block with its state kept between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vmote.scenario.signals.grid import Floats, Grid, Source


@dataclass
class Filtered:
    """A source through second-order sections; going back to an earlier block continues from its kept state."""

    grid: Grid
    source: Source
    sections: Floats
    states: dict[int, Floats] = field(default_factory=dict)

    def block(self, k: int) -> Floats:
        """Filter up to block k."""
        if 0 not in self.states:
            self.states[0] = np.zeros((len(self.sections), 2))
        for before in range(max(j for j in range(k + 1) if j in self.states) if k not in self.states else k, k):
            self._filter(before)
        return self._filter(k)

    def _filter(self, k: int) -> Floats:
        from scipy.signal import sosfilt  # noqa: PLC0415 (slow to import, and weather does without it)

        out, state = sosfilt(self.sections, self.source.block(k), zi=self.states[k])
        self.states[k + 1] = np.asarray(state)
        return np.asarray(out, dtype=np.float64)


def butterworth(rate: float, low: float | None, high: float | None, order: int) -> Floats:
    """Design a filter that lets through what lies below `high` and above `low`; past the Nyquist rate it lets all."""
    from scipy.signal import butter  # noqa: PLC0415

    top = 0.49 * rate
    sections: list[Any] = []
    if low is not None:
        sections.append(butter(order, min(low, top), "highpass", fs=rate, output="sos"))
    if high is not None and high < top:
        sections.append(butter(order, high, "lowpass", fs=rate, output="sos"))
    return np.vstack(sections) if sections else np.array([[1.0, 0, 0, 1, 0, 0]])


def pink_sections(rate: float) -> Floats:
    """Make 1/f noise of white noise: alternating poles and zeros, an octave apart, from the top down to 0.5 mHz of it.

    Each pair of a pole and a zero half an octave above falls 3 dB an octave; the ripple is below 0.3 dB.
    """
    sections = []
    frequency = rate * 0.35
    while frequency > rate * 2e-5:
        pole, zero = np.exp(-2 * np.pi * frequency / rate), np.exp(-2 * np.pi * frequency * np.sqrt(2.0) / rate)
        sections.append([1.0, -zero, 0.0, 1.0, -pole, 0.0])
        frequency /= 2.0
    return np.array(sections)


def colour_sections(colour: str, rate: float) -> Floats | None:
    """Return the filter that gives white noise a colour."""
    pole = float(np.exp(-2 * np.pi * 2e-4))  # brown noise is held together below a five-thousandth of the rate
    differ = [1.0, -1.0, 0.0, 1.0, 0.0, 0.0]
    if colour == "brown":
        return np.array([[1.0, 0.0, 0.0, 1.0, -pole, 0.0]])
    if colour == "pink":
        return pink_sections(rate)
    if colour == "blue":
        return np.vstack([pink_sections(rate), [differ]])
    return np.array([differ]) if colour == "violet" else None


def energy(sections: Floats) -> float:
    """Return the variance that white noise of unit variance has behind a filter."""
    from scipy.signal import sosfreqz  # noqa: PLC0415

    # A fine grid near zero, where pink and brown have their peak, and a coarse one above.
    w = np.concatenate([[0.0], np.geomspace(1e-7, np.pi, 20_000)])
    _, response = sosfreqz(sections, worN=w)
    return float(np.trapezoid(np.abs(response) ** 2, w) / np.pi)
