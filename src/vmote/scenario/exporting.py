# SPDX-License-Identifier: Apache-2.0
"""`vmote scenario export`: a stimulus as CSV, WAV or whole numbers for Renode's RESD, written as it is generated."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmote.errors import BadInput
from vmote.scenario.signals.grid import Floats
from vmote.scenario.stimulus import QUANTITY_UNITS, Stimulus
from vmote.units import NS_PER_S

CHUNK = 1 << 15
MAX_ROWS = 100_000_000
DEFAULT_RATES = {"temperature": 1 / 60, "humidity": 1 / 60, "pressure": 1 / 60, "sound": 16_000.0}


def default_rate(stimulus: Stimulus, names: list[str]) -> float:
    """Return how often the quantities are usually sampled."""
    return max(DEFAULT_RATES.get(name, 100.0) for name in names)


def rows(stimulus: Stimulus, rate: float) -> int:
    """Return how many samples a rate makes, and refuse what would fill a disk."""
    count = int(stimulus.duration_ns * rate / NS_PER_S + 1e-6) + 1
    if not 0 < rate < 1e9 or count > MAX_ROWS:
        raise BadInput(
            f"{rate:g} samples a second make {count} rows", hint=f"at most {MAX_ROWS}: choose a lower --rate"
        )
    return count


def chunks(stimulus: Stimulus, name: str, rate: float) -> Iterator[Floats]:
    """Yield a channel's samples at a rate, some at a time."""
    count = rows(stimulus, rate)
    for first in range(0, count, CHUNK):
        start = round(first * NS_PER_S / rate)
        yield stimulus.channels[name].samples(start, rate, min(CHUNK, count - first))


def to_csv(stimulus: Stimulus, path: Path, rate: float | None = None) -> int:
    """Write every quantity as a column, and what is true as the last one; return the count of rows."""
    names = sorted(stimulus.channels, key=list(QUANTITY_UNITS).index)
    rate = rate or default_rate(stimulus, names)
    sources = [chunks(stimulus, name, rate) for name in names]
    first = 0
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(",".join(["time", *(f"{name} [{QUANTITY_UNITS[name]}]" for name in names), "truth"]) + "\n")
            for parts in zip(*sources, strict=True):
                lines = []
                for i in range(len(parts[0])):
                    t = (first + i) / rate
                    true = [w.label for w in stimulus.truth if w.start_ns <= t * NS_PER_S <= w.end_ns]
                    values = [f"{part[i]:.6g}" for part in parts]
                    lines.append(",".join([f"{t:.9g}", *values, " ".join(dict.fromkeys(true))]))
                file.write("\n".join(lines) + "\n")
                first += len(parts[0])
    except OSError as error:
        raise BadInput(f"it cannot be written: {error.strerror}", where=str(path)) from error
    return first


def to_wav(stimulus: Stimulus, path: Path, rate: float | None = None) -> int:
    """Write the sound as 16-bit PCM; return the count of samples."""
    if "sound" not in stimulus.channels:
        raise BadInput("this scenario has no sound", hint="a WAV holds `world: sound:`; export the rest as CSV")
    hertz = round(rate or DEFAULT_RATES["sound"])
    count = 0
    try:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(hertz)
            left = int(stimulus.duration_ns * hertz / NS_PER_S)  # no sample at the very end
            for chunk in chunks(stimulus, "sound", hertz):
                part, left = chunk[:left], left - len(chunk)
                file.writeframes(np.clip(np.rint(part * 32768.0), -32768, 32767).astype("<i2").tobytes())
                count += len(part)
    except OSError as error:
        raise BadInput(f"it cannot be written: {error.strerror}", where=str(path)) from error
    return count


# Renode's units for each kind of sample (its manual, "RESD"): name, channels, factor from ours.
_RESD: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("temperature", ("temperature",), 1e3),
    ("humidity", ("humidity",), 1e3),
    ("pressure", ("pressure",), 1e5),
    ("acceleration", ("acceleration-x", "acceleration-y", "acceleration-z"), 1e6),
    ("angular-rate", ("angular-rate-x", "angular-rate-y", "angular-rate-z"), np.pi / 180 * 1e5),
    ("magnetic-flux-density", ("magnetic-field-x", "magnetic-field-y", "magnetic-field-z"), 1e5),
)


def resd_samples(stimulus: Stimulus, rate: float | None = None) -> Iterator[tuple[str, NDArray[np.int64], int]]:
    """Yield what RESD can hold: the kind of sample, whole numbers in its unit, and the period in nanoseconds."""
    for kind, names, factor in _RESD:
        there = [name for name in names if name in stimulus.channels]
        if not there:
            continue
        hertz = rate or default_rate(stimulus, there)
        count = rows(stimulus, hertz)
        table = np.zeros((count, len(names)))
        for column, name in enumerate(names):
            if name in stimulus.channels:
                table[:, column] = np.concatenate(list(chunks(stimulus, name, hertz)))
        whole = np.rint(table * factor).astype(np.int64)
        yield kind, whole[:, 0] if len(names) == 1 else whole, round(NS_PER_S / hertz)
