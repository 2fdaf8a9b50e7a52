#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Train `motion`: wing, ring, slope, still or walk, from five seconds of acceleration."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from training import command, metrics, plots  # noqa: E402
from training.motion import RATE_HZ, WINDOW, Maker, Ranges  # noqa: E402
from training.recipe import UNKNOWN, Data, Examples, Floats, Recipe  # noqa: E402

SEED = 25
LABELS = ["wing", "ring", "slope", "still", "walk"]
GESTURES = ("wing", "ring", "slope")
OTHERS = ("line", "wave", "shake", "tap")  # the model must not take these for a gesture it knows
COUNTS = {"train": 1600, "validation": 250, "test": 500}  # windows of each label

# Speeds, sizes, gaits and hands of the three sets do not overlap: the test set lies in the gaps and beyond the ends.
RANGES = {
    "train": Ranges(
        (0, 120),
        ((0.8, 1.1), (1.3, 1.6), (1.8, 2.1)),
        ((0.2, 0.28), (0.36, 0.44), (0.5, 0.6)),
        ((1.5, 1.7), (1.85, 2.05), (2.2, 2.4)),
        ((0.12, 0.2), (0.28, 0.4)),
    ),
    "validation": Ranges((200, 240), ((1.1, 1.2), (1.6, 1.7)), ((0.28, 0.32),), ((1.7, 1.78),), ((0.2, 0.24),)),
    "test": Ranges(
        (1000, 1100),
        ((0.7, 0.8), (1.2, 1.3), (1.7, 1.8), (2.1, 2.3)),
        ((0.17, 0.2), (0.32, 0.36), (0.44, 0.5)),
        ((1.4, 1.5), (1.78, 1.85), (2.05, 2.2), (2.4, 2.5)),
        ((0.1, 0.12), (0.24, 0.28), (0.4, 0.5)),
    ),
}

CARD: dict[str, Any] = {
    "schema": 1,
    "name": "motion",
    "app": "motion",
    "title": "Gestures in the air, standing still and walking, from five seconds of acceleration",
    "file": "motion.tflite",
    "architecture": "Conv 9x1 12 /2 - Conv 5x1 16 /2 - Conv 5x1 24 /2 - Conv 3x1 24 - MaxPool 16x1 - Dense 5 softmax",
    "features": None,
    "input": {"shape": [1, WINDOW, 1, 3], "type": "int8"},
    "output": {"shape": [1, len(LABELS)], "type": "int8"},
    "labels": LABELS,
    "decision": {
        "kind": "argmax",
        "threshold": 0.7,
        "unsure": "still",
        "alert": list(GESTURES),
        "average": 2,
        "hold": 2,
        "refractory_ms": 1500,
    },
    "training": {
        "data": "vmote.scenario.signals: gestures drawn by synthetic hands (both), walking in hand, pocket and on the "
        "wrist, and lying or being held still on any face, at 119 Hz through a sensor with zero-g offset, gain error "
        "and noise, averaged down to 25 Hz. Other gestures (line, wave, shake, tap), a turn in the hand and gestures "
        "of which the window holds only a part are shown with no label: all outputs equal",
        "split": "by person, speed, size, gait: 120 persons to train, 40 to pick the epoch, 100 others to judge, at "
        "durations, sizes, cadences and strengths in the gaps of the training ranges and beyond their ends",
        "notes": "One gesture in a window: leave five seconds between two. Gestures begin and end face up, within some "
        "20 degrees.",
    },
}


def make_set(which: str, tick: Callable[[float, str], None]) -> Examples:
    """Make the windows of one set; in the training set some belong to no label."""
    rng = np.random.default_rng([SEED, list(RANGES).index(which)])
    maker, count = Maker(RANGES[which], rng), COUNTS[which]
    xs: list[Floats] = []
    ys: list[int] = []

    def add(label: int, window: Floats) -> None:
        xs.append(window)
        ys.append(label)

    for k in range(count):
        tick(k / count, f"motion, {which} {k}/{count}")
        for label, name in enumerate(GESTURES):
            add(label, maker.gesture(name))
        # A window that holds but a scrap of a gesture is not yet, or no longer, that gesture.
        scrap = rng.random() < 0.15
        add(3, maker.gesture(str(rng.choice(GESTURES)), (0.02, 0.15)) if scrap else maker.still())
        add(4, maker.walk(1.0 if rng.random() < 0.7 else float(rng.uniform(0.6, 1.0))))
        if which == "train" and k % 2 == 0:
            add(UNKNOWN, maker.gesture(str(rng.choice(OTHERS))))
            add(UNKNOWN, maker.gesture(str(rng.choice(GESTURES)), (0.2, 0.7)))
            add(UNKNOWN, maker.turned())
            if k % 4 == 0:
                add(UNKNOWN, maker.walk(float(rng.uniform(0.1, 0.5))))
    return Examples(np.stack(xs)[:, :, np.newaxis, :].astype(np.float32), np.array(ys, dtype=np.int64))


