# SPDX-License-Identifier: Apache-2.0
"""Generated models of one operator each: shapes, paddings, zero points, extreme scales, saturation.

`CASES[name](rng)` makes one case. A case is a model and its inputs; nothing here knows a runtime.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from tflite_writer import Writer

Rng = np.random.Generator
LIMITS = {"int8": (-128, 127), "int16": (-32768, 32767), "uint8": (0, 255), "int32": (-(2**31), 2**31 - 1)}


@dataclass
class Case:
    model: bytes
    inputs: list[np.ndarray]
    outputs: int = 1
    runs: int = 1
    tags: list[str] = field(default_factory=list)


CASES: dict[str, Callable[[Rng], Case]] = {}


def case(name: str) -> Callable[[Callable[[Rng], Case]], Callable[[Rng], Case]]:
    def register(make: Callable[[Rng], Case]) -> Callable[[Rng], Case]:
        CASES[name] = make
        return make

    return register


# ---- pieces ----


def scale_of(rng: Rng, low: float = -3.0, high: float = 0.5) -> float:
    """A scale, log-uniform; now and then a power of two."""
    exponent = float(rng.uniform(low, high))
    if rng.random() < 0.15:
        return float(2.0 ** round(exponent * 3.32))
    return float(np.float32(10.0**exponent))


def zero_of(rng: Rng, dtype: str = "int8") -> int:
    if dtype == "int16":
        return 0
    return int(rng.choice([-128, 127, 0, int(rng.integers(-128, 128))]))


def values(rng: Rng, shape: Sequence[int], dtype: str = "int8") -> np.ndarray:
    """Uniform, or all at the ends of the type, or small."""
    kind = rng.random()
    if dtype == "float32":
        return (rng.standard_normal(tuple(shape)) * 10.0 ** rng.uniform(-2, 2)).astype(np.float32)
    if dtype == "bool":
        return rng.random(tuple(shape)) < 0.5
    low, high = LIMITS.get(dtype, (-1000, 1000))
    if dtype == "int32":
        low, high = (-1000, 1000) if kind < 0.5 else (low, high)
    if kind < 0.15:
        return rng.choice([low, high], tuple(shape)).astype(dtype)
    if kind < 0.3:
        return rng.integers(max(low, -5), min(high, 5) + 1, tuple(shape)).astype(dtype)
    return rng.integers(low, high + 1, tuple(shape)).astype(dtype)


def integer(rng: Rng, low: int, high: int) -> int:
    """Inclusive."""
    return int(rng.integers(low, high + 1))


def activation(rng: Rng) -> int:
    return int(rng.choice([0, 0, 1, 3, 2]))


def output_extent(padding: int, size: int, window: int, stride: int, dilation: int = 1) -> int:
    effective = (window - 1) * dilation + 1
    if padding == 0:
        return -(-size // stride)
    return (size + stride - effective) // stride


def one(w: Writer, inputs: Sequence[int], outputs: Sequence[int], data: list[np.ndarray], **extra: object) -> Case:
    return Case(w.bytes(inputs, outputs), data, len(outputs), **extra)  # type: ignore[arg-type]


def filter_scales(rng: Rng, channels: int, per_channel: bool) -> list[float]:
    return [scale_of(rng, -3, 0) for _ in range(channels if per_channel else 1)]


def output_scale_for(rng: Rng, terms: int, input_scale: float, filters: Sequence[float]) -> float:
    """So that results neither all vanish nor all saturate, most of the time."""
    spread = 70.0 * 70.0 * np.sqrt(terms) * input_scale * float(np.median(filters))
    return float(np.float32(spread / 60.0 * 10.0 ** rng.uniform(-1.5, 1.5)))


# ---- layers with filters ----


@dataclass(frozen=True)
class Kind:
    """Element types of a layer with a filter."""

    activations: str = "int8"
    weights: str = "int8"
    bias: str = "int32"

    def bias_of(self, rng: Rng, units: int, spread: int) -> np.ndarray:
        if self.bias == "float32":
            return rng.standard_normal(units).astype(np.float32)
        return rng.integers(-spread, spread, units).astype(self.bias)

    def scales(self, *scales: object) -> list:  # type: ignore[type-arg]
        """The scales, or none where numbers are real."""
        return [None if self.activations == "float32" else scale for scale in scales]


INT8 = Kind()
WIDE = [Kind("float32", "float32", "float32"), Kind("int16", "int8", "int64"), Kind("int16", "int8", "int32")]


@case("FULLY_CONNECTED")
def fully_connected(rng: Rng, kind: Kind = INT8) -> Case:
    w = Writer()
    batches, depth, units = integer(rng, 1, 4), integer(rng, 1, 70), integer(rng, 1, 20)
    input_scale, per_channel = scale_of(rng), rng.random() < 0.4 and units > 1
    scales = filter_scales(rng, units, per_channel)
    sx, sf, sb = kind.scales(input_scale, scales, [input_scale * s for s in scales])
    x = w.tensor([batches, depth], kind.activations, sx, zero_of(rng, kind.activations))
    f = w.constant(values(rng, (units, depth), kind.weights), sf)
    inputs = [x, f]
    if rng.random() < 0.8:
        inputs.append(w.constant(kind.bias_of(rng, units, 30000), sb))
    elif rng.random() < 0.5:
        inputs.append(-1)
    (sy,) = kind.scales(output_scale_for(rng, depth, input_scale, scales))
    y = w.tensor([batches, units], kind.activations, sy, zero_of(rng, kind.activations))
    w.operator("FULLY_CONNECTED", inputs, [y], fusedActivationFunction=activation(rng))
    return one(w, [x], [y], [values(rng, (batches, depth), kind.activations)])


@case("CONV_2D")
def conv_2d(rng: Rng, kind: Kind = INT8) -> Case:
    w = Writer()
    groups = 1 if rng.random() < 0.85 else integer(rng, 2, 3)
    depth, units = integer(rng, 1, 9) * groups, integer(rng, 1, 9) * groups
    if rng.random() < 0.3:
        depth, units, groups = int(rng.choice([4, 8, 16, 32])), int(rng.choice([4, 8, 16])), 1
    height, width = integer(rng, 1, 12), integer(rng, 1, 12)
    padding = integer(rng, 0, 1)
    window = [integer(rng, 1, 4), integer(rng, 1, 4)] if rng.random() < 0.75 else [1, 1]
    stride = [integer(rng, 1, 3), integer(rng, 1, 3)]
    dilation = [1, 1] if rng.random() < 0.7 else [integer(rng, 1, 3), integer(rng, 1, 3)]
    if padding == 1:
        height = max(height, (window[0] - 1) * dilation[0] + 1)
        width = max(width, (window[1] - 1) * dilation[1] + 1)
    rows = output_extent(padding, height, window[0], stride[0], dilation[0])
    columns = output_extent(padding, width, window[1], stride[1], dilation[1])
    batches = integer(rng, 1, 2)
    input_scale = scale_of(rng)
    scales = filter_scales(rng, units, rng.random() < 0.7)
    terms = window[0] * window[1] * depth // groups
    sx, sf, sb = kind.scales(input_scale, scales, [input_scale * s for s in scales])
    x = w.tensor([batches, height, width, depth], kind.activations, sx, zero_of(rng, kind.activations))
    f = w.constant(values(rng, (units, *window, depth // groups), kind.weights), sf)
    inputs = [x, f]
    if rng.random() < 0.85:
        bias = kind.bias_of(rng, units, 2**31 if rng.random() < 0.1 else 30000)
        inputs.append(w.constant(bias, sb))
    (sy,) = kind.scales(output_scale_for(rng, terms, input_scale, scales))
    y = w.tensor([batches, rows, columns, units], kind.activations, sy, zero_of(rng, kind.activations))
    w.operator(
        "CONV_2D",
        inputs,
        [y],
        padding=padding,
        strideH=stride[0],
        strideW=stride[1],
        dilationHFactor=dilation[0],
        dilationWFactor=dilation[1],
        fusedActivationFunction=activation(rng),
    )
    return one(w, [x], [y], [values(rng, (batches, height, width, depth), kind.activations)])


@case("DEPTHWISE_CONV_2D")
def depthwise_conv_2d(rng: Rng, kind: Kind = INT8) -> Case:
    w = Writer()
    depth = integer(rng, 1, 9) if rng.random() < 0.6 else int(rng.choice([4, 8, 12, 16]))
    multiplier = 1 if rng.random() < 0.6 else int(rng.choice([2, 3, 4, 8]))
    units = depth * multiplier
    height, width = integer(rng, 1, 12), integer(rng, 1, 12)
    padding = integer(rng, 0, 1)
    window = [3, 3] if rng.random() < 0.4 else [integer(rng, 1, 5), integer(rng, 1, 5)]
    stride = [integer(rng, 1, 3), integer(rng, 1, 3)]
    dilation = [1, 1] if rng.random() < 0.7 else [integer(rng, 1, 3), integer(rng, 1, 3)]
    if padding == 1:
        height = max(height, (window[0] - 1) * dilation[0] + 1)
        width = max(width, (window[1] - 1) * dilation[1] + 1)
    rows = output_extent(padding, height, window[0], stride[0], dilation[0])
    columns = output_extent(padding, width, window[1], stride[1], dilation[1])
    batches = integer(rng, 1, 2)
    input_scale = scale_of(rng)
    scales = filter_scales(rng, units, rng.random() < 0.7)
    sx, sf, sb = kind.scales(input_scale, scales, [input_scale * s for s in scales])
    x = w.tensor([batches, height, width, depth], kind.activations, sx, zero_of(rng, kind.activations))
    f = w.constant(values(rng, (1, *window, units), kind.weights), sf, axis=3)
    inputs = [x, f]
    if rng.random() < 0.85:
        inputs.append(w.constant(kind.bias_of(rng, units, 10000), sb))
    (sy,) = kind.scales(output_scale_for(rng, window[0] * window[1], input_scale, scales))
    y = w.tensor([batches, rows, columns, units], kind.activations, sy, zero_of(rng, kind.activations))
    w.operator(
        "DEPTHWISE_CONV_2D",
        inputs,
        [y],
        padding=padding,
        strideH=stride[0],
        strideW=stride[1],
        dilationHFactor=dilation[0],
        dilationWFactor=dilation[1],
        depthMultiplier=multiplier,
        fusedActivationFunction=activation(rng),
    )
    return one(w, [x], [y], [values(rng, (batches, height, width, depth), kind.activations)])


# ---- pools ----


def _pool(rng: Rng, name: str) -> Case:
    w = Writer()
    dtype = str(rng.choice(["int8", "int8", "int16", "float32"]))
    height, width, depth = integer(rng, 1, 12), integer(rng, 1, 12), integer(rng, 1, 9)
    padding = integer(rng, 0, 1)
    window = [integer(rng, 1, 5), integer(rng, 1, 5)]
    stride = [integer(rng, 1, 3), integer(rng, 1, 3)]
    if padding == 1:
        height, width = max(height, window[0]), max(width, window[1])
    rows = output_extent(padding, height, window[0], stride[0])
    columns = output_extent(padding, width, window[1], stride[1])
    scale, zero = (None, 0) if dtype == "float32" else (scale_of(rng), zero_of(rng, dtype))
    batches = integer(rng, 1, 2)
    x = w.tensor([batches, height, width, depth], dtype, scale, zero)
    y = w.tensor([batches, rows, columns, depth], dtype, scale, zero)
    w.operator(
        name,
        [x],
        [y],
        padding=padding,
        strideH=stride[0],
        strideW=stride[1],
        filterHeight=window[0],
        filterWidth=window[1],
        fusedActivationFunction=activation(rng),
    )
    return one(w, [x], [y], [values(rng, (batches, height, width, depth), dtype)])


@case("AVERAGE_POOL_2D")
def average_pool(rng: Rng) -> Case:
    return _pool(rng, "AVERAGE_POOL_2D")


@case("MAX_POOL_2D")
def max_pool(rng: Rng) -> Case:
    return _pool(rng, "MAX_POOL_2D")


# ---- two tensors, element by element ----


def broadcast_shapes(rng: Rng, rank: int = 4) -> tuple[list[int], list[int], list[int]]:
    rank = integer(rng, 1, rank)
    output = [integer(rng, 1, 5) for _ in range(rank)]
    if rng.random() < 0.5:
        return list(output), list(output), output
    a = [n if rng.random() < 0.6 else 1 for n in output]
    b = [n if m == 1 or rng.random() < 0.6 else 1 for n, m in zip(output, a, strict=True)]
    output = [max(m, n) for m, n in zip(a, b, strict=True)]
    return a, b, output


def _arithmetic(rng: Rng, name: str, types: Sequence[str]) -> Case:
    w = Writer()
    dtype = str(rng.choice(types))
    shape_a, shape_b, shape = broadcast_shapes(rng)
    quantized = dtype in ("int8", "int16")
    close = scale_of(rng)
    # SUB's and ADD's reference insists on zero points of int16 inside the type, and on factors below one.
    scales = [close * float(10 ** rng.uniform(-0.7, 0.7)) for _ in range(3)] if quantized else [None] * 3
    if name == "MUL" and quantized:
        scales[2] = scales[0] * scales[1] * float(10 ** rng.uniform(0, 3)) * (200 if dtype == "int16" else 1)  # type: ignore[operator]
    if name == "DIV" and quantized:
        scales[2] = scales[0] / scales[1] * float(10 ** rng.uniform(-2, -0.01))  # type: ignore[operator]
    if name == "SQUARED_DIFFERENCE" and quantized:
        scales[2] = close * close * float(10 ** rng.uniform(0, 4))
    zeros = [zero_of(rng, dtype) if quantized else 0 for _ in range(3)]
    data_a, data_b = values(rng, shape_a, dtype), values(rng, shape_b, dtype)
    if name == "DIV":
        if quantized:
            # Quotients far below one make the reference shift by more than 31, which C leaves undefined.
            zeros[0] = int(rng.choice([-128, 127]))
            data_a = rng.integers(-64, 128, shape_a) if zeros[0] < 0 else rng.integers(-128, 64, shape_a)
            data_a = data_a.astype(np.int8)
        if dtype == "float32":
            data_b[data_b == 0] = 1
        else:
            data_b[data_b.astype(np.int64) == zeros[1]] = zeros[1] + 1 if zeros[1] < 127 else zeros[1] - 1
    a = w.tensor(shape_a, dtype, scales[0], zeros[0])
    inputs, data = [a], [data_a]
    if rng.random() < 0.3:
        b = w.tensor(shape_b, dtype, scales[1], zeros[1], data=data_b)
    else:
        b = w.tensor(shape_b, dtype, scales[1], zeros[1])
        inputs.append(b)
        data.append(data_b)
    y = w.tensor(shape, dtype, scales[2], zeros[2])
    fields = {} if name == "SQUARED_DIFFERENCE" else {"fusedActivationFunction": activation(rng)}
    w.operator(name, [a, b], [y], **fields)
    return one(w, inputs, [y], data)


@case("ADD")
def add(rng: Rng) -> Case:
    return _arithmetic(rng, "ADD", ["int8", "int8", "int16", "float32", "int32"])


@case("SUB")
def sub(rng: Rng) -> Case:
    return _arithmetic(rng, "SUB", ["int8", "int8", "int16", "float32", "int32"])


@case("MUL")
def mul(rng: Rng) -> Case:
    return _arithmetic(rng, "MUL", ["int8", "int8", "int16", "float32", "int32"])


@case("DIV")
def div(rng: Rng) -> Case:
    return _arithmetic(rng, "DIV", ["int8", "int8", "float32", "int32"])


@case("SQUARED_DIFFERENCE")
def squared_difference(rng: Rng) -> Case:
    return _arithmetic(rng, "SQUARED_DIFFERENCE", ["int8", "int8", "int16", "float32", "int32"])


# ---- one tensor, element by element ----


def shape_of(rng: Rng, rank: int = 4, most: int = 6) -> list[int]:
    return [integer(rng, 1, most) for _ in range(integer(rng, 1, rank))]


@case("LOGISTIC")
def logistic(rng: Rng) -> Case:
    w = Writer()
    shape = shape_of(rng)
    x = w.tensor(shape, scale=scale_of(rng, -3, 0), zero_point=zero_of(rng))
    y = w.tensor(shape, scale=1 / 256, zero_point=-128)
    w.operator("LOGISTIC", [x], [y])
    return one(w, [x], [y], [values(rng, shape)])


@case("SOFTMAX")
def softmax(rng: Rng) -> Case:
    w = Writer()
    shape = [*shape_of(rng, 2), integer(rng, 1, 30)]
    x = w.tensor(shape, scale=scale_of(rng, -3, 0.5), zero_point=zero_of(rng))
    y = w.tensor(shape, scale=1 / 256, zero_point=-128)
    w.operator("SOFTMAX", [x], [y], beta=float(rng.choice([1.0, 0.5, 2.0])))
    return one(w, [x], [y], [values(rng, shape)])


@case("RELU")
def relu(rng: Rng) -> Case:
    w = Writer()
    shape = shape_of(rng)
    scale = scale_of(rng)
    x = w.tensor(shape, scale=scale, zero_point=zero_of(rng))
    y = w.tensor(shape, scale=scale * float(10 ** rng.uniform(-1, 1)), zero_point=zero_of(rng))
    w.operator("RELU", [x], [y])
    return one(w, [x], [y], [values(rng, shape)])


@case("RELU6")
def relu6(rng: Rng) -> Case:
    w = Writer()
    shape = shape_of(rng)
    scale, zero = float(np.float32(rng.uniform(0.03, 0.5))), -128
    x = w.tensor(shape, scale=scale, zero_point=zero)
    y = w.tensor(shape, scale=scale, zero_point=zero)
    w.operator("RELU6", [x], [y])
    return one(w, [x], [y], [values(rng, shape)])


@case("QUANTIZE")
def quantize(rng: Rng) -> Case:
    w = Writer()
    pairs = [
        ("int8", "int8"),
        ("int16", "int8"),
        ("int8", "int16"),
        ("int8", "int32"),
        ("int16", "int16"),
        ("int16", "int32"),
        ("int32", "int8"),
        ("int32", "int16"),
        ("uint8", "int8"),
        ("int8", "uint8"),
        ("float32", "int8"),
        ("float32", "int16"),
    ]
    source, target = pairs[integer(rng, 0, len(pairs) - 1)]
    shape = shape_of(rng)
    scale = scale_of(rng)

    def zero(dtype: str) -> int:
        return integer(rng, 0, 255) if dtype == "uint8" else zero_of(rng) if dtype != "int16" else 0

    target_scale = scale if rng.random() < 0.2 else scale * float(10 ** rng.uniform(-2, 2))
    x = w.tensor(shape, source, None if source == "float32" else scale, zero(source))
    y = w.tensor(shape, target, target_scale, zero(target))
    w.operator("QUANTIZE", [x], [y])
    return one(w, [x], [y], [values(rng, shape, source)])


@case("DEQUANTIZE")
def dequantize(rng: Rng) -> Case:
    w = Writer()
    source = str(rng.choice(["int8", "int16", "uint8"]))
    shape = shape_of(rng)
    x = w.tensor(shape, source, scale_of(rng), integer(rng, 0, 100) if source != "int16" else 0)
    y = w.tensor(shape, "float32")
    w.operator("DEQUANTIZE", [x], [y])
    return one(w, [x], [y], [values(rng, shape, source)])


@case("RESHAPE")
def reshape(rng: Rng) -> Case:
    w = Writer()
    dtype = str(rng.choice(["int8", "int16", "float32", "int32"]))
    shape = shape_of(rng)
    flat = [int(np.prod(shape))]
    x = w.tensor(shape, dtype, 0.5, 3)
    s = w.constant(np.array(flat, np.int32))
    y = w.tensor(flat, dtype, 0.5, 3)
    w.operator("RESHAPE", [x, s] if rng.random() < 0.7 else [x], [y], newShape=flat)
    return one(w, [x], [y], [values(rng, shape, dtype)])


# ---- elements moved ----


def moved(rng: Rng, types: Sequence[str]) -> tuple[str, float | None, int]:
    dtype = str(rng.choice(types))
    quantized = dtype in ("int8", "int16")
    return dtype, scale_of(rng) if quantized else None, zero_of(rng, dtype) if quantized else 0


def _joined(rng: Rng, name: str) -> Case:
    w = Writer()
    dtype, scale, zero = moved(rng, ["int8", "int8", "int16", "float32", "int32"])
    shape = shape_of(rng)
    axis = integer(rng, 0, len(shape) - 1)
    parts = integer(rng, 1, 4)
    sizes = [integer(rng, 1, 4) for _ in range(parts)]
    if name == "SPLIT":
        sizes = [sizes[0]] * parts
    shapes = [[size if d == axis else n for d, n in enumerate(shape)] for size in sizes]
    whole_shape = [sum(sizes) if d == axis else n for d, n in enumerate(shape)]
    given = axis - len(shape) if rng.random() < 0.3 else axis
    tensors = [w.tensor(s, dtype, scale, zero) for s in shapes]
    whole = w.tensor(whole_shape, dtype, scale, zero)
    axis_tensor = w.constant(np.array([given] if name == "SPLIT_V" else given, np.int32))
    if name == "CONCATENATION":
        w.operator(name, tensors, [whole], axis=given)
        return one(w, tensors, [whole], [values(rng, s, dtype) for s in shapes])
    if name == "SPLIT":
        w.operator(name, [axis_tensor, whole], tensors, numSplits=parts)
    else:
        sizes_tensor = w.constant(np.array(sizes, np.int32))
        w.operator(name, [whole, sizes_tensor, axis_tensor], tensors, numSplits=parts)
    return one(w, [whole], tensors, [values(rng, whole_shape, dtype)])


@case("CONCATENATION")
def concatenation(rng: Rng) -> Case:
    return _joined(rng, "CONCATENATION")


@case("SPLIT")
def split(rng: Rng) -> Case:
    return _joined(rng, "SPLIT")


@case("SPLIT_V")
def split_v(rng: Rng) -> Case:
    return _joined(rng, "SPLIT_V")


def _packed(rng: Rng, name: str) -> Case:
    w = Writer()
    dtype, scale, zero = moved(rng, ["int8", "int8", "float32", "int32"])
    shape = shape_of(rng, 3)
    axis = integer(rng, 0, len(shape))
    parts = integer(rng, 1, 4)
    given = axis - len(shape) - 1 if rng.random() < 0.3 else axis
    tensors = [w.tensor(shape, dtype, scale, zero) for _ in range(parts)]
    whole_shape = [*shape[:axis], parts, *shape[axis:]]
    whole = w.tensor(whole_shape, dtype, scale, zero)
    if name == "PACK":
        w.operator(name, tensors, [whole], valuesCount=parts, axis=given)
        return one(w, tensors, [whole], [values(rng, shape, dtype) for _ in tensors])
    w.operator(name, [whole], tensors, num=parts, axis=given)
    return one(w, [whole], tensors, [values(rng, whole_shape, dtype)])


@case("PACK")
def pack(rng: Rng) -> Case:
    return _packed(rng, "PACK")


@case("UNPACK")
def unpack(rng: Rng) -> Case:
    return _packed(rng, "UNPACK")


@case("SLICE")
def slice_(rng: Rng) -> Case:
    w = Writer()
    dtype, scale, zero = moved(rng, ["int8", "int8", "int16", "float32", "int32"])
    shape = shape_of(rng)
    begin = [integer(rng, 0, n - 1) for n in shape]
    size = [integer(rng, 1, n - b) for n, b in zip(shape, begin, strict=True)]
    given = [-1 if s == n - b and rng.random() < 0.5 else s for s, n, b in zip(size, shape, begin, strict=True)]
    x = w.tensor(shape, dtype, scale, zero)
    kind = np.int64 if rng.random() < 0.3 else np.int32
    y = w.tensor(size, dtype, scale, zero)
    w.operator("SLICE", [x, w.constant(np.array(begin, kind)), w.constant(np.array(given, kind))], [y])
    return one(w, [x], [y], [values(rng, shape, dtype)])


@case("STRIDED_SLICE")
def strided_slice(rng: Rng) -> Case:
    w = Writer()
    dtype, scale, zero = moved(rng, ["int8", "int8", "int16", "float32", "int32"])
    shape = shape_of(rng, 4, 8)
    rank = len(shape)
    begin, end, stride, output = [], [], [], []
    begin_mask = end_mask = shrink_mask = 0
    for d, n in enumerate(shape):
        step = int(rng.choice([1, 1, 2, 3, -1, -2]))
        if rng.random() < 0.15:
            at = integer(rng, 0, n - 1)
            begin.append(at)
            end.append(at + 1)
            stride.append(1)
            shrink_mask |= 1 << d
            continue
        low, high = sorted((integer(rng, 0, n - 1), integer(rng, 0, n - 1)))
        start, stop = (low, high + 1) if step > 0 else (high, low - 1)
        if rng.random() < 0.2:
            begin_mask |= 1 << d
            start = 0 if step > 0 else n - 1
        if rng.random() < 0.2 or stop == -1:
            end_mask |= 1 << d
            stop = n if step > 0 else -1
        output.append(len(range(start, stop, step)))
        begin.append(start - n if rng.random() < 0.3 else start)
        end.append(stop - n if 0 <= stop < n and rng.random() < 0.3 else stop)
        stride.append(step)
    x = w.tensor(shape, dtype, scale, zero)
    y = w.tensor(output, dtype, scale, zero)
    lists = [w.constant(np.array(v, np.int32)) for v in (begin, end, stride)]
    w.operator("STRIDED_SLICE", [x, *lists], [y], beginMask=begin_mask, endMask=end_mask, shrinkAxisMask=shrink_mask)
    assert rank
    return one(w, [x], [y], [values(rng, shape, dtype)])


@case("TRANSPOSE")
def transpose(rng: Rng) -> Case:
    w = Writer()
    dtype, scale, zero = moved(rng, ["int8", "int8", "int16", "float32"])
    shape = shape_of(rng, 5)
    order = [int(i) for i in rng.permutation(len(shape))]
    x = w.tensor(shape, dtype, scale, zero)
    y = w.tensor([shape[i] for i in order], dtype, scale, zero)
    w.operator("TRANSPOSE", [x, w.constant(np.array(order, np.int32))], [y])
    return one(w, [x], [y], [values(rng, shape, dtype)])


def _padded(rng: Rng, name: str) -> Case:
    w = Writer()
    mirror = name == "MIRROR_PAD"
    dtype, scale, zero = moved(rng, ["int8", "float32"] if mirror else ["int8", "int8", "int16", "float32", "int32"])
    shape = shape_of(rng)
    mode = integer(rng, 0, 1)
    limits = [n - 1 + mode if mirror else 3 for n in shape]
    paddings = [[integer(rng, 0, min(m, 3)), integer(rng, 0, min(m, 3))] for m in limits]
    x = w.tensor(shape, dtype, scale, zero)
    y = w.tensor([n + sum(p) for n, p in zip(shape, paddings, strict=True)], dtype, scale, zero)
    inputs = [x, w.constant(np.array(paddings, np.int32))]
    if name == "PADV2":
        inputs.append(w.constant(values(rng, (), dtype), scale, zero))
    w.operator(name, inputs, [y], **({"mode": mode} if mirror else {}))
    return one(w, [x], [y], [values(rng, shape, dtype)])


@case("PAD")
def pad(rng: Rng) -> Case:
    return _padded(rng, "PAD")


@case("PADV2")
def pad_v2(rng: Rng) -> Case:
    return _padded(rng, "PADV2")


@case("MIRROR_PAD")
def mirror_pad(rng: Rng) -> Case:
    return _padded(rng, "MIRROR_PAD")


def _same_shape(rng: Rng, name: str) -> Case:
    w = Writer()
    dtype, scale, zero = moved(rng, ["int8", "int8", "float32", "int32"])
    shape = shape_of(rng, 3)
    axis = integer(rng, 0, len(shape))
    wide = [*shape[:axis], 1, *shape[axis:]]
    if name == "SQUEEZE":
        x, y = w.tensor(wide, dtype, scale, zero), w.tensor(shape, dtype, scale, zero)
        w.operator(name, [x], [y], squeezeDims=[axis])
        return one(w, [x], [y], [values(rng, wide, dtype)])
    x, y = w.tensor(shape, dtype, scale, zero), w.tensor(wide, dtype, scale, zero)
    w.operator(name, [x, w.constant(np.array([axis], np.int32))], [y])
    return one(w, [x], [y], [values(rng, shape, dtype)])


@case("SQUEEZE")
def squeeze(rng: Rng) -> Case:
    return _same_shape(rng, "SQUEEZE")


@case("EXPAND_DIMS")
def expand_dims(rng: Rng) -> Case:
    return _same_shape(rng, "EXPAND_DIMS")


# ---- many to one ----


def _reduced(rng: Rng, name: str) -> Case:
    w = Writer()
    dtype = str(rng.choice(["int8", "int8", "float32"] + (["int16"] if name != "REDUCE_MAX" else [])))
    shape = shape_of(rng, 4, 7)
    count = integer(rng, 1, len(shape))
    axes = sorted(int(a) for a in rng.choice(len(shape), count, replace=False))
    keep = rng.random() < 0.5
    if rng.random() < 0.3 and len(shape) == 4:
        axes, keep = [1, 2], True
    output = [1 if d in axes else n for d, n in enumerate(shape) if keep or d not in axes]
    scale, zero = (scale_of(rng), zero_of(rng, dtype)) if dtype != "float32" else (None, 0)
    scale_out, zero_out = scale, zero
    if dtype != "float32" and name != "REDUCE_MAX" and scale is not None:
        scale_out = scale * float(10 ** rng.uniform(-1, 1)) * (5 if name == "SUM" else 1)
        zero_out = zero_of(rng, dtype)
    x = w.tensor(shape, dtype, scale, zero)
    y = w.tensor(output, dtype, scale_out, zero_out)
    given = [a - len(shape) if rng.random() < 0.2 else a for a in axes]
    if name == "MEAN" and dtype == "float32":
        given = axes
    w.operator(name, [x, w.constant(np.array(given, np.int32))], [y], keepDims=keep)
    return one(w, [x], [y], [values(rng, shape, dtype)])


@case("MEAN")
def mean(rng: Rng) -> Case:
    return _reduced(rng, "MEAN")


@case("SUM")
def sum_(rng: Rng) -> Case:
    return _reduced(rng, "SUM")


@case("REDUCE_MAX")
def reduce_max(rng: Rng) -> Case:
    return _reduced(rng, "REDUCE_MAX")


# ---- more of one tensor, element by element ----


def _plain(rng: Rng, name: str, types: Sequence[str], positive: bool = False, **fields: object) -> Case:
    w = Writer()
    dtype = str(rng.choice(types))
    shape = shape_of(rng)
    scale, zero = (scale_of(rng), zero_of(rng, dtype)) if dtype in ("int8", "int16") else (None, 0)
    if positive and dtype == "int8":
        zero = -128
    out = None if scale is None else scale if rng.random() < 0.2 else scale * float(10 ** rng.uniform(-1, 1))
    x = w.tensor(shape, dtype, scale, zero)
    y = w.tensor(shape, dtype, out, zero_of(rng, dtype) if scale is not None else 0)
    w.operator(name, [x], [y], **fields)
    data = values(rng, shape, dtype)
    return one(w, [x], [y], [np.abs(data) if positive and dtype == "float32" else data])


@case("TANH")
def tanh(rng: Rng) -> Case:
    w = Writer()
    dtype = str(rng.choice(["int8", "int8", "int16"]))
    shape = shape_of(rng)
    scale = (
        scale_of(rng, -3, 0) if dtype == "int8" else float(rng.choice([2.0**-12, 2.0**-11, scale_of(rng, -5, -0.5)]))
    )
    x = w.tensor(shape, dtype, scale, zero_of(rng, dtype))
    y = w.tensor(shape, dtype, 1 / 128 if dtype == "int8" else 1 / 32768, 0)
    w.operator("TANH", [x], [y])
    return one(w, [x], [y], [values(rng, shape, dtype)])


@case("LOGISTIC/int16")
def logistic_int16(rng: Rng) -> Case:
    w = Writer()
    shape = shape_of(rng)
    x = w.tensor(shape, "int16", float(rng.choice([2.0**-12, scale_of(rng, -5, -0.5)])))
    y = w.tensor(shape, "int16", 1 / 32768)
    w.operator("LOGISTIC", [x], [y])
    return one(w, [x], [y], [values(rng, shape, "int16")])


def _real(rng: Rng, name: str, positive: bool = False, **fields: object) -> Case:
    w = Writer()
    shape = shape_of(rng)
    x, y = w.tensor(shape, "float32"), w.tensor(shape, "float32")
    w.operator(name, [x], [y], **fields)
    data = (rng.standard_normal(shape) * 10.0 ** rng.uniform(-1, 1)).astype(np.float32)
    return one(w, [x], [y], [np.abs(data) if positive else data])


@case("LEAKY_RELU")
def leaky_relu(rng: Rng) -> Case:
    return _plain(rng, "LEAKY_RELU", ["int8", "int8", "int16", "float32"], alpha=float(rng.uniform(0, 1)))


@case("PRELU")
def prelu(rng: Rng) -> Case:
    w = Writer()
    dtype = str(rng.choice(["int8", "int8", "float32"]))
    shape = [1, *(integer(rng, 1, 5) for _ in range(3))]
    alpha_shape = [1, 1, shape[3]] if rng.random() < 0.7 else [1, 1, 1]
    quantized = dtype == "int8"
    scale = scale_of(rng)
    scales = [scale, scale_of(rng, -3, -1), scale * float(10 ** rng.uniform(-1, 1))] if quantized else [None] * 3
    zeros = [zero_of(rng) for _ in range(3)] if quantized else [0] * 3
    x = w.tensor(shape, dtype, scales[0], zeros[0])
    a = w.constant(values(rng, alpha_shape, dtype), scales[1], zeros[1])
    y = w.tensor(shape, dtype, scales[2], zeros[2])
    w.operator("PRELU", [x, a], [y])
    return one(w, [x], [y], [values(rng, shape, dtype)])


@case("HARD_SWISH")
def hard_swish(rng: Rng) -> Case:
    w = Writer()
    shape = shape_of(rng)
    scale = scale_of(rng, -2.5, 0)
    x = w.tensor(shape, scale=scale, zero_point=zero_of(rng))
    y = w.tensor(shape, scale=scale * float(10 ** rng.uniform(-1, 0.5)), zero_point=zero_of(rng))
    w.operator("HARD_SWISH", [x], [y])
    return one(w, [x], [y], [values(rng, shape)])


@case("ELU")
def elu(rng: Rng) -> Case:
    return _plain(rng, "ELU", ["int8"])


@case("ABS")
def abs_(rng: Rng) -> Case:
    return _plain(rng, "ABS", ["int8", "int8", "int16", "float32"])


@case("RSQRT")
def rsqrt(rng: Rng) -> Case:
    return _plain(rng, "RSQRT", ["int8", "int8", "float32"], positive=True)


@case("NEG")
def neg(rng: Rng) -> Case:
    return _real(rng, "NEG")


@case("SQRT")
def sqrt(rng: Rng) -> Case:
    return _real(rng, "SQRT", positive=True)


@case("LOGICAL_NOT")
def logical_not(rng: Rng) -> Case:
    w = Writer()
    shape = shape_of(rng)
    x, y = w.tensor(shape, "bool"), w.tensor(shape, "bool")
    w.operator("LOGICAL_NOT", [x], [y])
    return one(w, [x], [y], [values(rng, shape, "bool")])


@case("CAST")
def cast(rng: Rng) -> Case:
    w = Writer()
    shape = shape_of(rng)
    source = str(rng.choice(["int8", "int16", "int32", "float32", "bool", "uint32"]))
    target = str(rng.choice(["int8", "int16", "int32", "float32", "uint32"]))
    x, y = w.tensor(shape, source), w.tensor(shape, target)
    w.operator("CAST", [x], [y], inDataType=w.tensors[x].type, outDataType=w.tensors[y].type)
    data = values(rng, shape, source)
    if source == "float32":
        data = np.clip(data, -100, 100)
        data = np.abs(data) if target == "uint32" else data
    return one(w, [x], [y], [data])


# ---- comparisons ----


def _pair(rng: Rng, name: str, types: Sequence[str], truth: bool) -> Case:
    w = Writer()
    dtype = str(rng.choice(types))
    shape_a, shape_b, shape = broadcast_shapes(rng)
    quantized = dtype == "int8"
    scales = [min(scale_of(rng, -3, -0.1), 0.9) if quantized else None for _ in range(2)]
    if rng.random() < 0.3:
        scales[1] = scales[0]
    zeros = [zero_of(rng) if quantized else 0 for _ in range(2)]
    if not truth:
        scales[1], zeros[1] = scales[0], zeros[0]
    a = w.tensor(shape_a, dtype, scales[0], zeros[0])
    b = w.tensor(shape_b, dtype, scales[1], zeros[1])
    y = w.tensor(shape, "bool") if truth else w.tensor(shape, dtype, scales[0], zeros[0])
    w.operator(name, [a, b], [y], **({} if truth else {"options": "MaximumMinimumOptions"}))
    data = [values(rng, shape_a, dtype), values(rng, shape_b, dtype)]
    if dtype in ("int32", "float32", "int64"):
        data = [np.clip(d, -3, 3).astype(dtype) for d in data]
    return one(w, [a, b], [y], data)


def _comparison(name: str, types: Sequence[str]) -> None:
    CASES[name] = lambda rng: _pair(rng, name, types, True)


for _name in ("EQUAL", "NOT_EQUAL"):
    _comparison(_name, ["int8", "int8", "float32", "int32", "bool"])
for _name in ("GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL"):
    _comparison(_name, ["int8", "int8", "float32", "int32"])
for _name in ("LOGICAL_AND", "LOGICAL_OR"):
    _comparison(_name, ["bool"])


@case("MAXIMUM")
def maximum(rng: Rng) -> Case:
    return _pair(rng, "MAXIMUM", ["int8", "int8", "float32", "int32", "int16"], False)


@case("MINIMUM")
def minimum(rng: Rng) -> Case:
    return _pair(rng, "MINIMUM", ["int8", "int8", "float32", "int32", "int16"], False)


# ---- elements picked ----


@case("GATHER")
def gather(rng: Rng) -> Case:
    w = Writer()
    dtype, scale, zero = moved(rng, ["int8", "float32"])
    shape = shape_of(rng)
    axis = integer(rng, 0, len(shape) - 1)
    picks_shape = shape_of(rng, 2, 4)
    picks = rng.integers(0, shape[axis], picks_shape).astype(np.int32)
    x = w.tensor(shape, dtype, scale, zero)
    y = w.tensor([*shape[:axis], *picks_shape, *shape[axis + 1 :]], dtype, scale, zero)
    given = axis - len(shape) if rng.random() < 0.3 else axis
    if rng.random() < 0.5:
        p = w.constant(picks)
        inputs, data = [x], [values(rng, shape, dtype)]
    else:
        p = w.tensor(picks_shape, "int32")
        inputs, data = [x, p], [values(rng, shape, dtype), picks]
    w.operator("GATHER", [x, p], [y], axis=given)
    return one(w, inputs, [y], data)


def _arg(rng: Rng, name: str) -> Case:
    w = Writer()
    dtype, scale, zero = moved(rng, ["int8", "float32"])
    shape = [integer(rng, 1, 3), *shape_of(rng, 3)]
    axis = integer(rng, 0, len(shape) - 1)
    given = axis - len(shape) if rng.random() < 0.3 else axis
    x = w.tensor(shape, dtype, scale, zero)
    y = w.tensor([n for d, n in enumerate(shape) if d != axis], "int32")
    w.operator(name, [x, w.constant(np.array([given], np.int32))], [y], outputType=2)
    return one(w, [x], [y], [values(rng, shape, dtype)])


@case("ARG_MAX")
def arg_max(rng: Rng) -> Case:
    return _arg(rng, "ARG_MAX")


@case("ARG_MIN")
def arg_min(rng: Rng) -> Case:
    return _arg(rng, "ARG_MIN")


@case("SHAPE")
def shape_operator(rng: Rng) -> Case:
    w = Writer()
    shape = shape_of(rng)
    x, y = w.tensor(shape, scale=0.5), w.tensor([len(shape)], "int32")
    w.operator("SHAPE", [x], [y], outType=2)
    return one(w, [x], [y], [values(rng, shape)])


def _resized(rng: Rng, name: str, types: Sequence[str]) -> Case:
    w = Writer()
    dtype, scale, zero = moved(rng, types)
    shape = [integer(rng, 1, 2), integer(rng, 1, 7), integer(rng, 1, 7), integer(rng, 1, 4)]
    size = [integer(rng, 1, 12), integer(rng, 1, 12)]
    align = rng.random() < 0.4
    half = rng.random() < 0.4 and (not align or name == "RESIZE_NEAREST_NEIGHBOR")
    x = w.tensor(shape, dtype, scale, zero)
    y = w.tensor([shape[0], *size, shape[3]], dtype, scale, zero)
    w.operator(name, [x, w.constant(np.array(size, np.int32))], [y], alignCorners=align, halfPixelCenters=half)
    return one(w, [x], [y], [values(rng, shape, dtype)])


@case("RESIZE_NEAREST_NEIGHBOR")
def resize_nearest(rng: Rng) -> Case:
    return _resized(rng, "RESIZE_NEAREST_NEIGHBOR", ["int8", "int16", "float32"])


@case("RESIZE_BILINEAR")
def resize_bilinear(rng: Rng) -> Case:
    return _resized(rng, "RESIZE_BILINEAR", ["int8", "int8", "float32"])


def _blocks(rng: Rng, name: str) -> Case:
    w = Writer()
    dtype, scale, zero = moved(rng, ["int8", "int8", "float32"])
    block = [integer(rng, 1, 3), integer(rng, 1, 3)]
    parts = [integer(rng, 1, 4), integer(rng, 1, 4)]
    batches, depth = integer(rng, 1, 2), integer(rng, 1, 4)
    border = []
    wide = []
    for size, count in zip(block, parts, strict=True):
        total = size * count
        # The reference fills a border of SPACE_TO_BATCH_ND with memory it never set: that is tested by itself.
        most = 0 if name == "SPACE_TO_BATCH_ND" else 2
        before = integer(rng, 0, min(most, total - 1))
        after = integer(rng, 0, min(most, total - 1 - before))
        border.append([before, after])
        wide.append(total - before - after)
    whole = w.tensor([batches, *wide, depth], dtype, scale, zero)
    split_shape = [batches * block[0] * block[1], *parts, depth]
    apart = w.tensor(split_shape, dtype, scale, zero)
    b, c = w.constant(np.array(block, np.int32)), w.constant(np.array(border, np.int32))
    x, y = (whole, apart) if name == "SPACE_TO_BATCH_ND" else (apart, whole)
    w.operator(name, [x, b, c], [y], options=f"{name.title().replace('_', '')[:-2]}NDOptions")
    return one(w, [x], [y], [values(rng, w.tensors[x].shape, dtype)])


@case("SPACE_TO_BATCH_ND")
def space_to_batch(rng: Rng) -> Case:
    return _blocks(rng, "SPACE_TO_BATCH_ND")


@case("BATCH_TO_SPACE_ND")
def batch_to_space(rng: Rng) -> Case:
    return _blocks(rng, "BATCH_TO_SPACE_ND")


# ---- more layers with filters ----


@case("TRANSPOSE_CONV")
def transpose_conv(rng: Rng, kind: Kind = INT8) -> Case:
    w = Writer()
    depth, units = integer(rng, 1, 9), integer(rng, 1, 6)
    window, stride = [integer(rng, 1, 4), integer(rng, 1, 4)], [integer(rng, 1, 3), integer(rng, 1, 3)]
    padding = integer(rng, 0, 1)
    inside = [integer(rng, 1, 5), integer(rng, 1, 5)]
    batches = integer(rng, 1, 2)
    if padding == 0:
        outside = [n * s - integer(rng, 0, s - 1) for n, s in zip(inside, stride, strict=True)]
    else:
        outside = [(n - 1) * s + k + integer(rng, 0, s - 1) for n, s, k in zip(inside, stride, window, strict=True)]
    input_scale = scale_of(rng)
    scales = filter_scales(rng, units, rng.random() < 0.7)
    sx, sf, sb = kind.scales(input_scale, scales, [input_scale * v for v in scales])
    x = w.tensor([batches, *inside, depth], kind.activations, sx, zero_of(rng, kind.activations))
    f = w.constant(values(rng, (units, *window, depth), kind.weights), sf)
    shape = [batches, *outside, units]
    s = w.constant(np.array(shape, np.int32))
    inputs = [s, f, x]
    if rng.random() < 0.6:
        inputs.append(w.constant(kind.bias_of(rng, units, 30000), sb))
    (sy,) = kind.scales(output_scale_for(rng, depth * 3, input_scale, scales))
    y = w.tensor(shape, kind.activations, sy, zero_of(rng, kind.activations))
    w.operator(
        "TRANSPOSE_CONV",
        inputs,
        [y],
        padding=padding,
        strideH=stride[0],
        strideW=stride[1],
        fusedActivationFunction=activation(rng),
    )
    return one(w, [x], [y], [values(rng, (batches, *inside, depth), kind.activations)])


@case("SVDF")
def svdf(rng: Rng) -> Case:
    w = Writer()
    rank, units, depth, memory = integer(rng, 1, 3), integer(rng, 1, 6), integer(rng, 1, 12), integer(rng, 1, 8)
    filters, batches = rank * units, integer(rng, 1, 2)
    state = str(rng.choice(["int8", "int16"]))
    input_scale, feature_scale, time_scale = scale_of(rng, -2, -1), scale_of(rng, -3, -1), scale_of(rng, -3, -1)
    state_scale = float(np.float32(input_scale * feature_scale * (20 if state == "int8" else 1)))
    zero_state = zero_of(rng) if state == "int8" and rng.random() < 0.3 else 0
    x = w.tensor([batches, depth], scale=input_scale, zero_point=zero_of(rng))
    f = w.constant(values(rng, (filters, depth)), feature_scale)
    limits = LIMITS[state]
    t = w.constant(rng.integers(limits[0] // 4, limits[1] // 4, (filters, memory)).astype(state), time_scale)
    b = w.constant(
        rng.integers(-5000, 5000, units).astype(np.int32), float(np.float32(state_scale) * np.float32(time_scale))
    )
    s = w.tensor([batches, filters * memory], state, state_scale, zero_state, variable=True)
    spread = 2e3 if state == "int8" else 1e7
    y = w.tensor([batches, units], scale=state_scale * time_scale * spread / 60, zero_point=zero_of(rng))
    w.operator("SVDF", [x, f, t, b, s], [y], rank=rank, fusedActivationFunction=1)
    return one(w, [x], [y], [values(rng, (batches, depth))], runs=3)


@case("UNIDIRECTIONAL_SEQUENCE_LSTM")
def lstm(rng: Rng) -> Case:
    w = Writer()
    batches, steps, depth, units = integer(rng, 1, 2), integer(rng, 1, 6), integer(rng, 1, 8), integer(rng, 1, 8)
    time_major = rng.random() < 0.3
    input_scale, hidden_scale = scale_of(rng, -2.2, -1.5), float(np.float32(1 / 128))
    shape = [steps, batches] if time_major else [batches, steps]
    hidden_zero = integer(rng, -5, 5)
    x = w.tensor([*shape, depth], scale=input_scale, zero_point=zero_of(rng))
    weights, recurrent, biases = [], [], []
    for _ in range(4):
        scale = scale_of(rng, -2.5, -1.5)
        weights.append(w.constant(values(rng, (units, depth)), scale))
        recurrent.append(w.constant(values(rng, (units, units)), scale_of(rng, -2.5, -1.5)))
        biases.append(w.constant(rng.integers(-2000, 2000, units).astype(np.int32), input_scale * scale))
    h = w.tensor([batches, units], scale=hidden_scale, zero_point=hidden_zero, variable=True)
    c = w.tensor([batches, units], "int16", float(2.0 ** -integer(rng, 9, 14)), variable=True)
    y = w.tensor([*shape, units], scale=hidden_scale, zero_point=hidden_zero)
    inputs = [x, *weights, *recurrent, -1, -1, -1, *biases, -1, -1, h, c, -1, -1, -1, -1]
    middle = [w.tensor([0], "int16", 2.0**-12) for _ in range(5)]
    w.operator(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        inputs,
        [y],
        intermediates=middle,
        fusedActivationFunction=4,
        cellClip=float(rng.choice([0.0, 10.0, 0.5])),
        projClip=0.0,
        timeMajor=time_major,
    )
    return one(w, [x], [y], [values(rng, (*shape, depth))], runs=2)


# ---- the same layers with int16 or real numbers ----


@case("FULLY_CONNECTED/wide")
def fully_connected_wide(rng: Rng) -> Case:
    return fully_connected(rng, WIDE[integer(rng, 0, 2)])


@case("CONV_2D/wide")
def conv_2d_wide(rng: Rng) -> Case:
    return conv_2d(rng, WIDE[integer(rng, 0, 2)])


@case("DEPTHWISE_CONV_2D/wide")
def depthwise_conv_2d_wide(rng: Rng) -> Case:
    return depthwise_conv_2d(rng, WIDE[integer(rng, 0, 1)])


@case("TRANSPOSE_CONV/wide")
def transpose_conv_wide(rng: Rng) -> Case:
    return transpose_conv(rng, WIDE[integer(rng, 0, 1)])


@case("SOFTMAX/wide")
def softmax_wide(rng: Rng) -> Case:
    w = Writer()
    shape = [*shape_of(rng, 2), integer(rng, 1, 30)]
    source, target = (("int8", "int16"), ("int16", "int16"), ("float32", "float32"))[integer(rng, 0, 2)]
    x = w.tensor(
        shape,
        source,
        None if source == "float32" else scale_of(rng, -5 if source == "int16" else -3, -1),
        zero_of(rng, source) if source == "int8" else 0,
    )
    y = w.tensor(shape, target, *{"int8": (1 / 65536, -32768), "int16": (1 / 32768, 0), "float32": (None, 0)}[source])
    w.operator("SOFTMAX", [x], [y], beta=float(rng.choice([1.0, 0.5, 2.0])))
    data = values(rng, shape, source)
    return one(w, [x], [y], [np.clip(data, -20, 20) if source == "float32" else data])


def _rectified(rng: Rng, name: str) -> Case:
    w = Writer()
    dtype = str(rng.choice(["int16", "float32"]))
    shape = shape_of(rng)
    scale = None if dtype == "float32" else float(np.float32(rng.uniform(0.0003, 0.001)))
    x = w.tensor(shape, dtype, scale)
    y = w.tensor(shape, dtype, scale if scale is None or name == "RELU6" else scale * float(10 ** rng.uniform(-1, 1)))
    w.operator(name, [x], [y])
    return one(w, [x], [y], [values(rng, shape, dtype)])


@case("RELU/wide")
def relu_wide(rng: Rng) -> Case:
    return _rectified(rng, "RELU")


@case("RELU6/wide")
def relu6_wide(rng: Rng) -> Case:
    return _rectified(rng, "RELU6")


@case("LOGISTIC/float32")
def logistic_real(rng: Rng) -> Case:
    return _real(rng, "LOGISTIC")


@case("EXP")
def exp(rng: Rng) -> Case:
    return _real(rng, "EXP")


@case("TANH/float32")
def tanh_real(rng: Rng) -> Case:
    return _real(rng, "TANH")


@case("HARD_SWISH/float32")
def hard_swish_real(rng: Rng) -> Case:
    return _real(rng, "HARD_SWISH")


@case("ELU/float32")
def elu_real(rng: Rng) -> Case:
    return _real(rng, "ELU")
