# SPDX-License-Identifier: Apache-2.0
"""From a sensor's rate to a model's by averaging: the reference of `firmware/features/decimate.c`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def decimate(millionths: Integers, from_hz: int, to_hz: int) -> Integers:
    """Average the samples (rows of axes) of each period; only full periods count. The result is in thousandths.

    Sample k belongs to period k * to // from. Halves are rounded away from zero.
    """
    index = np.arange(len(millionths), dtype=np.int64)
    ends = np.flatnonzero((index + 1) * to_hz // from_hz > index * to_hz // from_hz) + 1
    sums = np.concatenate([np.zeros((1, millionths.shape[1]), dtype=np.int64), np.cumsum(millionths, axis=0)])
    starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)
    totals = sums[ends] - sums[starts]
    divisor = ((ends - starts) * 1000)[:, np.newaxis]
    rounded: Integers = np.sign(totals) * ((np.abs(totals) + divisor // 2) // divisor)
    return rounded
