# SPDX-License-Identifier: Apache-2.0
"""Weather stations at synthetic places: the data of `snow` and `sky`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmote.scenario.climate import Climate, ClimateParams, climate

from . import plots
from .card import stated
from .recipe import Data, Examples, Floats, Recipe

WINDOW = 3
PLACES = {"train": 24, "validation": 8, "test": 16}
_SEEDS = {"train": 1000, "validation": 2000, "test": 3000}
# What a sensor adds to the air, 1 sigma. HTS221 datasheet (DocID026333 rev 4), Features: accuracy 0.5 degC, 3.5 %RH;
# a station that was adjusted against a reference keeps a small part of it.
NOISE = (0.05, 0.2)
OFFSET = (0.15, 0.3)  # differs from place to place, constant within one


def place(seed: int, which: str, number: int, hours: int) -> tuple[NDArray[np.float64], Climate]:
    """Return one place from the first of November on: hours × (temperature, humidity) as read, and the truth."""
    mine = _SEEDS[which] + number
    rng = np.random.default_rng([seed, mine])
    params = ClimateParams(
        mean=rng.uniform(-1.0, 8.0),
        seasonal=rng.uniform(5.0, 11.0),
        diurnal=rng.uniform(2.5, 5.5),
        synoptic=rng.uniform(2.0, 4.5),
        dryness=rng.uniform(3.5, 6.5),
        front_every=rng.uniform(50.0, 100.0),
        front_change=rng.uniform(4.0, 8.0),
    )
    truth = climate(hours, mine, params)
    air = np.stack([truth.temperature, truth.humidity], axis=1)
    air = air + rng.normal(0.0, NOISE, air.shape) + rng.normal(0.0, OFFSET)
    air[:, 1] = np.clip(air[:, 1], 0.0, 100.0)
    return air, truth


def windows(air: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay out each hour's last three readings by quantity: T T T H H H, oldest first."""
    cut = np.lib.stride_tricks.sliding_window_view(air, WINDOW, axis=0)  # hour × quantity × age
    return cut.reshape(len(cut), -1).astype(np.float64)


def make(
    seed: int, hours: int, label: Callable[[Climate], NDArray[np.int64]], tick: Callable[[float, str], None]
) -> Data:
    """Generate the places of all three sets, one example an hour, scaled by what the training set says."""
    raw: dict[str, tuple[NDArray[np.float64], NDArray[np.int64], tuple[str, ...]]] = {}
    total, done = sum(PLACES.values()), 0
    for which, count in PLACES.items():
        xs, ys, groups = [], [], []
        for number in range(count):
            air, truth = place(seed, which, number, hours)
            xs.append(windows(air))
            ys.append(label(truth)[WINDOW - 1 :])
            groups += [f"{which}-{number}"] * len(ys[-1])
            done += 1
            tick(done / total, f"climate, {which} {number + 1}/{count}")
        raw[which] = (np.concatenate(xs), np.concatenate(ys), tuple(groups))
    train = raw["train"][0]
    # Rounded, so that the card holds exactly the numbers used here.
    mean = [round(float(train[:, k * WINDOW : (k + 1) * WINDOW].mean()), 3) for k in range(2)]
    std = [round(float(train[:, k * WINDOW : (k + 1) * WINDOW].std()), 3) for k in range(2)]
    shift, scale = np.repeat(mean, WINDOW), np.repeat(std, WINDOW)
    sets = {
        which: Examples(((x - shift) / scale).astype(np.float32), y, groups) for which, (x, y, groups) in raw.items()
    }
    return Data(sets["train"], sets["validation"], sets["test"], features(mean, std))


def features(mean: list[float], std: list[float]) -> dict[str, Any]:
    """Write the card's `features`."""
    return {
        "kind": "zscore",
        "window": WINDOW,
        "period_s": 3600,
        "layout": "by-quantity",
        "quantities": [
            {"name": "temperature", "unit": "degC", "mean": mean[0], "std": std[0]},
            {"name": "humidity", "unit": "%RH", "mean": mean[1], "std": std[1]},
        ],
    }


def recipe(
    folder: Path,
    build: Callable[[Any, Data], Any],
    *,
    title: str,
    architecture: str,
    labels: list[str],
    outputs: int,
    decision: dict[str, Any],
    about: str,
    label: Callable[[Climate], NDArray[np.int64]],
    hours: int,
    seed: int,
    epochs: int,
    notes: str = "",
    app: str = "weather",
    weights: dict[int, float] | None = None,
    extra_metrics: Callable[[Data, NDArray[np.float64]], dict[str, float]] | None = None,
    extra_plots: Callable[[Data, Callable[[Floats], NDArray[np.float64]], Path], None] | None = None,
) -> Recipe:
    """Everything that models of a weather station have in common."""
    return Recipe(
        folder=folder,
        card=stated(
            folder,
            app=app,
            title=title,
            architecture=architecture,
            takes=[2 * WINDOW],
            gives=outputs,
            labels=labels,
            decision=decision,
            data=f"vmote.scenario.climate: {about}",
            split="by place and seed: {train} places to train, {validation} to pick the epoch, {test} others to "
            "judge".format(**PLACES),
            notes=notes,
        ),
        data=lambda tick: make(seed, hours, label, tick),
        build=build,
        seed=seed,
        epochs=epochs,
        batch=256,
        rate=5e-3,
        weights=weights,
        extra_metrics=extra_metrics,
        extra_plots=extra_plots,
    )


@contextmanager
def steady_map(
    data: Data, folder: Path, temperatures: tuple[float, float, int], humidities: tuple[float, float, int]
) -> Iterator[tuple[Any, Any, NDArray[np.float64], NDArray[np.float64], Floats]]:
    """Give figure, axis, grid and the grid's inputs for three equal hours; what was drawn is saved as map.png."""
    scaling = [(q["mean"], q["std"]) for q in data.features["quantities"]]
    t, h = np.meshgrid(np.linspace(*temperatures), np.linspace(*humidities))
    parts = [((grid.ravel() - mean) / std) for grid, (mean, std) in zip((t, h), scaling, strict=True)]
    x = np.stack([parts[0]] * WINDOW + [parts[1]] * WINDOW, axis=1).astype(np.float32)
    figure, axis = plots.pyplot().subplots(figsize=(5.4, 3.6))
    yield figure, axis, t, h, x
    axis.set_xlabel("temperature, degC, steady for three hours")
    axis.set_ylabel("humidity, %RH")
    plots.save(figure, folder / "map.png")
