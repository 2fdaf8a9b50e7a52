# SPDX-License-Identifier: Apache-2.0
"""A .tflite file in brief: its operators, and what goes in and comes out.

The file may come from anyone, so every offset is checked before it is followed. The format is FlatBuffers
(https://flatbuffers.dev/internals); field numbers are those of the TensorFlow Lite schema, version 3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_TYPES = {
    0: "float32", 1: "float16", 2: "int32", 3: "uint8", 4: "int64", 5: "string", 6: "bool", 7: "int16", 9: "int8",
    10: "float64", 12: "uint64", 15: "uint32", 16: "uint16", 17: "int4",
}  # fmt: skip
_NAMES = """
ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE EMBEDDING_LOOKUP FLOOR
FULLY_CONNECTED HASHTABLE_LOOKUP L2_NORMALIZATION L2_POOL_2D LOCAL_RESPONSE_NORMALIZATION LOGISTIC LSH_PROJECTION
LSTM MAX_POOL_2D MUL RELU RELU_N1_TO_1 RELU6 RESHAPE RESIZE_BILINEAR RNN SOFTMAX SPACE_TO_DEPTH SVDF TANH
CONCAT_EMBEDDINGS SKIP_GRAM CALL CUSTOM EMBEDDING_LOOKUP_SPARSE PAD UNIDIRECTIONAL_SEQUENCE_RNN GATHER
BATCH_TO_SPACE_ND SPACE_TO_BATCH_ND TRANSPOSE MEAN SUB DIV SQUEEZE UNIDIRECTIONAL_SEQUENCE_LSTM STRIDED_SLICE
BIDIRECTIONAL_SEQUENCE_RNN EXP TOPK_V2 SPLIT LOG_SOFTMAX DELEGATE BIDIRECTIONAL_SEQUENCE_LSTM CAST PRELU MAXIMUM
ARG_MAX MINIMUM LESS NEG PADV2 GREATER GREATER_EQUAL LESS_EQUAL SELECT SLICE SIN TRANSPOSE_CONV SPARSE_TO_DENSE TILE
EXPAND_DIMS EQUAL NOT_EQUAL LOG SUM SQRT RSQRT SHAPE POW ARG_MIN FAKE_QUANT REDUCE_PROD REDUCE_MAX PACK LOGICAL_OR
ONE_HOT LOGICAL_AND LOGICAL_NOT UNPACK REDUCE_MIN FLOOR_DIV REDUCE_ANY SQUARE ZEROS_LIKE FILL FLOOR_MOD RANGE
RESIZE_NEAREST_NEIGHBOR LEAKY_RELU SQUARED_DIFFERENCE MIRROR_PAD ABS SPLIT_V UNIQUE CEIL REVERSE_V2 ADD_N GATHER_ND
COS WHERE RANK ELU REVERSE_SEQUENCE MATRIX_DIAG QUANTIZE MATRIX_SET_DIAG ROUND HARD_SWISH
"""
OPERATORS = dict(enumerate(_NAMES.split()))
_CUSTOM = 32


class Unreadable(ValueError):
    """The file is no model, or not a whole one."""


@dataclass(frozen=True)
class TensorBrief:
    """A tensor at one end of the model."""

    name: str
    shape: tuple[int, ...]
    type: str

    @property
    def elements(self) -> int:
        """How many numbers it holds; a size not known in the file counts as 1, as TFLM has it."""
        count = 1
        for size in self.shape:
            count *= max(size, 1)
        return count


@dataclass(frozen=True)
class ModelBrief:
    """What an image has to have for a model."""

    operators: tuple[str, ...]  # in order of first use
    inputs: tuple[TensorBrief, ...]
    outputs: tuple[TensorBrief, ...]


def read_brief(data: bytes) -> ModelBrief:
    """Read the ends and operators of a model, or raise `Unreadable` with a reason."""
    if not data:
        raise Unreadable("the file is empty, expected a .tflite model")
    if len(data) < 8 or data[4:8] != b"TFL3":
        raise Unreadable("this is not a .tflite model: the identifier TFL3 is missing")
    try:
        return _read(_Table(data, struct.unpack_from("<I", data, 0)[0]))
    except (struct.error, IndexError, OverflowError) as error:
        raise Unreadable("the .tflite model is truncated or damaged: something lies beyond its end") from error


def _read(model: _Table) -> ModelBrief:
    version = model.number(0, "<I")
    if version != 3:
        raise Unreadable(f"the model has schema version {version}, expected 3")
    for buffer in model.tables(4):  # the weights come last in a file: a cut one lacks them
        buffer.vector(0, 1)
    codes = [_operator_name(code) for code in model.tables(1)]
    graphs = model.tables(2)
    if len(graphs) != 1:
        raise Unreadable(f"the model has {len(graphs)} subgraphs, expected 1")
    tensors = graphs[0].tables(0)
    used = dict.fromkeys(codes[operator.number(0, "<I")] for operator in graphs[0].tables(3))
    return ModelBrief(
        operators=tuple(used),
        inputs=tuple(_tensor(_pick(tensors, index)) for index in graphs[0].numbers(1)),
        outputs=tuple(_tensor(_pick(tensors, index)) for index in graphs[0].numbers(2)),
    )


def _pick(tensors: list[_Table], index: int) -> _Table:
    if index < 0:
        raise IndexError
    return tensors[index]


def _operator_name(code: _Table) -> str:
    number = max(code.number(0, "<b"), code.number(3, "<i"))
    return f"CUSTOM:{code.text(1)}" if number == _CUSTOM else OPERATORS.get(number, f"BUILTIN_{number}")


def _tensor(table: _Table) -> TensorBrief:
    number = table.number(1, "<b")
    return TensorBrief(table.text(3), tuple(table.numbers(0)), _TYPES.get(number, f"type {number}"))


class _Table:
    """A flatbuffer table; reading past the end of the file raises struct.error or IndexError."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at
        (back,) = struct.unpack_from("<i", data, at)
        self.vtable = at - back
        if self.vtable < 0:
            raise IndexError
        (self.vtable_size,) = struct.unpack_from("<H", data, self.vtable)

    def field(self, number: int) -> int:
        """Return where a field is, or 0 where it is absent."""
        place = 4 + 2 * number
        if place + 2 > self.vtable_size:
            return 0
        (offset,) = struct.unpack_from("<H", self.data, self.vtable + place)
        return self.at + offset if offset else 0

    def number(self, number: int, layout: str) -> int:
        """Return a scalar field, 0 where it is absent."""
        place = self.field(number)
        return int(struct.unpack_from(layout, self.data, place)[0]) if place else 0

    def vector(self, number: int, size: int) -> tuple[int, int]:
        """Return where the elements of a vector begin, and how many they are."""
        place = self.field(number)
        if not place:
            return 0, 0
        start = place + struct.unpack_from("<I", self.data, place)[0]
        (count,) = struct.unpack_from("<I", self.data, start)
        if start + 4 + count * size > len(self.data):
            raise IndexError
        return start + 4, count

    def numbers(self, number: int) -> list[int]:
        """Return a vector of 32-bit integers."""
        start, count = self.vector(number, 4)
        return list(struct.unpack_from(f"<{count}i", self.data, start))

    def text(self, number: int) -> str:
        """Return a string field."""
        start, count = self.vector(number, 1)
        return self.data[start : start + count].decode("utf-8", errors="replace")

    def tables(self, number: int) -> list[_Table]:
        """Return a vector of tables."""
        start, count = self.vector(number, 4)
        places = [start + 4 * index for index in range(count)]
        return [_Table(self.data, place + struct.unpack_from("<I", self.data, place)[0]) for place in places]
