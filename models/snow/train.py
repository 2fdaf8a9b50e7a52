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

from training import command, plots, weather  # noqa: E402
from training.recipe import Data, Floats, Recipe  # noqa: E402
from training.weather import WINDOW  # noqa: E402

SEED = 20
WINTER_HOURS = 181 * 24  # November to April

CARD: dict[str, Any] = {
    "schema": 1,
    "name": "snow",
    "app": "weather",
    "title": "Snow, from three hours of temperature and humidity",
    "file": "snow.tflite",
    "architecture": "Dense 12 relu - Dropout - Dense 1 sigmoid",
    "features": None,
    "input": {"shape": [1, 2 * WINDOW], "type": "int8"},
    "output": {"shape": [1, 1], "type": "int8"},
    "labels": ["no-snow", "snow"],
    "decision": {"kind": "threshold", "threshold": 0.5, "alert": ["snow"]},
    "training": {
        "data": "vmote.scenario.climate: winters (November to April) of synthetic places that differ in mean "
        "temperature, continentality, dryness and fronts, plus sensor noise and a constant offset for each place; "
        "every hour is one example, labelled by whether it is snowing in that hour",
        "split": "by place and seed: 24 places to train, 8 to pick the epoch, 16 others to judge",
    },
}


def make_data(tick: Callable[[float, str], None]) -> Data:
    """Winters only: summer hours are all without snow and would only flatter the accuracy."""
    return weather.make(SEED, WINTER_HOURS, lambda truth: truth.snowing.astype(np.int64), tick)


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
    right = (scores[:, 0] >= CARD["decision"]["threshold"]) == (data.test.y == 1)
    return {
        "accuracy-within-3-k-of-freezing": round(float(right[near].mean()), 4),
        "share-of-snow": round(float(data.test.y.mean()), 4),
    }


def draw_map(data: Data, score: Callable[[Floats], NDArray[np.float64]], folder: Path) -> None:
    """Draw what the int8 file says of three equal hours, over temperature and humidity."""
    scaling = [(q["mean"], q["std"]) for q in data.features["quantities"]]
    t, h = np.meshgrid(np.linspace(-10, 10, 81), np.linspace(50, 100, 51))
    parts = [((grid.ravel() - mean) / std) for grid, (mean, std) in zip((t, h), scaling, strict=True)]
    x = np.stack([parts[0]] * WINDOW + [parts[1]] * WINDOW, axis=1).astype(np.float32)
    plt = plots.pyplot()
    figure, axis = plt.subplots(figsize=(5, 3.6))
    drawn = axis.contourf(t, h, score(x)[:, 0].reshape(t.shape), levels=np.linspace(0, 1, 11), cmap="Blues")
    figure.colorbar(drawn, label="score of snow")
    axis.set_xlabel("temperature, degC, steady for three hours")
    axis.set_ylabel("humidity, %RH")
    plots.save(figure, folder / "map.png")


RECIPE = Recipe(
    folder=FOLDER,
    card=CARD,
    data=make_data,
    build=build,
    seed=SEED,
    epochs=40,
    batch=256,
    rate=5e-3,
    extra_metrics=near_freezing,
    extra_plots=draw_map,
)

if __name__ == "__main__":
    sys.exit(command.main(RECIPE))
