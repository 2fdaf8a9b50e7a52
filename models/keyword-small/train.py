#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Train `keyword-small`: yes, no, unknown or silence, from a second of sound; as small as TFLM's micro_speech."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from training import command, keyword  # noqa: E402
from training.recipe import Data  # noqa: E402


def build(keras: Any, _data: Data) -> Any:
    """Three convolutions, each halved by a maximum."""
    layers = keras.layers

    def conv(filters: int, size: tuple[int, int], strides: int = 1) -> list[Any]:
        return [
            layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(2),
        ]

    stack: list[Any] = [keras.Input(keyword.INPUT), *conv(8, (10, 8), 2), *conv(20, (3, 3)), *conv(28, (3, 3))]
    stack += [layers.Dropout(0.2), layers.Flatten()]
    return keras.Sequential([*stack, layers.Dense(len(keyword.LABELS), activation="softmax")])


RECIPE = keyword.recipe(
    FOLDER,
    build,
    title="Yes and no in a second of sound, by a network of the size of micro_speech",
    architecture="Conv 10x8 8 /2 - MaxPool - Conv 3x3 20 - MaxPool - Conv 3x3 28 - MaxPool - Dense 4 softmax",
    notes="The first layer is micro_speech's. Its one dense layer of 16000 weights is spent on two more convolutions "
    "instead: the same size hears voices it never met.",
    # Chosen on the validation voices: smaller, it is believed when it has been sure for longer.
    decision={"average": 5, "hold": 3},
    epochs=24,
    rate=4e-3,
)

if __name__ == "__main__":
    sys.exit(command.main(RECIPE))
