# SPDX-License-Identifier: Apache-2.0
"""Recorded samples brought to a grid's rate."""

from __future__ import annotations

import numpy as np

from vmote.scenario.signals.grid import Floats

_STEEPEST = 0.002  # cycles a sample: below it a recursive filter's numbers lose their meaning, and means serve as well


def onto_grid(times: Floats, values: Floats, skip: float, rate: float) -> Floats:
    """Return the values from `skip` on at `rate`: band-limited where they are evenly spaced, else in straight lines."""
    if len(values) < 2:
        return values.copy()
    steps = np.diff(times)
    spacing = float(times[-1] - times[0]) / (len(times) - 1)
    even = bool(np.all(np.abs(steps - spacing) < 0.01 * spacing))
    if skip > 0:
        values, times = values[times >= skip], times[times >= skip] - skip
        if len(values) < 2:
            return values.copy()
    if even and rate * spacing < 0.999:
        # Fewer samples than were recorded: what the new rate cannot hold is taken out first.
        values = _lowpass(values, 0.45 * rate * spacing)
    elif even and rate * spacing > 1.001 and 1.0 / spacing >= 1000.0:
        return _more(values, 1.0 / spacing, rate)
    count = max(1, int(np.floor((times[-1] - times[0]) * rate + 1e-6)) + 1)
    value: Floats = np.interp(np.arange(count) / rate + times[0], times, values)
    return value


def _lowpass(values: Floats, cut: float) -> Floats:
    """Filter without delay; `cut` is in cycles a sample. Beyond its ends a recording goes on as it ended."""
    from scipy.ndimage import uniform_filter1d  # noqa: PLC0415
    from scipy.signal import butter, sosfiltfilt  # noqa: PLC0415

    if cut * len(values) < 1.0:  # all of it is less than a sample of the new rate or two
        return np.full(len(values), values.mean())
    if cut < _STEEPEST:
        return np.asarray(uniform_filter1d(values, round(0.5 / cut), mode="nearest"), dtype=np.float64)
    sections = butter(6, min(0.499, cut) * 2.0, output="sos")
    pad = int(np.ceil(8.0 / cut))  # until what the edge stirs up has died away
    return np.asarray(sosfiltfilt(sections, np.pad(values, pad, mode="edge"), padlen=0)[pad:-pad], dtype=np.float64)


def _more(values: Floats, native: float, rate: float) -> Floats:
    """Raise the rate of a sound with a filter that adds no images."""
    from vmote.scenario.speech import resample  # noqa: PLC0415

    if abs(native - round(native)) < 1e-6 * native and abs(rate - round(rate)) < 1e-6 * rate:
        return resample(values, round(native), round(rate))
    count = max(1, int(np.floor((len(values) - 1) * rate / native)) + 1)
    value: Floats = np.interp(np.arange(count) * native / rate, np.arange(len(values)), values)
    return value
