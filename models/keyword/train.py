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
from training.keyword import SPEC  # noqa: E402
from training.recipe import Data, Recipe  # noqa: E402
from training.speech import LABELS  # noqa: E402

CARD: dict[str, Any] = {
    "schema": 1,
    "name": "keyword",
    "app": "keyword",
    "title": "Yes and no in a second of sound, by a depthwise-separable network",
    "file": "keyword.tflite",
    "architecture": "Conv 10x4 48 /2x4 - 4 x (Depthwise 3x3 - Conv 1x1 48), second /2 - AveragePool - Dense 4 softmax",
    "features": None,
    "input": {"shape": [1, SPEC.frames, SPEC.bands, 1], "type": "int8"},
    "output": {"shape": [1, len(LABELS)], "type": "int8"},
    "labels": list(LABELS),
    "decision": keyword.DECISION,
    "training": {"data": keyword.DATA, "split": keyword.SPLIT},
}


def build(keras: Any, _data: Data) -> Any:
    """A DS-CNN after Zhang and others, Hello Edge (2017), brought down to 2 million multiplications."""
    layers = keras.layers
    width = 48

    def norm() -> list[Any]:
        return [layers.BatchNormalization(), layers.ReLU()]

    stack: list[Any] = [
        keras.Input((SPEC.frames, SPEC.bands, 1)),
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
    return keras.Sequential(
        [
            *stack,
            layers.Dropout(0.2),
            layers.AveragePooling2D((13, 5)),
            layers.Flatten(),
            layers.Dense(len(LABELS), activation="softmax"),
        ]
    )


RECIPE = Recipe(
    folder=FOLDER,
    card=CARD,
    data=keyword.make_data,
    build=build,
    seed=keyword.SEED,
    epochs=18,
    batch=64,
    rate=3e-3,
    smoothing=0.02,
    augment=keyword.augment,
    probe=keyword.probe,
)

if __name__ == "__main__":
    sys.exit(command.main(RECIPE))
