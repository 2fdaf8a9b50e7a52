# SPDX-License-Identifier: Apache-2.0
"""A 512-point FFT of real samples in 32-bit integers: the reference of `firmware/features/fft.c`.

256 complex points, each an even and an odd sample, go through radix-2 butterflies without scaling; a last pass takes
the two halves apart. Twiddle factors are Q15 from one quarter wave of 129 entries, where 1 is 32768. A product is
rounded once, halves up: (a * w + 0x4000) >> 15. Nothing overflows 32 bits while the input stays within 22 bits and
has gone through a Hann window.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

POINTS = 512
HALF = POINTS // 2
QUARTER = tuple(int(v) for v in np.rint(32768 * np.sin(2 * np.pi * np.arange(POINTS // 4 + 1) / POINTS)))


def twiddle(k: int) -> tuple[int, int]:
    """Return exp(-2 pi i k / 512) in Q15, for 0 <= k < 256."""
    n = POINTS // 4
    if k <= n:
        return QUARTER[n - k], -QUARTER[k]
    return -QUARTER[k - n], -QUARTER[2 * n - k]


_COS, _SIN = (np.array(part, dtype=np.int64) for part in zip(*(twiddle(k) for k in range(HALF)), strict=True))
_REVERSED = np.array([int(f"{k:08b}"[::-1], 2) for k in range(HALF)])


def power(samples: NDArray[np.int64]) -> Integers:
    """Return |2 X[k]|^2 for k = 0 … 256 of each row of 512 samples."""
    re, im = samples[..., 0::2][..., _REVERSED].copy(), samples[..., 1::2][..., _REVERSED].copy()
    span = 1
    while span < HALF:
        shape = (*re.shape[:-1], HALF // (2 * span), 2, span)
        a, b = re.reshape(shape), im.reshape(shape)
        step = np.arange(span) * (HALF // span)
        wr, wi = _COS[step], _SIN[step]
        tr = _q15(a[..., 1, :], wr) - _q15(b[..., 1, :], wi)
        ti = _q15(a[..., 1, :], wi) + _q15(b[..., 1, :], wr)
        re = np.stack([a[..., 0, :] + tr, a[..., 0, :] - tr], axis=-2).reshape(re.shape)
        im = np.stack([b[..., 0, :] + ti, b[..., 0, :] - ti], axis=-2).reshape(im.shape)
        span *= 2
    return _split(re, im)


def _split(re: Integers, im: Integers) -> Integers:
    """Take the spectra of even and odd samples apart and join them to twice that of the whole."""
    k = np.arange(HALF)
    other = -k % HALF
    even_re, even_im = re + re[..., other], im - im[..., other]
    odd_re, odd_im = im + im[..., other], re[..., other] - re
    xr = even_re + _q15(odd_re, _COS) - _q15(odd_im, _SIN)
    xi = even_im + _q15(odd_re, _SIN) + _q15(odd_im, _COS)
    last = even_re[..., :1] - odd_re[..., :1]  # k = 256: the twiddle is -1
    return np.concatenate([xr * xr + xi * xi, last * last], axis=-1)


def _q15(value: Integers, factor: Integers) -> Integers:
    return (value * factor + 0x4000) >> 15
