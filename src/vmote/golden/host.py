# SPDX-License-Identifier: Apache-2.0
"""TFLM on the host (the PyPI package `tflite-micro`): bytes in, bytes out, and every tensor between."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmote.errors import BadInput, Missing

PACKAGE = "tflite-micro"
INSTALL = "make setup installs it, or: pip install -e '.[golden]'"
_SPARE_ARENA = 64 * 1024  # TFLM's own structures, for models too small for ten times their size to be enough


@dataclass(frozen=True)
class TensorSpec:
    """A model's input or output."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    scale: float
    zero_point: int

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize


@dataclass(frozen=True)
class Layer:
    """What one operator put out."""

    index: int  # of the operator, from 0
    operator: str
    tensor: int
    data: bytes


def missing() -> str:
    """Say why TFLM cannot be asked on this machine; empty where it can."""
    try:
        metadata.version(PACKAGE)
        from tflite_micro import runtime  # noqa: F401, PLC0415
    except metadata.PackageNotFoundError:
        return f"the package {PACKAGE} is not installed: {INSTALL}"
    except (ImportError, OSError) as error:
        return f"the package {PACKAGE} does not load on this machine: {error}"
    return ""


class HostModel:
    """A `.tflite` made ready to run on the host."""

    def __init__(self, path: Path, *, keep_layers: bool = False) -> None:
        if reason := missing():
            raise Missing(reason)
        from tflite_micro import runtime  # noqa: PLC0415

        self.path = path
        try:
            self._data = path.read_bytes()
        except OSError as error:
            raise BadInput(f"the model cannot be read: {error.strerror}", where=str(path)) from error
        _refuse_unreadable(self._data, path)
        config = runtime.InterpreterConfig
        try:
            with _QuietStderr():
                self._interpreter = runtime.Interpreter.from_bytes(
                    self._data,
                    arena_size=len(self._data) * 10 + _SPARE_ARENA,
                    intrepreter_config=config.kPreserveAllTensors if keep_layers else config.kAllocationRecording,
                )
        except (RuntimeError, ValueError, TypeError, AttributeError, IndexError) as error:
            raise BadInput(
                f"TensorFlow Lite Micro refuses this model: {_one_line(error)}",
                where=str(path),
                hint="an operator it lacks, or a damaged file; `vmote model` says what the file holds",
            ) from error
        self._keep_layers = keep_layers
        self.input = _spec(self._interpreter.get_input_details(0))
        self.output = _spec(self._interpreter.get_output_details(0))

    def run(self, given: bytes) -> bytes:
        """Run one inference on raw input bytes; return the raw output bytes."""
        if len(given) != self.input.size:
            raise BadInput(
                f"the input has {len(given)} bytes, the model takes {self.input.size} "
                f"({'x'.join(map(str, self.input.shape))} of {self.input.dtype})",
                where=str(self.path),
            )
        tensor = np.frombuffer(given, dtype=self.input.dtype).reshape(self.input.shape)
        return self.run_array(tensor).tobytes()

    def run_array(self, tensor: NDArray[Any]) -> NDArray[Any]:
        """Run one inference on an array of the input's shape and type."""
        self._interpreter.set_input(np.ascontiguousarray(tensor), 0)
        try:
            with _QuietStderr():
                self._interpreter.invoke()
        except RuntimeError as error:
            raise BadInput(
                f"TensorFlow Lite Micro fails to run it: {_one_line(error)}", where=str(self.path)
            ) from error
        result: NDArray[Any] = self._interpreter.get_output(0)
        return result.copy()

    def layers(self) -> list[Layer]:
        """Return what each operator put out in the last run, in the order in which they run."""
        if not self._keep_layers:
            raise ValueError("layers are kept only where HostModel was made with keep_layers=True")
        found = []
        for index, (name, outputs) in enumerate(operators(self._data)):
            for tensor in outputs:
                kept = self._interpreter.GetTensor(tensor, 0)
                found.append(Layer(index, name, tensor, np.asarray(kept["tensor_data"]).tobytes()))
        return found


def operators(data: bytes) -> list[tuple[str, tuple[int, ...]]]:
    """List a model's operators: name and output tensors."""
    from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema  # noqa: PLC0415

    names = {value: key for key, value in vars(schema.BuiltinOperator).items() if isinstance(value, int)}
    model = schema.Model.GetRootAsModel(data, 0)
    graph = model.Subgraphs(0)
    listed = []
    for index in range(graph.OperatorsLength()):
        operator = graph.Operators(index)
        code = model.OperatorCodes(operator.OpcodeIndex())
        number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        name = names.get(number, str(number))
        listed.append((name, tuple(operator.Outputs(i) for i in range(operator.OutputsLength()))))
    return listed


def _spec(details: dict[str, Any]) -> TensorSpec:
    quantization = details["quantization_parameters"]
    scales, zeros = quantization["scales"], quantization["zero_points"]
    return TensorSpec(
        shape=tuple(int(size) for size in details["shape"]),
        dtype=np.dtype(details["dtype"]),
        scale=float(scales[0]) if len(scales) else 0.0,
        zero_point=int(zeros[0]) if len(zeros) else 0,
    )


def _refuse_unreadable(data: bytes, path: Path) -> None:
    """Refuse what TFLM would take for a model and crash on: it trusts the file."""
    if not data:
        raise BadInput("the model is an empty file", where=str(path), hint="a .tflite file is expected")
    if data[4:8] != b"TFL3":
        raise BadInput(
            "not a .tflite file: the identifier TFL3 is missing at byte 4",
            where=str(path),
            hint="convert the model with TensorFlow's TFLiteConverter",
        )
    try:
        _walk(data)
    except Exception as error:  # the reader raises whatever a wrong offset leads to
        raise BadInput(
            f"the model file is damaged: {_one_line(error)}", where=str(path), hint="truncated? copy it anew"
        ) from error


def _walk(data: bytes) -> None:
    """Read every table of the file, so that an offset past its end shows here and not inside TFLM."""
    from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema  # noqa: PLC0415

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(data, 0))
    if not model.subgraphs or not model.operatorCodes or not model.buffers:
        raise ValueError("no graph, no operators or no buffers")
    for graph in model.subgraphs:
        tensors = len(graph.tensors or ())
        for tensor in graph.tensors or ():
            if not 0 <= tensor.buffer < len(model.buffers):
                raise ValueError(f"a tensor names buffer {tensor.buffer} of {len(model.buffers)}")
        for operator in graph.operators or ():
            if not 0 <= operator.opcodeIndex < len(model.operatorCodes):
                raise ValueError(f"an operator names code {operator.opcodeIndex} of {len(model.operatorCodes)}")
            for index in [*_list(operator.inputs), *_list(operator.outputs)]:
                if not -1 <= index < tensors:
                    raise ValueError(f"an operator names tensor {index} of {tensors}")
        ends = [*_list(graph.inputs), *_list(graph.outputs)]
        if not ends or not all(0 <= index < tensors for index in ends):
            raise ValueError("the graph's inputs or outputs name tensors that are not there")


def _list(values: Any) -> list[int]:
    return [] if values is None else [int(value) for value in values]


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


class _QuietStderr:
    """TFLM writes to file descriptor 2 itself; what it says comes back in the exception or is of no use."""

    def __enter__(self) -> None:
        sys.stderr.flush()
        self._saved = os.dup(2)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        os.close(null)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.dup2(self._saved, 2)
        os.close(self._saved)
