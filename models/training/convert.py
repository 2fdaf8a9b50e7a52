# SPDX-License-Identifier: Apache-2.0
"""A Keras model becomes a full-int8 `.tflite`: int8 in, int8 out, int8 weights, int32 biases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tensorflow import silence


def to_int8(tf: Any, model: Any, examples: NDArray[np.float32], *, per_channel_dense: bool = False) -> bytes:
    """Convert with the batch fixed at 1; `examples` (first axis: example) calibrate the activations' ranges.

    Dense layers get one scale for all outputs unless asked otherwise: the TFLM of many Zephyr releases takes no other.
    """
    with silence():
        converter = _converter(tf, model)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: _one_by_one(examples)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = tf.int8
        converter.inference_output_type = tf.int8
        converter.experimental_new_quantizer = True
        converter._experimental_disable_per_channel_quantization_for_dense_layers = not per_channel_dense
        return bytes(converter.convert())


def to_float(tf: Any, model: Any) -> bytes:
    """Convert without quantization: for tests that must see it refused."""
    with silence():
        return bytes(_converter(tf, model).convert())


def _converter(tf: Any, model: Any) -> Any:
    # Keras 3 tracks its variables where the converter does not look: freeze them into constants first.
    from tensorflow.python.framework.convert_to_constants import (  # noqa: PLC0415
        convert_variables_to_constants_v2 as freeze,
    )

    # A concrete function with a fixed shape: a batch of unknown size would leave SHAPE and PACK in the file.
    signature = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32, name="input")
    call = tf.function(lambda x: model(x, training=False)).get_concrete_function(signature)
    return tf.lite.TFLiteConverter.from_concrete_functions([freeze(call)])


def _one_by_one(examples: NDArray[np.float32]) -> Iterator[list[NDArray[np.float32]]]:
    for example in examples:
        yield [example[np.newaxis].astype(np.float32)]
