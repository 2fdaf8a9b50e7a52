# SPDX-License-Identifier: Apache-2.0
"""One model told to a person: operators, cost, arena, boards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from vmote.errors import BadInput
from vmote.platforms import Board
from vmote.tflite.model import Model, Operator, Tensor, read_model
from vmote.tflite.plan import plan
from vmote.tflite.schema import NATIVE_OPERATORS, TFLM_OPERATORS

# Native runtime in flash, all operators, -O2 on a Cortex-M4: an upper bound beside which the model lies.
RUNTIME_FLASH = 40_000
# Stack, drivers and the app's own buffers: what must stay free of RAM beside the arena.
RAM_FOR_THE_REST = 16_384


@dataclass(frozen=True)
class OperatorLine:
    """One operator as `vmote model` lists it."""

    index: int
    name: str
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    type: str
    macs: int
    weight_bytes: int


@dataclass(frozen=True)
class RuntimeSupport:
    """Whether a runtime has every operator of the model."""

    runtime: str
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


@dataclass(frozen=True)
class BoardFit:
    """A board, and how much of it stays free beside the model (negative: does not fit)."""

    board: str
    flash_margin: int
    ram_margin: int | None

    @property
    def fits(self) -> bool:
        """Whether both flash and RAM suffice."""
        return self.flash_margin >= 0 and self.ram_margin is not None and self.ram_margin >= 0


@dataclass(frozen=True)
class ModelReport:
    """Everything `vmote model` says."""

    path: Path
    size: int
    sha256: str
    inputs: tuple[dict[str, object], ...]
    outputs: tuple[dict[str, object], ...]
    operators: tuple[OperatorLine, ...]
    macs: int
    weight_bytes: int
    arena: int | None
    persistent: int | None
    runtimes: tuple[RuntimeSupport, ...]
    boards: tuple[BoardFit, ...]

    def as_json(self) -> dict[str, object]:
        """Plain data for json.dumps."""
        data = asdict(self)
        data["path"] = str(self.path)
        for runtime, plain in zip(self.runtimes, data["runtimes"], strict=True):
            plain["complete"] = runtime.complete
        for board, plain in zip(self.boards, data["boards"], strict=True):
            plain["fits"] = board.fits
        return data


def describe(path: Path, boards: Sequence[Board] = ()) -> ModelReport:
    """Read a model and work out what it costs and where it fits."""
    model = read_model(path)
    missing = tuple(name for name in model.operator_names if name not in NATIVE_OPERATORS)
    try:
        planned = plan(model) if not missing else None
        lines = tuple(_line(model, operator) for operator in model.operators)
    except (IndexError, ZeroDivisionError):
        raise BadInput(
            "an operator has fewer inputs or dimensions than it must",
            where=str(path),
            hint="the file is damaged: export or copy it again",
        ) from None
    weights = {number: model.tensors[number].bytes for operator in model.operators for number in operator.inputs
               if number >= 0 and model.tensors[number].constant}  # fmt: skip
    return ModelReport(
        path=path,
        size=model.size,
        sha256=model.sha256,
        inputs=tuple(_edge(model.tensors[number]) for number in model.inputs),
        outputs=tuple(_edge(model.tensors[number]) for number in model.outputs),
        operators=lines,
        macs=sum(line.macs for line in lines),
        weight_bytes=sum(weights.values()),
        arena=planned.arena if planned else None,
        persistent=planned.persistent if planned else None,
        runtimes=(
            RuntimeSupport("native", missing),
            RuntimeSupport("tflm", tuple(name for name in model.operator_names if name not in TFLM_OPERATORS)),
        ),
        boards=tuple(_fit(board, model, planned.arena if planned else None) for board in boards),
    )


def _edge(tensor: Tensor) -> dict[str, object]:
    return {
        "name": tensor.name,
        "shape": tensor.shape,
        "type": tensor.type,
        "scale": tensor.scale,
        "zero_point": tensor.zero_points[0] if tensor.zero_points else 0,
    }


def _line(model: Model, operator: Operator) -> OperatorLine:
    tensors = [model.tensors[number] for number in operator.inputs if number >= 0]
    moving = next((t for t in tensors if not t.constant), tensors[0] if tensors else None)
    output = model.tensors[operator.outputs[0]]
    return OperatorLine(
        index=operator.index,
        name=operator.name,
        input_shape=moving.shape if moving else (),
        output_shape=output.shape,
        type=output.type,
        macs=macs_of(model, operator),
        weight_bytes=sum(t.bytes for t in tensors if t.constant),
    )


def macs_of(model: Model, operator: Operator) -> int:
    """Multiply-accumulates of one run: each output costs one for every filter element that reaches it."""
    per_output = {"CONV_2D": 0, "FULLY_CONNECTED": 0, "DEPTHWISE_CONV_2D": 3}
    if operator.name in per_output:
        filter_, output = model.tensors[operator.inputs[1]], model.tensors[operator.outputs[0]]
        return output.elements * (filter_.elements // filter_.shape[per_output[operator.name]])
    if operator.name == "TRANSPOSE_CONV":
        filter_, source = model.tensors[operator.inputs[1]], model.tensors[operator.inputs[2]]
        return source.elements * (filter_.elements // filter_.shape[3])
    if operator.name == "UNIDIRECTIONAL_SEQUENCE_LSTM":
        source, output = model.tensors[operator.inputs[0]], model.tensors[operator.outputs[0]]
        units = output.shape[-1]
        return math.prod(source.shape[:2]) * 4 * units * (source.shape[-1] + units)
    if operator.name == "SVDF":
        feature, time = model.tensors[operator.inputs[1]], model.tensors[operator.inputs[2]]
        return model.tensors[operator.inputs[0]].shape[0] * (feature.elements + time.elements)
    return 0


def _fit(board: Board, model: Model, arena: int | None) -> BoardFit:
    flash = sum(memory.size for name, memory in board.memory.items() if "flash" in name)
    ram = max((memory.size for name, memory in board.memory.items() if "flash" not in name), default=0)
    return BoardFit(
        board=board.name,
        flash_margin=flash - RUNTIME_FLASH - model.size,
        ram_margin=None if arena is None else ram - RAM_FOR_THE_REST - arena,
    )
