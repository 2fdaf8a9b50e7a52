# SPDX-License-Identifier: Apache-2.0
"""RESD, Renode's format for sensor data: little-endian blocks of samples, each with its time in virtual nanoseconds.

After the documentation of the format (Renode manual, "RESD"): a header `RESD`, version, padding; then blocks, each with
its kind, sample type, channel and size, a start time, a period (constant rate only), metadata, and the samples.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vmote.errors import BadInput

_HEADER = b"RESD\x01\x00\x00\x00"
_ARBITRARY, _CONSTANT = 1, 2
_LAST_NS = 2**63 - 1  # Renode takes times as signed numbers in places


class Sample(IntEnum):
    """What a block's samples are, and the unit of the format."""

    TEMPERATURE = 1  # m°C
    ACCELERATION = 2  # µg, three axes
    ANGULAR_RATE = 3  # 10 µrad/s, three axes
    VOLTAGE = 4  # µV
    HUMIDITY = 6  # 1/1000 %RH
    PRESSURE = 7  # mPa
    MAGNETIC_FLUX_DENSITY = 8  # nT, three axes


_TYPES: dict[Sample, tuple[str, int]] = {
    Sample.TEMPERATURE: ("<i4", 1),
    Sample.ACCELERATION: ("<i4", 3),
    Sample.ANGULAR_RATE: ("<i4", 3),
    Sample.VOLTAGE: ("<u4", 1),
    Sample.HUMIDITY: ("<u4", 1),
    Sample.PRESSURE: ("<u8", 1),
    Sample.MAGNETIC_FLUX_DENSITY: ("<i4", 3),
}


@dataclass(frozen=True)
class Block:
    """A stretch of samples of one kind on one channel; values in the format's whole units."""

    sample: Sample
    values: ArrayLike
    channel: int = 0
    start_ns: int = 0
    period_ns: int | None = None  # constant rate …
    times_ns: ArrayLike | None = None  # … or a time for each sample, counted from start_ns

    def to_bytes(self) -> bytes:
        """Write the block, or say what in it the format cannot hold."""
        data = self._samples()
        _check(0 <= self.channel <= 0xFFFF, f"channel {self.channel} is not within 0 … 65535")
        _check(0 <= self.start_ns <= _LAST_NS, f"start time {self.start_ns} ns is before reset, or too late")
        if (self.period_ns is None) == (self.times_ns is None):
            raise BadInput("a RESD block has either a period or a time for each sample")
        if self.period_ns is not None:
            _check(0 < self.period_ns <= _LAST_NS, f"a period of {self.period_ns} ns is none")
            kind, head, body = _CONSTANT, struct.pack("<QQQ", self.start_ns, self.period_ns, 0), data.tobytes()
        else:
            kind, head, body = _ARBITRARY, struct.pack("<QQ", self.start_ns, 0), self._stamped(data)
        size = len(head) + len(body)
        return struct.pack("<BHHQ", kind, self.sample, self.channel, size) + head + body

    def _samples(self) -> NDArray[np.integer]:
        form, axes = _TYPES[self.sample]
        values = np.asarray(self.values)
        name = self.sample.name.lower().replace("_", " ")
        if values.size == 0 or values.shape != ((len(values),) if axes == 1 else (len(values), axes)):
            raise BadInput(f"{name} samples have the shape {values.shape}; expected a row of {axes} for each sample")
        if not np.issubdtype(values.dtype, np.integer):
            raise BadInput(f"{name} samples are whole numbers of the format's unit, not {values.dtype}")
        limits = np.iinfo(form)
        for value in (int(values.min()), int(values.max())):
            _check(limits.min <= value <= limits.max, f"{name} {value} is not within {limits.min} … {limits.max}")
        return values.astype(form).reshape(len(values), axes)

    def _stamped(self, data: NDArray[np.integer]) -> bytes:
        times = np.asarray(self.times_ns)
        if times.shape != (len(data),) or not np.issubdtype(times.dtype, np.integer):
            raise BadInput(f"{times.size} times for {len(data)} samples; each sample needs one, in whole nanoseconds")
        _check(times[0] >= 0 and bool(np.all(np.diff(times) > 0)), "sample times must begin at 0 or later and rise")
        stamped = np.empty(len(data), dtype=[("t", "<u8"), ("v", data.dtype, data.shape[1:])])
        stamped["t"], stamped["v"] = times, data
        return stamped.tobytes()


def _check(good: bool, what: str) -> None:
    if not good:
        raise BadInput(f"RESD: {what}")


def write_resd(path: Path, blocks: Iterable[Block]) -> None:
    """Write a file of blocks."""
    path.write_bytes(_HEADER + b"".join(block.to_bytes() for block in blocks))


# One of a scenario's units in the format's.
_SCALES: dict[Sample, float] = {
    Sample.TEMPERATURE: 1e3,
    Sample.HUMIDITY: 1e3,
    Sample.PRESSURE: 1e5,  # hPa
    Sample.ACCELERATION: 1e6,
    Sample.ANGULAR_RATE: np.pi / 180 * 1e5,  # degrees a second
    Sample.MAGNETIC_FLUX_DENSITY: 1e5,  # gauss
}


def fine_blocks(
    sample: Sample, values: ArrayLike, period_ns: int | None = None, times_ns: ArrayLike | None = None
) -> list[Block]:
    """Split a quantity into the format's whole units (channel 0) and what is left of them in thousandths (channel 1).

    The format's units are coarser than a scenario's grain; a part that adds the rest meets the very world that others
    meet. A reader that knows channel 0 alone is less than one unit off.
    """
    fine = np.rint(np.asarray(values, dtype=np.float64) * (_SCALES[sample] * 1e3))
    _check(bool(np.all(np.abs(fine) < 2**53)), "a value is not finite, or too large")
    whole = fine.astype(np.int64)
    return [
        Block(sample, part, channel=channel, period_ns=period_ns, times_ns=times_ns)
        for channel, part in enumerate((whole // 1000, whole % 1000))
    ]


def write_fine(
    path: Path, sample: Sample, values: ArrayLike, period_ns: int | None = None, times_ns: ArrayLike | None = None
) -> None:
    """Write a quantity (a column for each axis), in a scenario's unit, as `fine_blocks` splits it."""
    write_resd(path, fine_blocks(sample, values, period_ns, times_ns))
