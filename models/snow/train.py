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

from training import command, plots  # noqa: E402
from training.recipe import Data, Examples, Floats, Recipe  # noqa: E402

from vmote.scenario.climate import ClimateParams, climate  # noqa: E402

SEED = 20
WINDOW = 3
WINTER_HOURS = 181 * 24  # November to April. Summer hours are all dry of snow and would only flatter the accuracy.
PLACES = {"train": 24, "validation": 8, "test": 16}
# What a sensor adds to the air, 1 sigma. HTS221 datasheet (DocID026333 rev 4), Features: accuracy 0.5 degC, 3.5 %RH;
# a station that was adjusted against a reference keeps a small part of it.
NOISE = (0.05, 0.2)
OFFSET = (0.15, 0.3)  # differs from place to place, constant within one

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


def place(which: str, number: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return one winter of one place as its station reads it: hours × (temperature, humidity), and when it snows."""
    seed = {"train": 1000, "validation": 2000, "test": 3000}[which] + number
    rng = np.random.default_rng([SEED, seed])
    params = ClimateParams(
        mean=rng.uniform(-1.0, 8.0),
        seasonal=rng.uniform(5.0, 11.0),
        diurnal=rng.uniform(2.5, 5.5),
        synoptic=rng.uniform(2.0, 4.5),
        dryness=rng.uniform(3.5, 6.5),
        front_every=rng.uniform(50.0, 100.0),
        front_change=rng.uniform(4.0, 8.0),
    )
    winter = climate(WINTER_HOURS, seed, params)
    air = np.stack([winter.temperature, winter.humidity], axis=1)
    air = air + rng.normal(0.0, NOISE, air.shape) + rng.normal(0.0, OFFSET)
    air[:, 1] = np.clip(air[:, 1], 0.0, 100.0)
    return air, winter.snowing


def windows(air: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay out each hour's last three readings by quantity: T T T H H H, oldest first."""
    cut = np.lib.stride_tricks.sliding_window_view(air, WINDOW, axis=0)  # hour × quantity × age
    return cut.reshape(len(cut), -1).astype(np.float64)


def make_data(tick: Callable[[float, str], None]) -> Data:
    """Generate the places of all three sets and scale them by what the training set says."""
    raw: dict[str, tuple[NDArray[np.float64], NDArray[np.int64], tuple[str, ...]]] = {}
    total, done = sum(PLACES.values()), 0
    for which, count in PLACES.items():
        xs, ys, groups = [], [], []
        for number in range(count):
            air, snowing = place(which, number)
            xs.append(windows(air))
            ys.append(snowing[WINDOW - 1 :].astype(np.int64))
            groups += [f"{which}-{number}"] * len(ys[-1])
            done += 1
            tick(done / total, f"climate {which} {number + 1}/{count}")
        raw[which] = (np.concatenate(xs), np.concatenate(ys), tuple(groups))
    train = raw["train"][0]
    # Rounded, so that the card holds exactly the numbers used here.
    mean = [round(float(train[:, k * WINDOW : (k + 1) * WINDOW].mean()), 3) for k in range(2)]
    std = [round(float(train[:, k * WINDOW : (k + 1) * WINDOW].std()), 3) for k in range(2)]
    features = {
        "kind": "zscore",
        "window": WINDOW,
        "period_s": 3600,
        "layout": "by-quantity",
        "quantities": [
            {"name": "temperature", "unit": "degC", "mean": mean[0], "std": std[0]},
            {"name": "humidity", "unit": "%RH", "mean": mean[1], "std": std[1]},
        ],
    }
    shift, scale = np.repeat(mean, WINDOW), np.repeat(std, WINDOW)
    sets = {
        which: Examples(((x - shift) / scale).astype(np.float32), y, groups) for which, (x, y, groups) in raw.items()
    }
    return Data(sets["train"], sets["validation"], sets["test"], features)


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