def make_data(tick: Callable[[float, str], None]) -> Data:
    """Generate the three sets; acceleration goes to the model in g, gravity kept."""
    sets = [
        make_set(which, lambda done, what, k=k: tick((k + done) / 3, what))  # type: ignore[misc]
        for k, which in enumerate(RANGES)
    ]
    features = {
        "kind": "zscore",
        "window": WINDOW,
        "period_s": 1 / RATE_HZ,
        "layout": "by-time",
        "quantities": [{"name": f"acceleration-{axis}", "unit": "g", "mean": 0.0, "std": 1.0} for axis in "xyz"],
        "stride": 16,
    }
    return Data(*sets, features)


def build(keras: Any, _data: Data) -> Any:
    """Convolutions along time over the three axes; the maximum over time cares not when the gesture was."""
    layers = keras.layers

    def conv(filters: int, size: int, stride: int) -> list[Any]:
        return [
            layers.Conv2D(filters, (size, 1), strides=(stride, 1), padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
        ]

    return keras.Sequential(
        [
            keras.Input((WINDOW, 1, 3)),
            *conv(12, 9, 2),
            *conv(16, 5, 2),
            *conv(24, 5, 2),
            layers.Dropout(0.1),
            *conv(24, 3, 1),
            layers.MaxPooling2D((16, 1)),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(len(LABELS), activation="softmax"),
        ]
    )


def others(score: Callable[[Floats], NDArray[np.float64]]) -> dict[str, float]:
    """Measure how seldom a movement that is no known gesture reaches the threshold as one."""
    maker = Maker(RANGES["test"], np.random.default_rng([SEED, 99]))
    found = {}
    for name in OTHERS:
        windows = np.stack([maker.gesture(name) for _ in range(150)])[:, :, np.newaxis, :].astype(np.float32)
        said = score(windows)
        taken = (said.argmax(axis=1) < len(GESTURES)) & (said.max(axis=1) >= CARD["decision"]["threshold"])
        found[f"{name}-taken-for-a-gesture"] = round(float(taken.mean()), 4)
    return found


def sure(data: Data, scores: NDArray[np.float64]) -> dict[str, float]:
    """Accuracy as the device decides, threshold and all, on single windows."""
    said = metrics.decide(scores, CARD["decision"])
    unsure = scores.max(axis=1) < CARD["decision"]["threshold"]
    said = np.where(unsure, LABELS.index("still"), said)
    return {"accuracy-with-threshold": round(float((said == data.test.y).mean()), 4)}


def draw_examples(data: Data, _score: Callable[[Floats], NDArray[np.float64]], folder: Path) -> None:
    """Draw one window of each label."""
    plt = plots.pyplot()
    figure, axes = plt.subplots(1, len(LABELS), figsize=(12, 2.2), sharey=True)
    for label, axis in enumerate(axes):
        example = data.test.x[np.flatnonzero(data.test.y == label)[1], :, 0]
        axis.plot(np.arange(WINDOW) / RATE_HZ, example, linewidth=0.8)
        axis.set_title(LABELS[label])
        axis.set_xlabel("s")
    axes[0].set_ylabel("g")
    plots.save(figure, folder / "examples.png")


RECIPE = Recipe(
    folder=FOLDER,
    card=CARD,
    data=make_data,
    build=build,
    seed=SEED,
    epochs=30,
    batch=64,
    rate=3e-3,
    extra_metrics=sure,
    probe=others,
    extra_plots=draw_examples,
)

if __name__ == "__main__":
    sys.exit(command.main(RECIPE))
