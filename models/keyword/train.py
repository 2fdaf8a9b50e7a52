#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Train `keyword`: yes, no, unknown or silence, from a second of sound; a depthwise-separable network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from training import command, keyword  # noqa: E402
from training.recipe import Data  # noqa: E402


def build(keras: Any, _data: Data) -> Any:
    """A DS-CNN after Zhang and others, Hello Edge (2017), brought down to 2 million multiplications."""
    layers = keras.layers
    width = 48

    def norm() -> list[Any]:
        return [layers.BatchNormalization(), layers.ReLU()]

    stack: list[Any] = [
        keras.Input(keyword.INPUT),
        layers.Conv2D(width, (10, 4), strides=(2, 4), padding="same", use_bias=False),
        *norm(),
    ]
    for block in range(4):
        stride = 2 if block == 1 else 1
        stack += [
            layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False),
            *norm(),
            layers.Conv2D(width, 1, use_bias=False),
            *norm(),
        ]
    stack += [layers.Dropout(0.2), layers.AveragePooling2D((13, 5)), layers.Flatten()]
    return keras.Sequential([*stack, layers.Dense(len(keyword.LABELS), activation="softmax")])


RECIPE = keyword.recipe(
    FOLDER,
    build,
    title="Yes and no in a second of sound, by a depthwise-separable network",
    architecture="Conv 10x4 48 /2x4 - 4 x (Depthwise 3x3 - Conv 1x1 48), second /2 - AveragePool - Dense 4 softmax",
    epochs=18,
    rate=3e-3,
)

if __name__ == "__main__":
    sys.exit(command.main(RECIPE))
