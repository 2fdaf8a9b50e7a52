# SPDX-License-Identifier: Apache-2.0
"""From a model's outputs to a label, as the card says: the Python twin of `firmware/app/decide.c`."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vmote.firmware.card import ModelCard
from vmote.golden.host import TensorSpec

Floats = NDArray[np.float32]


@dataclass
class Decider:
    """Averages the last outputs and picks a label; single precision, in the device's order of operations."""

    card: ModelCard
    output: TensorSpec
    _past: list[Floats] = field(default_factory=list)  # oldest first: the order of a sum shows in its last bit

    def reset(self) -> None:
        """Forget the past."""
        self._past.clear()

    def decide(self, out: bytes) -> tuple[str, float]:
        """Return the label and its score."""
        rule, labels = self.card.decision, self.card.labels
        stored = np.frombuffer(out, self.output.dtype).astype(np.int32) - self.output.zero_point
        real = np.float32(self.output.scale) * stored.astype(np.float32)
        if rule.kind == "threshold":
            real = np.array([np.float32(1.0) - real[0], real[0]], dtype=np.float32)
        self._past = [*self._past, real][-rule.average :]
        scores = np.zeros(len(labels), dtype=np.float32)
        for k in range(len(labels)):
            total = np.float32(0.0)
            for row in self._past:
                total = np.float32(total + row[k])
            scores[k] = total / np.float32(len(self._past))
        threshold = np.float32(rule.threshold)
        if rule.kind == "threshold":
            best = int(scores[1] >= threshold)
        else:
            best = int(scores.argmax())
            if scores[best] < threshold and rule.unsure:
                best = labels.index(rule.unsure)
        return labels[best], float(scores[best])
