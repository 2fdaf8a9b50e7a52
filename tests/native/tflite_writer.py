# SPDX-License-Identifier: Apache-2.0
"""Write .tflite files tensor by tensor, so that thousands of operator cases need no TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flatbuffers
import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

TYPES: dict[str, int] = {
    "float32": schema.TensorType.FLOAT32,
    "int32": schema.TensorType.INT32,
    "uint8": schema.TensorType.UINT8,
    "int64": schema.TensorType.INT64,
    "bool": schema.TensorType.BOOL,
    "int16": schema.TensorType.INT16,
    "int8": schema.TensorType.INT8,
    "uint32": schema.TensorType.UINT32,
}

# Operators whose table of options is not named after them.
OPTIONS = {
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "MEAN": "ReducerOptions",
    "SUM": "ReducerOptions",
    "REDUCE_MAX": "ReducerOptions",
}


class Writer:
    """One subgraph, growing: tensors are numbers, operators refer to them."""

    def __init__(self) -> None:
        self.tensors: list[Any] = []
        self.buffers: list[Any] = [schema.BufferT()]
        self.operators: list[Any] = []
        self.codes: list[tuple[int, int]] = []
        self.custom_code: str | None = None

    def tensor(
        self,
        shape: Sequence[int],
        dtype: str = "int8",
        scale: float | Sequence[float] | None = None,
        zero_point: int | Sequence[int] = 0,
        axis: int = 0,
        data: np.ndarray | None = None,
        variable: bool = False,
        signature: Sequence[int] | None = None,
    ) -> int:
        tensor = schema.TensorT()
        tensor.shape = list(shape)
        tensor.type = TYPES[dtype]
        tensor.name = f"t{len(self.tensors)}"
        tensor.isVariable = variable
        if signature is not None:
            tensor.shapeSignature = list(signature)
        if scale is not None:
            scales = [float(s) for s in np.atleast_1d(np.asarray(scale))]
            zero_points = [int(z) for z in np.atleast_1d(np.asarray(zero_point))]
            if len(zero_points) == 1:
                zero_points *= len(scales)
            quantization = schema.QuantizationParametersT()
            quantization.scale = scales
            quantization.zeroPoint = zero_points
            quantization.quantizedDimension = axis
            tensor.quantization = quantization
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(np.ascontiguousarray(data).tobytes(), np.uint8)
            tensor.buffer = len(self.buffers)
            self.buffers.append(buffer)
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def constant(
        self,
        array: np.ndarray,
        scale: float | Sequence[float] | None = None,
        zero_point: int | Sequence[int] = 0,
        axis: int = 0,
    ) -> int:
        return self.tensor(array.shape, str(array.dtype), scale, zero_point, axis, array)

    def operator(
        self,
        name: str,
        inputs: Sequence[int],
        outputs: Sequence[int],
        options: str | None = None,
        version: int = 1,
        intermediates: Sequence[int] | None = None,
        **fields: Any,
    ) -> None:
        """Add an operator; `fields` are those of its options table, in the schema's camelCase."""
        builtin = int(getattr(schema.BuiltinOperator, name))
        if (builtin, version) not in self.codes:
            self.codes.append((builtin, version))
        operator = schema.OperatorT()
        operator.opcodeIndex = self.codes.index((builtin, version))
        operator.inputs = list(inputs)
        operator.outputs = list(outputs)
        if intermediates is not None:
            operator.intermediates = list(intermediates)
        table = options or OPTIONS.get(name) or _options_of(name)
        if hasattr(schema, table + "T"):
            values = getattr(schema, table + "T")()
            for field, value in fields.items():
                if not hasattr(values, field):
                    raise AttributeError(f"{table} has no field {field}")
                setattr(values, field, value)
            if hasattr(schema.BuiltinOptions, table):
                operator.builtinOptionsType = getattr(schema.BuiltinOptions, table)
                operator.builtinOptions = values
        self.operators.append(operator)

    def bytes(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        subgraph = schema.SubGraphT()
        subgraph.tensors = self.tensors
        subgraph.inputs = list(inputs)
        subgraph.outputs = list(outputs)
        subgraph.operators = self.operators
        subgraph.name = "main"
        model = schema.ModelT()
        model.version = 3
        model.subgraphs = [subgraph]
        model.buffers = self.buffers
        model.operatorCodes = []
        for builtin, version in self.codes:
            code = schema.OperatorCodeT()
            code.builtinCode = builtin
            code.deprecatedBuiltinCode = min(builtin, 127)
            code.version = version
            if builtin == schema.BuiltinOperator.CUSTOM:
                code.customCode = self.custom_code
            model.operatorCodes.append(code)
        builder = flatbuffers.Builder(4096)
        builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())


def _options_of(name: str) -> str:
    words = name.split("_")
    special = {"2D": "2D", "ND": "ND", "V2": "V2", "LSTM": "LSTM", "SVDF": "SVDF"}
    return "".join(special.get(word, word.capitalize()) for word in words) + "Options"
