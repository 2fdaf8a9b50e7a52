# SPDX-License-Identifier: Apache-2.0
"""A model's input, made anew from the readings the device told (`@sample`)."""

from __future__ import annotations

from collections import deque

import numpy as np

from vmote.console import Record
from vmote.features import zscore
from vmote.firmware.card import LogMel, ZScore
from vmote.golden.host import TensorSpec


class FeatureReference:
    """Follows the device's records and keeps the window that its model ought to see next."""

    def __init__(self, features: ZScore | LogMel, tensor: TensorSpec) -> None:
        self._tensor = tensor
        self._features = features
        length = features.window if isinstance(features, ZScore) else 1
        self._rows: deque[tuple[int, ...]] = deque(maxlen=length)  # thousandths, oldest first
        self._told = False

    def note(self, record: Record) -> None:
        """Take the next record of the trace."""
        if record.kind == "boot" or (record.kind == "error" and "sensor" in record.fields):
            self._rows.clear()  # a reading is missing: the window has to fill anew
        elif record.kind == "sample" and isinstance(self._features, ZScore):
            values = [record.number(quantity.name.replace("-", "_")) for quantity in self._features.quantities]
            row = tuple(round(value * 1000) for value in values if value is not None)
            if len(row) == len(values):
                self._told = True
                self._rows.append(row)

    def window(self) -> bytes | None:
        """Return the input that the readings so far make: empty where they are too few, None where none is told."""
        if not self._told or not isinstance(self._features, ZScore):
            return None
        if len(self._rows) < self._features.window:
            return b""
        scale, zero = self._tensor.scale, self._tensor.zero_point
        rows = np.array(self._rows, dtype=np.int32)
        stored = np.stack(
            [
                zscore.quantize(rows[:, q], quantity.mean, quantity.std, scale, zero)
                for q, quantity in enumerate(self._features.quantities)
            ]
        )
        return (stored.T if self._features.layout == "by-time" else stored).astype(np.int8).tobytes()

    def why_untold(self) -> str:
        """Say why nothing could be compared."""
        return "no inference tells its input" if self._told else "the device told no readings (@sample)"
