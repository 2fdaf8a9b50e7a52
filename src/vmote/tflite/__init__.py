# SPDX-License-Identifier: Apache-2.0
"""Models as files: what a .tflite holds, what it costs, and where it fits."""

from vmote.tflite.describe import BoardFit, ModelReport, OperatorLine, RuntimeSupport, describe
from vmote.tflite.explain import explain
from vmote.tflite.model import Model, Operator, Tensor, parse_model, read_model

__all__ = [
    "BoardFit",
    "Model",
    "ModelReport",
    "Operator",
    "OperatorLine",
    "RuntimeSupport",
    "Tensor",
    "describe",
    "explain",
    "parse_model",
    "read_model",
]
