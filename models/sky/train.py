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
from training.recipe import Data, Floats  # noqa: E402
from training.weather import WINDOW  # noqa: E402

from vmote.scenario.climate import Climate  # noqa: E402

YEAR_HOURS = 365 * 24  # whole years: rain and fair days are as much a kind of weather as snow
LABELS = ["fair", "frost", "fog", "rain", "sleet", "snow"]
FOG_HUMIDITY = 90.0  # %RH: without precipitation, as moist as only fog is in this climate
FOG_WEIGHT = 3.0  # in the loss: half of the fog is found then, for some hours of rain and snow that are called fog
SLEET_WET_BULB = 2.5  # degC: below it, and above where snow begins, flakes arrive half melted


def label(truth: Climate) -> NDArray[np.int64]:
    """Name each hour's weather by what the climate knows and the station does not."""
    dry = np.select([truth.humidity >= FOG_HUMIDITY, truth.temperature < 0.0], [2, 1], default=0)
    wet = np.select([truth.snowing, truth.wet_bulb < SLEET_WET_BULB], [5, 4], default=3)
    return np.where(truth.precipitating, wet, dry).astype(np.int64)


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
    """Draw which kind wins over three equal hours."""
    with weather.steady_map(data, folder, (-12, 25, 112), (40, 100, 61)) as (figure, axis, t, h, x):
        colours = plots.pyplot().get_cmap("tab10", len(LABELS))
        drawn = axis.pcolormesh(t, h, score(x).argmax(axis=1).reshape(t.shape), cmap=colours, vmin=-0.5, vmax=5.5)
        figure.colorbar(drawn, ticks=range(len(LABELS))).set_ticklabels(LABELS)


RECIPE = weather.recipe(
    FOLDER,
    build,
    title="Six kinds of weather, from three hours of temperature and humidity",
    architecture="Dense 24 relu - Dense 16 relu - Dropout - Dense 6 softmax",
    labels=LABELS,
    outputs=len(LABELS),
    decision={"kind": "argmax", "threshold": 0.0, "alert": ["frost", "sleet", "snow"]},
    about="years of synthetic places that differ in mean temperature, continentality, dryness and fronts, plus sensor "
    "noise and a constant offset for each place; every hour is one example. Precipitation is snow below 1 degC wet "
    "bulb, sleet below 2.5, else rain; without it 90 %RH is fog, below 0 degC is frost, anything else fair",
    notes="Fog and rain differ by a few percent of humidity alone: two sensors cannot always tell them apart. Fog "
    "counts three times in the loss, or most of it would be taken for the more frequent rain and snow. Sleet is a "
    "band of 1.5 K between rain and snow. Balanced accuracy says how well the rare kinds are found.",
    label=label,
    hours=YEAR_HOURS,
    seed=6,
    epochs=25,
    # Fog is one hour in a hundred, and looks like the rain and snow beside it: unweighted, one in five is found.
    weights={kind: FOG_WEIGHT if name == "fog" else 1.0 for kind, name in enumerate(LABELS)},
    extra_plots=draw_map,
)

if __name__ == "__main__":
    sys.exit(command.main(RECIPE))
