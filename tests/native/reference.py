# SPDX-License-Identifier: Apache-2.0
"""TFLM itself, as the PyPI package tflite-micro brings it: the judge of every bit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from tflite_micro.python.tflite_micro import runtime


class ReferenceRefused(Exception):
    """TFLM does not run this model."""


class Reference:
    def __init__(self, model: bytes, arena_size: int = 1 << 20) -> None:
        try:
            self.interpreter = runtime.Interpreter.from_bytes(model, arena_size=arena_size)
        except RuntimeError as error:
            raise ReferenceRefused(str(error)) from None

    def run(self, inputs: Sequence[np.ndarray], outputs: int) -> list[np.ndarray]:
        try:
            for index, values in enumerate(inputs):
                self.interpreter.set_input(values, index)
            self.interpreter.invoke()
        except (RuntimeError, ValueError) as error:
            raise ReferenceRefused(str(error)) from None
        return [np.array(self.interpreter.get_output(index)) for index in range(outputs)]
