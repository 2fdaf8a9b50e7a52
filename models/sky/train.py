#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Train `sky`: six kinds of weather, judged by the last three hours of temperature and humidity."""

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

from vmote.scenario.climate import Climate  # noqa: E402

SEED = 6
YEAR_HOURS = 365 * 24
LABELS = ["fair", "frost", "fog", "rain", "sleet", "snow"]
FOG_HUMIDITY = 90.0  # %RH: without precipitation, as moist as only fog is in this climate
SLEET_WET_BULB = 2.5  # degC: below it, and above where snow begins, flakes arrive half melted

CARD: dict[str, Any] = {
    "schema": 1,
    "name": "sky",
    "app": "weather",
    "title": "Six kinds of weather, from three hours of temperature and humidity",
    "file": "sky.tflite",
    "architecture": "Dense 24 relu - Dense 16 relu - Dropout - Dense 6 softmax",
    "features": None,
    "input": {"shape": [1, 2 * WINDOW], "type": "int8"},
    "output": {"shape": [1, len(LABELS)], "type": "int8"},
    "labels": LABELS,
    "decision": {"kind": "argmax", "threshold": 0.0, "alert": ["frost", "sleet", "snow"]},
    "training": {
        "data": "vmote.scenario.climate: years of synthetic places that differ in mean temperature, continentality, "
        "dryness and fronts, plus sensor noise and a constant offset for each place; every hour is one example. "
        "Precipitation is snow below 1 degC wet bulb, sleet below 2.5, else rain; without it 90 %RH is fog, "
        "below 0 degC is frost, anything else fair",
        "split": "by place and seed: 24 places to train, 8 to pick the epoch, 16 others to judge",
        "notes": "Fog and rain differ by a few percent of humidity alone: two sensors cannot always tell them apart. "
        "Sleet is a band of 1.5 K between rain and snow. Balanced accuracy says how well the rare kinds are found.",
    },
}


def label(truth: Climate) -> NDArray[np.int64]:
    """Name each hour's weather by what the climate knows and the station does not."""
    dry = np.select([truth.humidity >= FOG_HUMIDITY, truth.temperature < 0.0], [2, 1], default=0)
    wet = np.select([truth.snowing, truth.wet_bulb < SLEET_WET_BULB], [5, 4], default=3)
    return np.where(truth.precipitating, wet, dry).astype(np.int64)


def make_data(tick: Callable[[float, str], None]) -> Data:
    """Whole years: rain and fair days are as much a kind of weather as snow."""
    return weather.make(SEED, YEAR_HOURS, label, tick)


def build(keras: Any, _data: Data) -> Any:
    """A little wider than `snow`: the borders of six kinds need more pieces."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((2 * WINDOW,)),
            layers.Dense(24, activation="relu"),
            layers.Dense(16, activation="relu"),
            layers.Dropout(0.05),
            layers.Dense(len(LABELS), activation="softmax"),
        ]
    )


def draw_map(data: Data, score: Callable[[Floats], NDArray[np.float64]], folder: Path) -> None:
    """Draw what the int8 file says of three equal hours, over temperature and humidity."""
    scaling = [(q["mean"], q["std"]) for q in data.features["quantities"]]
    t, h = np.meshgrid(np.linspace(-12, 25, 112), np.linspace(40, 100, 61))
    parts = [((grid.ravel() - mean) / std) for grid, (mean, std) in zip((t, h), scaling, strict=True)]
    x = np.stack([parts[0]] * WINDOW + [parts[1]] * WINDOW, axis=1).astype(np.float32)
    plt = plots.pyplot()
    figure, axis = plt.subplots(figsize=(5.4, 3.6))
    colours = plt.get_cmap("tab10", len(LABELS))
    drawn = axis.pcolormesh(t, h, score(x).argmax(axis=1).reshape(t.shape), cmap=colours, vmin=-0.5, vmax=5.5)
    figure.colorbar(drawn, ticks=range(len(LABELS))).set_ticklabels(LABELS)
    axis.set_xlabel("temperature, degC, steady for three hours")
    axis.set_ylabel("humidity, %RH")
    plots.save(figure, folder / "map.png")


RECIPE = Recipe(
    folder=FOLDER,
    card=CARD,
    data=make_data,
    build=build,
    seed=SEED,
    epochs=25,
    batch=256,
    rate=5e-3,
    extra_plots=draw_map,
)

if __name__ == "__main__":
    sys.exit(command.main(RECIPE))
