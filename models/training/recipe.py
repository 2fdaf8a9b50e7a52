# SPDX-License-Identifier: Apache-2.0
"""What a model's own `train.py` has to say; everything else is shared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]

UNKNOWN = -1  # a training example that is none of the labels: the model is taught to be unsure of it


@dataclass(frozen=True)
class Examples:
    """Inputs as the model takes them (before quantization) and the number of the right label for each."""

    x: Floats
    y: Labels
    groups: tuple[str, ...] = ()  # which voice, person or place each came from, where it is told apart


@dataclass(frozen=True)
class Data:
    """Three sets that share no place, person, voice or machine."""

    train: Examples
    validation: Examples  # picks the epoch
    test: Examples  # judges; nothing is chosen by it
    features: dict[str, Any]  # the card's `features`, with what was measured on the training set


@dataclass(frozen=True)
class Recipe:
    """One model."""

    folder: Path
    card: dict[str, Any]  # the hand-written part of model.yaml
    data: Callable[[Callable[[float, str], None]], Data]  # gets a progress callback: share done, what
    build: Callable[[Any, Data], Any]  # keras and the data in, an uncompiled Keras model out
    seed: int
    epochs: int
    batch: int = 64
    rate: float = 2e-3
    weights: dict[int, float] | None = None  # of a class in the loss
    smoothing: float = 0.0  # of the labels, for softmax models
    calibration: int = 500  # training examples that set the activations' ranges
    extra_metrics: Callable[[Data, NDArray[np.float64]], dict[str, float]] | None = None  # on the test scores
    augment: Callable[[Any, Any, Any], Any] | None = None  # tensorflow, a batch and a seed in; the batch varied
    # Measured with data of its own, by a function that scores inputs.
    probe: Callable[[Callable[[Floats], NDArray[np.float64]]], dict[str, float]] | None = None
    extra_plots: Callable[[Data, Callable[[Floats], NDArray[np.float64]], Path], None] | None = None
    callbacks: tuple[Any, ...] = field(default=())

    @property
    def name(self) -> str:
        """The model's name."""
        return str(self.card["name"])

    @property
    def labels(self) -> tuple[str, ...]:
        """What the outputs are called."""
        return tuple(self.card["labels"])
