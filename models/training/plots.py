# SPDX-License-Identifier: Apache-2.0
"""Pictures of a training, small enough to commit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pyplot() -> Any:
    """Import matplotlib for files, never for a window."""
    import matplotlib  # noqa: PLC0415

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    return plt


def save(figure: Any, path: Path) -> None:
    """Write a PNG without anything in it that changes from day to day."""
    path.parent.mkdir(exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, dpi=80, metadata={"Software": None})
    pyplot().close(figure)


def training(history: dict[str, list[float]], best: int, path: Path) -> None:
    """Draw loss and accuracy by epoch; a line marks the epoch that was kept."""
    plt = pyplot()
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.2))
    for axis, key in zip(axes, ("loss", "accuracy"), strict=True):
        axis.plot(range(1, len(history[key]) + 1), history[key], label="training")
        axis.plot(range(1, len(history[key]) + 1), history[f"val_{key}"], label="validation")
        axis.axvline(best + 1, color="0.6", linestyle=":")
        axis.set_xlabel("epoch")
        axis.set_title(key)
        axis.grid(alpha=0.3)
    axes[0].set_yscale("log")
    axes[0].legend()
    save(figure, path)


def confusion(table: NDArray[np.int64], labels: Sequence[str], path: Path) -> None:
    """Draw the confusion table of the int8 file on held-out data."""
    plt = pyplot()
    side = 2.2 + 0.6 * len(labels)
    figure, axis = plt.subplots(figsize=(side + 0.6, side))
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    axis.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for i in range(len(labels)):
        for j in range(len(labels)):
            colour = "white" if share[i, j] > 0.5 else "black"
            axis.text(j, i, str(table[i, j]), ha="center", va="center", color=colour, fontsize=8)
    axis.set_xticks(range(len(labels)), labels, rotation=45, ha="right")
    axis.set_yticks(range(len(labels)), labels)
    axis.set_xlabel("said")
    axis.set_ylabel("was")
    save(figure, path)
