# SPDX-License-Identifier: Apache-2.0
"""A .tflite file as plain data."""

from __future__ import annotations

import hashlib
import math
import struct
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from vmote.errors import BadInput, Missing
from vmote.tflite.flatbuffer import Corrupt, Table, root
from vmote.tflite.schema import CUSTOM, TENSOR_TYPES, operator_name, type_name


@dataclass(frozen=True)
class Tensor:
    """A tensor; `data` is None where the tensor is made while the model runs."""

    index: int
    name: str
    shape: tuple[int, ...]
    type: str
    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    axis: int
    data: bytes | None
    variable: bool

    @property
    def constant(self) -> bool:
        """Whether the file holds the values."""
        return self.data is not None

    @property
    def elements(self) -> int:
        """How many elements there are."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """How many bytes they take."""
        sizes = dict(TENSOR_TYPES.values())
        size: int = sizes.get(self.type, 0)
        return self.elements * size

    @property
    def scale(self) -> float:
        """The first scale, or 0 where there is none."""
        return self.scales[0] if self.scales and self.zero_points else 0.0

    def integers(self) -> list[int]:
        """The values of a constant list of whole numbers."""
        form = {"int32": "i", "int64": "q"}[self.type]
        return list(struct.unpack_from(f"<{self.elements}{form}", self.data or b""))


@dataclass(frozen=True)
class Operator:
    """One step of the model."""

    index: int
    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Table | None = field(repr=False, compare=False)

    def option(self, number: int, form: str = "i", otherwise: int = 0) -> int:
        """A whole number of the options table."""
        return otherwise if self.options is None else self.options.integer(number, form, otherwise)


@dataclass(frozen=True)
class Model:
    """A model: tensors, operators in their order, and which tensors are its inputs and outputs."""

    path: Path
    size: int
    sha256: str
    description: str
    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    subgraphs: int

    @cached_property
    def operator_names(self) -> tuple[str, ...]:
        """The operators it uses, each once, in order of first use."""
        return tuple(dict.fromkeys(operator.name for operator in self.operators))


def read_model(path: Path) -> Model:
    """Read and check a model file, or say in one sentence why it is none."""
    where = str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        hint = "models of the project: models/*/*.tflite"
        raise Missing("there is no such model file", where=where, hint=hint) from None
    except OSError as error:
        raise BadInput(f"the model cannot be read: {error.strerror}", where=where) from None
    return parse_model(data, path)


def parse_model(data: bytes, path: Path) -> Model:
    """Read and check a model's bytes; `path` is where they are said to come from."""
    where = str(path)
    if not data:
        raise BadInput("the model file is empty", where=where, hint="export it again")
    if len(data) < 8 or data[4:8] != b"TFL3":
        raise BadInput(
            "this is no TensorFlow Lite model: bytes 4 to 8 should read TFL3",
            where=where,
            hint="convert with tf.lite.TFLiteConverter and write the bytes it returns",
        )
    try:
        return _read(path, data)
    except Corrupt as error:
        hint = "the file is cut short or damaged: export or copy it again"
        raise BadInput(f"the model cannot be read: {error}", where=where, hint=hint) from None


def _read(path: Path, data: bytes) -> Model:
    top = root(data)
    version = top.integer(0, "I")
    if version != 3:
        raise BadInput(f"the model has schema version {version}, expected 3", where=str(path))
    subgraphs = top.tables(2)
    if not subgraphs:
        raise Corrupt("there is no subgraph")
    graph = subgraphs[0]
    buffers = top.tables(4)
    tensors = tuple(_tensor(i, table, buffers) for i, table in enumerate(graph.tables(0)))
    codes = [_code(table) for table in top.tables(1)]
    operators = tuple(_operator(i, table, codes, len(tensors)) for i, table in enumerate(graph.tables(3)))
    inputs, outputs = graph.numbers(1, "i"), graph.numbers(2, "i")
    for number in [*inputs, *outputs]:
        _check_number(number, len(tensors), "the model")
    return Model(
        path=path,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        description=top.bytes(3).decode(errors="replace"),
        tensors=tensors,
        operators=operators,
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        subgraphs=len(subgraphs),
    )


def _check_number(number: int, count: int, who: str) -> None:
    if not 0 <= number < count:
        raise Corrupt(f"{who} names tensor {number}, and there are {count}")


def _code(table: Table) -> str:
    code = max(table.integer(0, "b"), table.integer(3, "i"))
    if code == CUSTOM:
        return f"custom {table.bytes(1).decode(errors='replace')}"
    return operator_name(code)


def _tensor(index: int, table: Table, buffers: list[Table]) -> Tensor:
    shape = tuple(table.numbers(0, "i"))
    if any(extent < 0 for extent in shape):
        raise Corrupt(f"tensor {index} has the shape {list(shape)}")
    buffer = table.integer(2, "I")
    if buffer >= len(buffers) and buffer != 0:
        raise Corrupt(f"tensor {index} names buffer {buffer}, and there are {len(buffers)}")
    data = buffers[buffer].bytes(0) if buffer < len(buffers) else b""
    quantization = table.table(4)
    tensor = Tensor(
        index=index,
        name=table.bytes(3).decode(errors="replace"),
        shape=shape,
        type=type_name(table.integer(1, "b")),
        scales=tuple(quantization.reals(2)) if quantization else (),
        zero_points=tuple(quantization.numbers(3, "q")) if quantization else (),
        axis=quantization.integer(6) if quantization else 0,
        data=data or None,
        variable=bool(table.integer(5, "B")),
    )
    if data and len(data) < tensor.bytes:
        raise Corrupt(f"tensor {index} needs {tensor.bytes} bytes of values and has {len(data)}")
    return tensor


def _operator(index: int, table: Table, codes: list[str], tensors: int) -> Operator:
    code = table.integer(0, "I")
    if code >= len(codes):
        raise Corrupt(f"operator {index} has code {code}, and there are {len(codes)}")
    inputs, outputs = tuple(table.numbers(1, "i")), tuple(table.numbers(2, "i"))
    if not outputs or -1 in outputs:
        raise Corrupt(f"operator {index} makes nothing")
    for number in (*inputs, *outputs):
        if number != -1:
            _check_number(number, tensors, f"operator {index}")
    return Operator(index, codes[code], inputs, outputs, table.table(4))
