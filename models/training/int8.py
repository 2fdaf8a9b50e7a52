# SPDX-License-Identifier: Apache-2.0
"""Scores of the quantized file, computed by TensorFlow Lite Micro itself: what the device will compute."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from vmote.golden.host import HostModel

from .metrics import Scores
from .recipe import Floats


def scores(path: Path, x: Floats, tick: Callable[[float], None] = lambda _: None) -> Scores:
    """Run every example through the file; return dequantized outputs."""
    model = HostModel(path)
    low, high = np.iinfo(np.int8).min, np.iinfo(np.int8).max
    out = np.empty((len(x), int(np.prod(model.output.shape))))
    for k, example in enumerate(x):
        scaled = np.round(example / np.float32(model.input.scale)) + model.input.zero_point
        given = np.clip(scaled, low, high).astype(np.int8).reshape(model.input.shape)
        answer = model.run_array(given).astype(np.float64).ravel()
        out[k] = (answer - model.output.zero_point) * model.output.scale
        if k % 200 == 0:
            tick(k / len(x))
    tick(1.0)
    return out
