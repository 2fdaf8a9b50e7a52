# SPDX-License-Identifier: Apache-2.0
"""Whole models of the families courses use, with random weights: the architecture sets the price, not the training."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from corpus import Case, output_extent
from tflite_writer import Writer

RELU = 1


class Net:
    """A chain of int8 layers whose scales keep values spread over the type."""

    def __init__(self, seed: int, shape: list[int]) -> None:
        self.rng = np.random.default_rng(seed)
        self.w = Writer()
        self.shape = shape
        self.scale, self.zero = 0.05, -3
        self.at = self.w.tensor(shape, scale=self.scale, zero_point=self.zero)
        self.input, self.input_shape = self.at, shape

    def _activation(self, shape: list[int], scale: float, zero: int) -> int:
        self.shape, self.scale, self.zero = shape, scale, zero
        self.at = self.w.tensor(shape, scale=scale, zero_point=zero)
        return self.at

    def _weights(self, shape: tuple[int, ...], axis: int, terms: int) -> tuple[int, int, float]:
        units = shape[axis]
        scales = [float(s) for s in self.rng.uniform(0.002, 0.01, units)]
        weights = np.clip(np.round(self.rng.normal(0, 45, shape)), -127, 127).astype(np.int8)
        bias = self.rng.integers(-3000, 3000, units).astype(np.int32)
        filter_ = self.w.constant(weights, scales, axis=axis)
        bias_ = self.w.constant(bias, [self.scale * s for s in scales])
        output_scale = self.scale * 0.006 * 45 * 60 * float(np.sqrt(terms)) / 50
        return filter_, bias_, output_scale

    def conv(
        self, units: int, window: tuple[int, int], stride: tuple[int, int] = (1, 1), relu: bool = True, padding: int = 0
    ) -> Net:
        n, h, w, depth = self.shape
        terms = window[0] * window[1] * depth
        x = self.at
        f, b, scale = self._weights((units, *window, depth), 0, terms)
        shape = [
            n,
            output_extent(padding, h, window[0], stride[0]),
            output_extent(padding, w, window[1], stride[1]),
            units,
        ]
        y = self._activation(shape, scale, -128 if relu else 5)
        self.w.operator(
            "CONV_2D",
            [x, f, b],
            [y],
            padding=padding,
            strideH=stride[0],
            strideW=stride[1],
            dilationHFactor=1,
            dilationWFactor=1,
            fusedActivationFunction=RELU if relu else 0,
        )
        return self

    def depthwise(self, window: tuple[int, int], stride: tuple[int, int] = (1, 1), multiplier: int = 1) -> Net:
        n, h, w, depth = self.shape
        x = self.at
        f, b, scale = self._weights((1, *window, depth * multiplier), 3, window[0] * window[1])
        shape = [
            n,
            output_extent(0, h, window[0], stride[0]),
            output_extent(0, w, window[1], stride[1]),
            depth * multiplier,
        ]
        y = self._activation(shape, scale, -128)
        self.w.operator(
            "DEPTHWISE_CONV_2D",
            [x, f, b],
            [y],
            padding=0,
            strideH=stride[0],
            strideW=stride[1],
            dilationHFactor=1,
            dilationWFactor=1,
            depthMultiplier=multiplier,
            fusedActivationFunction=RELU,
        )
        return self

    def dense(self, units: int, relu: bool = False) -> Net:
        depth = self.shape[-1]
        x = self.at
        weights = np.clip(np.round(self.rng.normal(0, 45, (units, depth))), -127, 127).astype(np.int8)
        bias = self.rng.integers(-3000, 3000, units).astype(np.int32)
        f = self.w.constant(weights, 0.006)
        b = self.w.constant(bias, self.scale * 0.006)
        scale = self.scale * 0.006 * 45 * 60 * float(np.sqrt(depth)) / 50
        y = self._activation([self.shape[0], units], scale, -128 if relu else 7)
        self.w.operator("FULLY_CONNECTED", [x, f, b], [y], fusedActivationFunction=RELU if relu else 0)
        return self

    def average_pool(self) -> Net:
        n, h, w, depth = self.shape
        x = self.at
        y = self._activation([n, 1, 1, depth], self.scale, self.zero)
        self.w.operator("AVERAGE_POOL_2D", [x], [y], padding=1, strideH=h, strideW=w, filterHeight=h, filterWidth=w)
        return self

    def max_pool(self, size: int) -> Net:
        n, h, w, depth = self.shape
        x = self.at
        y = self._activation([n, h // size, w // size, depth], self.scale, self.zero)
        self.w.operator(
            "MAX_POOL_2D", [x], [y], padding=1, strideH=size, strideW=size, filterHeight=size, filterWidth=size
        )
        return self

    def flatten(self) -> Net:
        x = self.at
        flat = [self.shape[0], int(np.prod(self.shape[1:]))]
        s = self.w.constant(np.array(flat, np.int32))
        y = self._activation(flat, self.scale, self.zero)
        self.w.operator("RESHAPE", [x, s], [y], newShape=flat)
        return self

    def softmax(self) -> Net:
        x = self.at
        y = self._activation(self.shape, 1 / 256, -128)
        self.w.operator("SOFTMAX", [x], [y], beta=1.0)
        return self

    def add(self, other: tuple[int, float, int]) -> Net:
        x = self.at
        y = self._activation(self.shape, max(self.scale, other[1]) * 1.3, -128)
        self.w.operator("ADD", [other[0], x], [y], fusedActivationFunction=RELU)
        return self

    def here(self) -> tuple[int, float, int]:
        return self.at, self.scale, self.zero

    def case(self, runs: int = 1) -> Case:
        data = self.rng.integers(-128, 128, self.input_shape).astype(np.int8)
        return Case(self.w.bytes([self.input], [self.at]), [data], 1, runs)


def ds_cnn() -> Case:
    """MLPerf Tiny keyword spotting."""
    net = Net(1, [1, 49, 10, 1]).conv(64, (10, 4), (2, 2))
    for _ in range(4):
        net.depthwise((3, 3)).conv(64, (1, 1))
    return net.average_pool().flatten().dense(12).softmax().case()


def mobilenet(side: int, channels: int, classes: int, seed: int) -> Case:
    """MobileNetV1, width 0.25."""
    net = Net(seed, [1, side, side, channels]).conv(8, (3, 3), (2, 2))
    plan = [(1, 16), (2, 32), (1, 32), (2, 64), (1, 64), (2, 128)] + [(1, 128)] * 5 + [(2, 256), (1, 256)]
    for stride, units in plan:
        net.depthwise((3, 3), (stride, stride)).conv(units, (1, 1))
    return net.average_pool().flatten().dense(classes).softmax().case()


def visual_wake_words() -> Case:
    return mobilenet(96, 3, 2, 2)


def person_detection() -> Case:
    return mobilenet(96, 1, 2, 3)


def resnet8() -> Case:
    """MLPerf Tiny image classification."""
    net = Net(4, [1, 32, 32, 3]).conv(16, (3, 3))
    for units, stride in ((16, 1), (32, 2), (64, 2)):
        shape, before = list(net.shape), net.here()
        net.conv(units, (3, 3), (stride, stride)).conv(units, (3, 3), relu=False)
        if stride > 1:
            after, after_shape = net.here(), list(net.shape)
            net.at, net.scale, net.zero = before
            net.shape = shape
            net.conv(units, (1, 1), (stride, stride), relu=False)
            assert net.shape == after_shape
            net.add(after)
        else:
            net.add(before)
    return net.average_pool().flatten().dense(10).softmax().case()


def autoencoder() -> Case:
    """MLPerf Tiny anomaly detection."""
    net = Net(5, [1, 640])
    for units in (128, 128, 128, 128, 8, 128, 128, 128, 128):
        net.dense(units, relu=True)
    return net.dense(640).case()


def micro_speech() -> Case:
    return Net(6, [1, 49, 40, 1]).depthwise((10, 8), (2, 2), 8).flatten().dense(4).softmax().case()


def conv_1d() -> Case:
    """A 1-D convolutional network as Keras converts it: windows of one row."""
    net = Net(7, [1, 1, 128, 3]).conv(16, (1, 8), (1, 2), padding=1).conv(24, (1, 5), (1, 2)).conv(32, (1, 3))
    return net.average_pool().flatten().dense(4).softmax().case()


def decoder() -> Case:
    """A small TransposeConv decoder: from a code to an image."""
    net = Net(8, [1, 4, 4, 16])
    for units, window in ((12, 4), (8, 3), (1, 3)):
        n, h, w, depth = net.shape
        x = net.at
        f, b, scale = net._weights((units, window, window, depth), 0, window * window * depth // 4)
        shape = [n, h * 2, w * 2, units]
        s = net.w.constant(np.array(shape, np.int32))
        y = net._activation(shape, scale, -128)
        net.w.operator(
            "TRANSPOSE_CONV", [s, f, x, b], [y], padding=0, strideH=2, strideW=2, fusedActivationFunction=RELU
        )
    return net.case()


def lstm() -> Case:
    """One LSTM over a sequence of readings, then a classifier on its last output."""
    net = Net(9, [1, 20, 6])
    rng, w, units = net.rng, net.w, 12

    def weights(shape: tuple[int, int]) -> int:
        return w.constant(np.clip(np.round(rng.normal(0, 45, shape)), -127, 127).astype(np.int8), 0.008)

    inputs = [net.at, *(weights((units, 6)) for _ in range(4)), *(weights((units, units)) for _ in range(4))]
    inputs += [-1, -1, -1]
    inputs += [w.constant(rng.integers(-3000, 3000, units).astype(np.int32), net.scale * 0.008) for _ in range(4)]
    hidden = w.tensor([1, units], scale=1 / 128, zero_point=-4, variable=True)
    cell = w.tensor([1, units], "int16", 2.0**-11, variable=True)
    inputs += [-1, -1, hidden, cell, -1, -1, -1, -1]
    middle = [w.tensor([0], "int16", 2.0**-12) for _ in range(5)]
    y = net._activation([1, 20, units], 1 / 128, -4)
    w.operator(
        "UNIDIRECTIONAL_SEQUENCE_LSTM", inputs, [y], intermediates=middle, fusedActivationFunction=4, cellClip=10.0
    )
    last = net._activation([1, units], net.scale, net.zero)
    ends = [w.constant(np.array(v, np.int32)) for v in ([0, 19, 0], [1, 20, units], [1, 1, 1])]
    w.operator("STRIDED_SLICE", [y, *ends], [last], shrinkAxisMask=2)
    return net.dense(4).softmax().case(runs=2)


ZOO: dict[str, Callable[[], Case]] = {
    "ds_cnn": ds_cnn,
    "visual_wake_words": visual_wake_words,
    "resnet8": resnet8,
    "autoencoder": autoencoder,
    "micro_speech": micro_speech,
    "person_detection": person_detection,
    "conv_1d": conv_1d,
    "decoder": decoder,
    "lstm": lstm,
}
