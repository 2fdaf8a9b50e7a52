# SPDX-License-Identifier: Apache-2.0
"""Readings scaled and quantized: the reference of `firmware/features/zscore.c`, in single precision as there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def quantize(
    thousandths: NDArray[np.int32], mean: float, std: float, scale: float, zero_point: int
) -> NDArray[np.int8]:
    """Bring readings in thousandths of their unit onto a model's int8 input, halves away from zero."""
    f = np.float32
    with np.errstate(over="ignore"):
        steps = (thousandths.astype(f) / f(1000.0) - f(mean)) / f(std) / f(scale)
    rounded = np.trunc(np.clip(steps, f(-512.0), f(512.0)) + np.copysign(f(0.5), steps)).astype(np.int32)
    stored = np.clip(rounded + np.int32(zero_point), -128, 127)
    stored = np.where(steps > f(-512.0), np.where(steps > f(512.0), 127, stored), -128)
    out: NDArray[np.int8] = stored.astype(np.int8)
    return out
