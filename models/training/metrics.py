# SPDX-License-Identifier: Apache-2.0
"""How good a model is on held-out data, from its scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .recipe import Labels

Scores = NDArray[np.float64]


def decide(scores: Scores, decision: dict[str, Any]) -> Labels:
    """Turn scores (example × output) into label numbers, as the card's decision says but without its averaging."""
    if decision["kind"] == "threshold":
        return (scores[:, 0] >= decision["threshold"]).astype(np.int64)
    return scores.argmax(axis=1).astype(np.int64)


def confusion(truth: Labels, said: Labels, count: int) -> NDArray[np.int64]:
    """Count: row, what it was; column, what the model said."""
    table = np.zeros((count, count), dtype=np.int64)
    np.add.at(table, (truth, said), 1)
    return table


def summary(truth: Labels, said: Labels, labels: Sequence[str]) -> dict[str, float]:
    """Accuracy, and for each label how much was found (recall) and how much of what was said holds (precision)."""
    table = confusion(truth, said, len(labels))
    found: dict[str, float] = {"accuracy": _share(int(np.trace(table)), int(table.sum()))}
    recalls = []
    for k, label in enumerate(labels):
        recall = _share(int(table[k, k]), int(table[k].sum()))
        recalls.append(recall)
        found[f"recall-{label}"] = recall
        found[f"precision-{label}"] = _share(int(table[k, k]), int(table[:, k].sum()))
    found["balanced-accuracy"] = round(float(np.mean(recalls)), 4)
    return found


def counts(truth: Labels, said: Labels, labels: Sequence[str]) -> dict[str, float]:
    """Write the confusion table as a mapping `what-it-was as what-was-said`."""
    table = confusion(truth, said, len(labels))
    return {
        f"{was} as {said_}": int(table[i, j])
        for i, was in enumerate(labels)
        for j, said_ in enumerate(labels)
        if table[i, j]
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
