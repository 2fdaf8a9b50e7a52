#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Train `snow`: is it snowing, judged by the last three hours of temperature and humidity?"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from training import command, weather  # noqa: E402
from training.recipe import Data, Floats  # noqa: E402
from training.weather import WINDOW  # noqa: E402

WINTER_HOURS = 181 * 24  # November to April: summer hours are all without snow and would only flatter the accuracy
LABELS = ["no-snow", "snow"]
DECISION = {"kind": "threshold", "threshold": 0.5, "alert": ["snow"]}


def build(keras: Any, _data: Data) -> Any:
    """The network of the book examples: small enough to be read weight by weight."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((2 * WINDOW,)),
            layers.Dense(12, activation="relu"),
            layers.Dropout(0.1),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def near_freezing(data: Data, scores: NDArray[np.float64]) -> dict[str, float]:
    """Accuracy where it is hard: within 3 K of freezing; and how often it snows at all, so that 0.95 can be weighed."""
    temperature = data.features["quantities"][0]
    now = data.test.x[:, WINDOW - 1] * temperature["std"] + temperature["mean"]
    near = np.abs(now) < 3.0
    right = (scores[:, 0] >= DECISION["threshold"]) == (data.test.y == 1)
    return {
        "accuracy-within-3-k-of-freezing": round(float(right[near].mean()), 4),
        "share-of-snow": round(float(data.test.y.mean()), 4),
    }


def draw_map(data: Data, score: Callable[[Floats], NDArray[np.float64]], folder: Path) -> None:
    """Draw the score of snow over three equal hours."""
    with weather.steady_map(data, folder, (-10, 10, 81), (50, 100, 51)) as (figure, axis, t, h, x):
        levels = np.linspace(0, 1, 11)
        drawn = axis.contourf(t, h, score(x)[:, 0].reshape(t.shape), levels=levels, cmap="Blues")
        figure.colorbar(drawn, label="score of snow")


RECIPE = weather.recipe(
    FOLDER,
    build,
    title="Snow, from three hours of temperature and humidity",
    architecture="Dense 12 relu - Dropout - Dense 1 sigmoid",
    labels=LABELS,
    outputs=1,
    decision=DECISION,
    about="winters (November to April) of synthetic places that differ in mean temperature, continentality, dryness "
    "and fronts, plus sensor noise and a constant offset for each place; every hour is one example, labelled by "
    "whether it is snowing in that hour",
    label=lambda truth: truth.snowing.astype(np.int64),
    hours=WINTER_HOURS,
    seed=20,
    epochs=40,
    extra_metrics=near_freezing,
    extra_plots=draw_map,
)

if __name__ == "__main__":
    sys.exit(command.main(RECIPE))
