# SPDX-License-Identifier: Apache-2.0
"""Every operator, on generated cases, against TFLM: not one byte may differ."""

from __future__ import annotations

import numpy as np
import pytest
from corpus import CASES, Case
from host_runtime import HostRuntime, Refused, operators
from reference import Reference, ReferenceRefused
from tflite_writer import Writer

CASES_EACH = 200


def make(name: str, number: int) -> Case:
    return CASES[name](np.random.default_rng([number, *name.encode()]))


@pytest.mark.parametrize("name", CASES)
def test_equals_tflm(name: str) -> None:
    compared = 0
    for number in range(CASES_EACH):
        case = make(name, number)
        try:
            reference = Reference(case.model)
            expected = [reference.run(case.inputs, case.outputs) for _ in range(case.runs)]
        except ReferenceRefused:
            continue
        native = HostRuntime(case.model)
        for run, outputs in enumerate(expected):
            for index, (want, got) in enumerate(zip(outputs, native.run(case.inputs), strict=True)):
                assert want.tobytes() == got.tobytes(), f"{name} case {number}, run {run}, output {index}"
        compared += 1
    assert compared >= CASES_EACH * 0.7, f"TFLM refused too many cases of {name}: only {compared} were compared"


def test_every_operator_has_cases() -> None:
    covered = {name.split("/")[0] for name in CASES}
    # The last bit of LOG is the C library's.
    assert set(operators()) - covered == {"LOG"}


def test_logarithm_of_the_library() -> None:
    w = Writer()
    x, y = w.tensor([64], "float32"), w.tensor([64], "float32")
    w.operator("LOG", [x], [y])
    model = w.bytes([x], [y])
    data = np.linspace(0.01, 20, 64, dtype=np.float32)
    want = Reference(model).run([data], 1)[0]
    np.testing.assert_allclose(HostRuntime(model).run([data])[0], want, rtol=2e-7)


def test_border_of_space_to_batch_is_real_zero() -> None:
    """TFLM fills it with memory it never set, so this is held against the definition."""
    w = Writer()
    x = w.tensor([1, 3, 3, 1], scale=0.5, zero_point=7)
    y = w.tensor([4, 2, 2, 1], scale=0.5, zero_point=7)
    block, border = w.constant(np.array([2, 2], np.int32)), w.constant(np.array([[0, 1], [1, 0]], np.int32))
    w.operator("SPACE_TO_BATCH_ND", [x, block, border], [y], options="SpaceToBatchNDOptions")
    data = np.arange(9, dtype=np.int8).reshape(1, 3, 3, 1)
    padded = np.pad(data[0, :, :, 0], ((0, 1), (1, 0)), constant_values=7)
    want = np.stack([padded[dy::2, dx::2] for dy in range(2) for dx in range(2)])[..., None]
    np.testing.assert_array_equal(HostRuntime(w.bytes([x], [y])).run([data])[0], want)


def test_division_by_a_real_zero_is_refused() -> None:
    w = Writer()
    a, b = w.tensor([2], scale=0.5), w.tensor([2], scale=0.5, zero_point=3)
    y = w.tensor([2], scale=0.5)
    w.operator("DIV", [a, b], [y])
    with pytest.raises(Refused) as refused:
        HostRuntime(w.bytes([a, b], [y])).run([np.array([1, 2], np.int8), np.array([1, 3], np.int8)])
    assert refused.value.code == "model-value"
    assert refused.value.detail == "DIV#0"
