# SPDX-License-Identifier: Apache-2.0
"""Whether a model suits an image: shapes, types, operators."""

from __future__ import annotations

from pathlib import Path

from vmote.errors import BadInput, nearest
from vmote.firmware.brief import ModelBrief, TensorBrief, Unreadable, read_brief
from vmote.firmware.elf import About
from vmote.firmware.packing import PackedCard


def check_suits(model: bytes, path: Path, wanted: PackedCard, about: About) -> None:
    """Refuse a model that the image could not run, with the reason."""
    where = str(path)
    try:
        brief = read_brief(model)
    except Unreadable as error:
        raise BadInput(str(error), where=where, hint="give the .tflite file that the converter wrote") from error
    _check_end("input", brief.inputs, wanted.inputs, wanted.input_type, where)
    _check_end("output", brief.outputs, wanted.outputs, wanted.output_type, where)
    _check_operators(brief, about, where)


def _check_end(which: str, tensors: tuple[TensorBrief, ...], elements: int, type_: str, where: str) -> None:
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


def _check_operators(brief: ModelBrief, about: About, where: str) -> None:
    lacking = [name for name in brief.operators if name not in about.operators]
    if lacking:
        raise BadInput(
            f"the model uses {', '.join(lacking)}, which the runtime {about.runtime} in this image does not have",
            where=where, hint=nearest(lacking[0], about.operators),
        )  # fmt: skip
