# SPDX-License-Identifier: Apache-2.0
"""The native runtime's memory plan, made on the host: byte for byte what the device reports as its arena.

Mirrors firmware/inference/native (runtime.c, plan.c and the operators' own structures) for a 32-bit core;
a test holds the two against each other on every operator and model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from vmote.tflite.model import Model, Operator, Tensor

# Sizes on a 32-bit core, in bytes.
STATE, TENSOR, NODE = 24, 20, 20
NOTE, BLOCK = 16, 20
ALIGNMENT = 8


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


@dataclass
class Needs:
    """What one operator asks for: memory that stays, memory while it runs, places it may share."""

    keep: list[int] = field(default_factory=list)
    scratch: list[int] = field(default_factory=list)
    share: list[tuple[int, int]] = field(default_factory=list)  # (output, input), as positions


@dataclass
class Placement:
    """Where a tensor (or a piece of scratch) lies, and from which operator to which."""

    label: str
    offset: int
    bytes: int
    first: int
    last: int


@dataclass
class Plan:
    """The whole arena."""

    arena: int
    persistent: int
    activations: int
    placements: list[Placement]


@dataclass
class _Block:
    bytes: int
    tensor: int
    first: int = 0
    last: int = 0
    root: int = -1
    offset: int = 0


class _View:
    """An operator with its tensors at hand."""

    def __init__(self, model: Model, operator: Operator) -> None:
        self.operator = operator
        self._tensors = model.tensors

    def input(self, i: int) -> Tensor | None:
        numbers = self.operator.inputs
        return self._tensors[numbers[i]] if i < len(numbers) and numbers[i] >= 0 else None

    def need(self, i: int) -> Tensor:
        tensor = self.input(i)
        if tensor is None:
            raise IndexError(i)
        return tensor

    @property
    def output(self) -> Tensor:
        return self._tensors[self.operator.outputs[0]]


def _factors(filter_: Tensor) -> list[int]:
    count = len(filter_.scales)
    return [4 * count, count]


def _fully_connected(v: _View) -> Needs:
    wide = v.need(0).type == "float32"
    return Needs(keep=[48] + ([] if wide else _factors(v.need(1))))


def _conv(v: _View) -> Needs:
    source, filter_ = v.need(0), v.need(1)
    if source.type == "float32":
        return Needs(keep=[120])
    needs = Needs(keep=[120, *_factors(filter_)])
    if source.type == "int8":
        terms, depth = math.prod(filter_.shape[1:]), filter_.shape[3]
        needs.scratch.append(-(-terms // 4) * 16)
        if depth % 4 != 0 and terms != depth:
            needs.scratch.append(terms)
    return needs


def _depthwise(v: _View) -> Needs:
    return Needs(keep=[100] + ([] if v.need(0).type == "float32" else _factors(v.need(1))))


def _fixed(size: int) -> Callable[[_View], Needs]:
    return lambda v: Needs(keep=[size] if size else [])


def _alike(size: int, real: int | None = None) -> Callable[[_View], Needs]:
    """Element by element: `size` bytes stay (`real` for float32), and the output may take the input's place."""

    def needs(v: _View) -> Needs:
        keep = size if real is None or v.need(0).type != "float32" else real
        return Needs(keep=[keep] if keep else [], share=[(0, 0)])

    return needs


def _pairwise(size: int) -> Callable[[_View], Needs]:
    def needs(v: _View) -> Needs:
        share = [(0, i) for i in (0, 1) if v.need(i).elements == v.output.elements]
        return Needs(keep=[size], share=share)

    return needs


def _requantize(v: _View) -> Needs:
    sizes = {"float32": 4, "int32": 4, "int16": 2}
    narrower = sizes.get(v.output.type, 1) <= sizes.get(v.need(0).type, 1)
    return Needs(keep=[24], share=[(0, 0)] if narrower else [])


def _softmax(v: _View) -> Needs:
    tables = [1026, 1026] if v.need(0).type == "int16" else []
    return Needs(keep=[32, *tables], share=[(0, 0)] if v.need(0).type == v.output.type else [])


def _sliced(v: _View) -> Needs:
    return Needs(keep=[4 + 8 * len(v.need(0).shape)])


def _elu(v: _View) -> Needs:
    return Needs(keep=[] if v.need(0).type == "float32" else [256], share=[(0, 0)])


def _transpose_conv(v: _View) -> Needs:
    return Needs(keep=[96] + ([] if v.need(2).type == "float32" else _factors(v.need(1))))


def _lstm(v: _View) -> Needs:
    return Needs(keep=[124], scratch=[v.output.shape[-1]])


