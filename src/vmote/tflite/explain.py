# SPDX-License-Identifier: Apache-2.0
"""The device's `@error code=model-…  detail=…` as a sentence."""

from __future__ import annotations

import re

from vmote.tflite.schema import operator_name

SENTENCES = {
    "model-empty": "the image carries no model",
    "model-truncated": "the model is cut short: {what} lies beyond its end",
    "model-not-tflite": "the image carries something that is no TensorFlow Lite model",
    "model-version": "the model has another schema version than 3 ({what})",
    "model-corrupt": "the model is damaged: {what}",
    "model-unaligned": "the model or the arena begins at an address that is not aligned ({what})",
    "model-operator": "the model uses {what}, which this image does not have",
    "model-type": "{what}: the runtime has no kernel for these element types",
    "model-shape": "{what}: the shapes do not belong together, or are larger than the runtime takes",
    "model-quantization": "{what}: a scale or zero point is missing or impossible",
    "model-option": "{what}: this option of the operator is not supported",
    "model-arena": "the arena is too small: {what}",
    "model-value": "{what}: a value met while running is impossible, such as an index out of range or a zero divisor",
    "model-not-open": "the runtime was used before a model was opened",
    "model-tensor": "the model has no input or output of that number",
}

QUANTIZE = "convert with full int8 quantization (representative_dataset, inference_input_type = tf.int8)"

WAYS_OUT = {
    "model-truncated": "export or copy the model again",
    "model-not-tflite": "convert with tf.lite.TFLiteConverter and give the bytes it returns",
    "model-corrupt": "export or copy the model again",
    "model-operator": "build an image that takes any model (--any-model); `vmote model` lists what is missing",
    "model-type": QUANTIZE,
    "model-quantization": QUANTIZE,
    "model-arena": "make the app's arena larger, or the model smaller; `vmote model` tells what it needs",
}


# What particular refusals have as their cause, by the beginning of the detail.
CAUSES = {
    "SPACE_TO_BATCH_ND": "convert with a fixed batch size (keras.Input(..., batch_size=1)): with an unknown one the "
    "converter writes shapes that contradict each other, and other runtimes compute half of the output",
}


def explain(code: str, detail: str = "") -> str:
    """Turn a refusal of the runtime into a sentence, with the way out where there is one."""
    sentence = SENTENCES.get(code, f"the runtime refused the model ({code} {detail})".strip())
    text = sentence.format(what=_words(detail))
    cause = CAUSES.get(detail.partition("#")[0]) if detail.endswith(":batches") else None
    way_out = cause or WAYS_OUT.get(code)
    return f"{text}\n  {way_out}" if way_out else text


def _words(detail: str) -> str:
    if found := re.fullmatch(r"builtin-(\d+)", detail):
        return f"the operator {operator_name(int(found.group(1)))}"
    if found := re.fullmatch(r"custom-(.*)", detail):
        return f"the custom operator {found.group(1)}"
    if found := re.fullmatch(r"([A-Z0-9_]+)#(\d+):(.+)", detail):
        name, index, what = found.groups()
        return f"operator {index} ({name}), {what.replace('-', ' ')}"
    if found := re.fullmatch(r"needs-(more-than-)?(\d+)", detail):
        more, size = found.groups()
        return f"it needs {'more than ' if more else ''}{size} bytes"
    return detail.replace("-", " ")
