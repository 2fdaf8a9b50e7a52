# SPDX-License-Identifier: Apache-2.0
"""A log-mel spectrogram in integers: the reference of `firmware/features/logmel.c`, equal to it bit for bit.

One window (30 ms of int16 samples) becomes one frame (40 numbers), in five steps:

1. window   y = (x * hann + 256) >> 9, hann in Q15: 22 bits. Padded with zeros to 512.
2. FFT      |2 X[k]|^2 of 257 bins, 64 bits unsigned (`fft.py`).
3. mel      Each bin gives a share of its power to the two bands whose centres it lies between (triangles on the mel
            scale, 2595 log10(1 + f / 700)): band = sum((power >> 8) * share), share in Q11.
4. log      8-bit fraction of log2(band), from 64 straight pieces; 0 where the band is 0. An octave of power is 256.
5. int8     stored = clamp((((log - 8192) * multiplier + 0x8000) >> 16) + zero point), with
            multiplier = round(2^16 / (2048 * scale)).
            To the model a number is thus (log - 8192) / 2048: 0 in the middle, 1 for 8 octaves, which is 24 dB.

Frames follow each other by 20 ms; a model sees the last 49 of them, oldest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vmote.features import fft

CENTRE = 8192
UNIT = 2048
WEIGHT_BITS = 11
POWER_SHIFT = 8
LOG_PIECES = 64
# log2(1 + i / 64) in Q14.
LOG_TABLE = tuple(int(v) for v in np.rint(16384 * np.log2(1 + np.arange(LOG_PIECES + 1) / LOG_PIECES)))
_CHUNK = 4096  # frames at a time, so that a long recording does not fill the memory


@dataclass(frozen=True)
class LogMelSpec:
    """The numbers of a model card's `features: {kind: log-mel}`."""

    sample_rate: int = 16000
    window_ms: int = 30
    stride_ms: int = 20
    frames: int = 49
    bands: int = 40
    low_hz: int = 125
    high_hz: int = 7500

    @property
    def window(self) -> int:
        """Samples of one frame."""
        return self.sample_rate * self.window_ms // 1000

    @property
    def stride(self) -> int:
        """Samples from one frame to the next."""
        return self.sample_rate * self.stride_ms // 1000

    @property
    def samples(self) -> int:
        """Samples of a whole spectrogram."""
        return self.window + (self.frames - 1) * self.stride


