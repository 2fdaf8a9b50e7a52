# SPDX-License-Identifier: Apache-2.0
"""Whether a model suits an image: shapes, types, operators, arena."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vmote.errors import BadInput
from vmote.firmware.elf import About
from vmote.firmware.packing import PackedCard
from vmote.tflite.model import Model, Tensor, parse_model
from vmote.tflite.plan import plan


def check_suits(model: bytes, path: Path, wanted: PackedCard, about: About, arena_tflm: int = 0) -> None:
    """Refuse a model that the image could not run, with the reason; `arena_tflm` is what its card says TFLM needs."""
    where = str(path)
    read = parse_model(model, path)
    _check_end("input", [read.tensors[n] for n in read.inputs], wanted.inputs, wanted.input_type, where)
    _check_end("output", [read.tensors[n] for n in read.outputs], wanted.outputs, wanted.output_type, where)
    _check_operators(read, about, where)
    _check_arena(read, about, where, arena_tflm)


def _check_end(which: str, tensors: Sequence[Tensor], elements: int, type_: str, where: str) -> None:
    if len(tensors) != 1:
        raise BadInput(f"the model has {len(tensors)} {which}s, expected 1", where=where)
    (tensor,) = tensors
    shape = "x".join(str(size) for size in tensor.shape) or "a single number"
    if tensor.type != type_:
        hint = f"the app feeds {type_}"
        if tensor.type == "float32":
            hint = (
                f"convert it with full integer quantization: inference_{which}_type = tf.{type_}, "
                "target_spec.supported_ops = [TFLITE_BUILTINS_INT8], and a representative_dataset"
            )
        raise BadInput(f"the model's {which} is {tensor.type} ({shape}), expected {type_}", where=where, hint=hint)
    if tensor.elements != elements:
        raise BadInput(
            f"the model's {which} has shape {shape}, {tensor.elements} numbers; the card says {elements}",
            where=where, hint="give the model a model.yaml of its own beside the .tflite, or another shape",
        )  # fmt: skip


def _check_operators(model: Model, about: About, where: str) -> None:
    lacking = [name for name in model.operator_names if name not in about.operators]
    if lacking:
        raise BadInput(
            f"the model uses {', '.join(lacking)}, which the runtime {about.runtime} in this image does not have",
            where=where,
            hint="build an image that takes any model (--any-model), or see which operators there are: vmote model FILE"
            f"\n  in this image: {', '.join(about.operators)}",
        )


def _check_arena(model: Model, about: About, where: str, arena_tflm: int) -> None:
    try:
        needed = plan(model).arena
    except (KeyError, IndexError, ZeroDivisionError) as error:
        raise BadInput(
            "an operator has fewer inputs or dimensions than it must",
            where=where, hint="the file is damaged: export or copy it again",
        ) from error  # fmt: skip
    if about.runtime == "tflm":  # never less than native needs; how much more, only a device can tell
        needed = max(needed, arena_tflm)
    if needed > about.arena:
        raise BadInput(
            f"the model needs an arena of {needed} bytes, the image has {about.arena}",
            where=where,
            hint=f"raise APP_ARENA_SIZE in firmware/app/{about.app}/app.cmake, or train a smaller model",
        )