NEEDS: dict[str, Callable[[_View], Needs]] = {
    "FULLY_CONNECTED": _fully_connected,
    "CONV_2D": _conv,
    "DEPTHWISE_CONV_2D": _depthwise,
    "TRANSPOSE_CONV": _transpose_conv,
    "SVDF": _fixed(40),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": _lstm,
    "SOFTMAX": _softmax,
    "ELU": _elu,
    "QUANTIZE": _requantize,
    "DEQUANTIZE": _requantize,
    **dict.fromkeys(("AVERAGE_POOL_2D", "MAX_POOL_2D"), _fixed(76)),
    **dict.fromkeys(("MEAN", "SUM", "REDUCE_MAX"), _fixed(16)),
    **dict.fromkeys(("PAD", "PADV2", "SHAPE", "CAST", "SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND"), _fixed(0)),
    "MIRROR_PAD": _fixed(1),
    **dict.fromkeys(("RESIZE_NEAREST_NEIGHBOR", "RESIZE_BILINEAR"), _fixed(2)),
    **dict.fromkeys(("CONCATENATION", "PACK", "UNPACK", "SPLIT", "SPLIT_V"), _fixed(12)),
    **dict.fromkeys(("GATHER", "ARG_MAX", "ARG_MIN"), _fixed(20)),
    **dict.fromkeys(("SLICE", "STRIDED_SLICE", "TRANSPOSE"), _sliced),
    **dict.fromkeys(("RESHAPE", "SQUEEZE", "EXPAND_DIMS", "LOGICAL_NOT"), _alike(0)),
    "LOGISTIC": _alike(28),
    "TANH": _alike(24),
    **dict.fromkeys(("RELU", "RELU6"), _alike(16)),
    "LEAKY_RELU": _alike(24),
    "PRELU": _alike(28),
    "HARD_SWISH": _alike(6, real=0),
    **dict.fromkeys(("ABS", "RSQRT", "NEG", "EXP", "LOG", "SQRT"), _alike(12, real=0)),
    **dict.fromkeys(("ADD", "SUB", "MUL", "DIV", "SQUARED_DIFFERENCE"), _pairwise(56)),
    **dict.fromkeys(("MAXIMUM", "MINIMUM"), _pairwise(28)),
    **dict.fromkeys(("EQUAL", "NOT_EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL"), _fixed(28)),
    **dict.fromkeys(("LOGICAL_AND", "LOGICAL_OR"), _fixed(28)),
}


def plan(model: Model) -> Plan:
    """Plan the arena of the native runtime. Raises KeyError for an operator it does not have."""
    low = STATE
    for count, size in ((len(model.tensors), TENSOR), (len(model.operators), NODE)):
        low = -(-low // 4) * 4 + count * size
    needs = []
    for operator in model.operators:
        view = _View(model, operator)
        asked = NEEDS[operator.name](view)
        needs.append(asked)
        for size in asked.keep:
            low = -(-low // 4) * 4 + size

    produced = {n for operator in model.operators for n in operator.outputs}
    produced |= {n for n in model.inputs if not model.tensors[n].constant}
    placed = [t.index for t in model.tensors if t.index in produced or t.variable]
    notes = list(_notes(model, needs))
    apart, apart_blocks = _greedy(_blocks(model, placed, needs))
    shared, shared_blocks = _greedy(_merged(model, _blocks(model, placed, needs), notes))
    activations, blocks = (apart, apart_blocks) if apart < shared else (shared, shared_blocks)

    scratch_count = sum(len(n.scratch) for n in needs)
    jotted = NOTE * (len(notes) + scratch_count) + _aligned(BLOCK * (len(placed) + len(notes) + scratch_count))
    base = _aligned(low)
    return Plan(
        arena=max(base + activations, _aligned(low + jotted)),
        persistent=base,
        activations=activations,
        placements=[
            Placement(_label(model, b.tensor), base + b.offset, b.bytes, b.first, b.last) for b in blocks if b.bytes > 0
        ],
    )


def _label(model: Model, tensor: int) -> str:
    return model.tensors[tensor].name if tensor < len(model.tensors) else "scratch"


def _notes(model: Model, needs: list[Needs]) -> Iterator[tuple[int, int, int]]:
    """(operator, output tensor, input tensor) wherever the runtime notes that two may share a place."""
    for operator, asked in zip(model.operators, needs, strict=True):
        for output, source in asked.share:
            tensor = model.tensors[operator.inputs[source]]
            if not tensor.constant and not tensor.variable:
                yield operator.index, operator.outputs[output], tensor.index


def _blocks(model: Model, placed: list[int], needs: list[Needs]) -> dict[int, _Block]:
    end = len(model.operators)
    blocks = {}
    for index in placed:
        tensor = model.tensors[index]
        blocks[index] = _Block(_aligned(tensor.bytes), index, last=end if tensor.variable else 0, root=index)
    for operator in model.operators:
        for number in operator.inputs:
            if number in blocks:
                blocks[number].last = max(blocks[number].last, operator.index)
        for number in operator.outputs:
            blocks[number].last = max(blocks[number].last, operator.index)
            blocks[number].first = operator.index
    for number in model.outputs:
        if number in blocks:
            blocks[number].last = end
    extra = len(model.tensors)
    for operator, asked in zip(model.operators, needs, strict=True):
        for size in asked.scratch:
            blocks[extra] = _Block(_aligned(size), extra, operator.index, operator.index, extra)
            extra += 1
    return blocks


def _merged(model: Model, blocks: dict[int, _Block], notes: list[tuple[int, int, int]]) -> dict[int, _Block]:
    for index, output_number, input_number in notes:
        output, source = blocks[output_number], blocks[input_number]
        root = blocks[source.root]
        if output.root != output.tensor or root.last != index or root is output:
            continue
        output.root = root.tensor
        root.bytes = max(root.bytes, output.bytes)
        root.last = output.last
        output.bytes = 0
    return blocks


def _greedy(blocks: dict[int, _Block]) -> tuple[int, list[_Block]]:
    """Place the largest first, each at the lowest place that is free during its life."""
    ordered = sorted((b for b in blocks.values() if b.bytes > 0), key=lambda b: (-b.bytes, b.first, b.tensor))
    placed: list[_Block] = []
    total = 0
    for block in ordered:
        offset = 0
        for other in sorted(placed, key=lambda b: b.offset):
            if other.first <= block.last and block.first <= other.last:
                if other.offset >= offset and other.offset - offset >= block.bytes:
                    break
                offset = max(offset, other.offset + other.bytes)
        block.offset = offset
        placed.append(block)
        total = max(total, offset + block.bytes)
    return total, placed