class LogMel:
    """A spectrogram's tables and arithmetic."""

    def __init__(self, spec: LogMelSpec | None = None) -> None:
        self.spec = spec or LogMelSpec()
        if not 0 < self.spec.window <= fft.POINTS:
            raise ValueError(f"a window of {self.spec.window} samples does not fit an FFT of {fft.POINTS}")
        if not 0 <= self.spec.low_hz < self.spec.high_hz <= self.spec.sample_rate // 2:
            raise ValueError(f"bands from {self.spec.low_hz} to {self.spec.high_hz} Hz do not fit the sample rate")

    @cached_property
    def hann(self) -> NDArray[np.int64]:
        """The window in Q15, periodic and without its zero: sin^2(pi (i + 1/2) / n)."""
        n = self.spec.window
        table: NDArray[np.int64] = np.rint(32767 * np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2).astype(np.int64)
        return table

    @cached_property
    def shares(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each bin: the band above it (0 … bands; bands and -1 exist only as borders) and its share there, Q11.

        The band below gets the rest. A bin outside low … high has the number -1.
        """
        spec = self.spec
        edges = np.linspace(_mel(spec.low_hz), _mel(spec.high_hz), spec.bands + 2)
        mel = _mel(np.arange(fft.HALF + 1) * spec.sample_rate / fft.POINTS)
        upper = np.searchsorted(edges, mel, side="right") - 1
        outside = (mel < edges[0]) | (mel >= edges[-1])
        at = np.clip(upper, 0, spec.bands)
        share = np.rint((1 << WEIGHT_BITS) * (mel - edges[at]) / (edges[at + 1] - edges[at])).astype(np.int64)
        return np.where(outside, -1, at).astype(np.int64), np.where(outside, 0, share)

    def spectrogram(self, samples: ArrayLike) -> NDArray[np.int16]:
        """Return all frames that fit into the samples (last axis): [..., frames, bands], an octave being 256."""
        x = np.asarray(samples, dtype=np.int64)
        cut = np.lib.stride_tricks.sliding_window_view(x, self.spec.window, axis=-1)[..., :: self.spec.stride, :]
        flat = cut.reshape(-1, self.spec.window)
        out = np.empty((len(flat), self.spec.bands), dtype=np.int16)
        for low in range(0, len(flat), _CHUNK):
            out[low : low + _CHUNK] = self._frames(flat[low : low + _CHUNK])
        return out.reshape(*cut.shape[:-1], self.spec.bands)

    def _frames(self, x: NDArray[np.int64]) -> NDArray[np.int16]:
        windowed = np.zeros((len(x), fft.POINTS), dtype=np.int64)
        windowed[:, : self.spec.window] = (x * self.hann + 256) >> 9
        return log2_q8(self._bands(fft.power(windowed).astype(np.uint64))).astype(np.int16)

    def _bands(self, power: NDArray[np.uint64]) -> NDArray[np.uint64]:
        band, share = self.shares
        scaled = power >> np.uint64(POWER_SHIFT)
        out = np.zeros((len(power), self.spec.bands), dtype=np.uint64)
        for k in np.flatnonzero(band >= 0).tolist():
            upper, part = int(band[k]), int(share[k])
            if upper < self.spec.bands:
                out[:, upper] += scaled[:, k] * np.uint64(part)
            if upper > 0:
                out[:, upper - 1] += scaled[:, k] * np.uint64((1 << WEIGHT_BITS) - part)
        return out

    def real(self, logs: NDArray[np.int16]) -> NDArray[np.float32]:
        """Return what the numbers mean to a model, before its own quantization."""
        return ((logs.astype(np.float32) - CENTRE) / UNIT).astype(np.float32)


def log2_q8(value: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return 256 log2(value), from 64 straight pieces an octave; 0 for 0."""
    v = np.maximum(value, np.uint64(1))
    exponent = np.zeros(v.shape, dtype=np.uint64)
    left = v.copy()
    for step in (32, 16, 8, 4, 2, 1):
        high = left >> np.uint64(step)
        exponent = np.where(high > 0, exponent + np.uint64(step), exponent)
        left = np.where(high > 0, high, left)
    mantissa = ((v << (np.uint64(63) - exponent)) >> np.uint64(32)).astype(np.int64)  # its top bit, bit 31, is set
    piece, rest = (mantissa >> 25) & 63, (mantissa >> 9) & 0xFFFF
    table = np.array(LOG_TABLE, dtype=np.int64)
    fraction = table[piece] + (((table[piece + 1] - table[piece]) * rest) >> 16)
    logs: NDArray[np.int64] = (exponent.astype(np.int64) << 8) + ((fraction + 32) >> 6)
    return np.where(value == 0, 0, logs)


def quantize(logs: NDArray[np.int16], scale: float, zero_point: int) -> NDArray[np.int8]:
    """Bring frames onto a model's int8 input."""
    multiplier = multiplier_of(scale)
    stored = (((logs.astype(np.int64) - CENTRE) * multiplier + 0x8000) >> 16) + zero_point
    out: NDArray[np.int8] = np.clip(stored, -128, 127).astype(np.int8)
    return out


def multiplier_of(scale: float) -> int:
    """Return round(2^16 / (UNIT * scale)), computed once when a model is opened, in double precision."""
    if not scale > 0:
        raise ValueError(f"a model's input scale is above zero, not {scale}")
    return int(np.floor(65536.0 / (UNIT * float(np.float32(scale))) + 0.5))


def _mel(hertz: ArrayLike) -> NDArray[np.float64]:
    value: NDArray[np.float64] = 2595.0 * np.log10(1.0 + np.asarray(hertz, dtype=np.float64) / 700.0)
    return value
