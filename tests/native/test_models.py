# SPDX-License-Identifier: Apache-2.0
"""Whole models: same bytes as TFLM, no more arena than TFLM, and memory shared only where it may be."""

from __future__ import annotations

import os
import re
import tempfile

import numpy as np
import pytest
from corpus import CASES, Case
from host_runtime import HostRuntime, Refused, library
from reference import Reference, ReferenceRefused
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema
from zoo import ZOO


def tflm_arena(case: Case) -> int:
    """Bytes of arena that TFLM reports (on standard error, from C)."""
    reference = Reference(case.model)
    reference.run(case.inputs, case.outputs)
    with tempfile.TemporaryFile() as capture:
        saved = os.dup(2)
        os.dup2(capture.fileno(), 2)
        try:
            reference.interpreter.print_allocations()
        finally:
            os.dup2(saved, 2)
            os.close(saved)
        capture.seek(0)
        found = re.search(rb"Arena allocation total (\d+)", capture.read())
    assert found is not None
    return int(found.group(1))


@pytest.mark.parametrize("name", ZOO)
def test_equals_tflm(name: str) -> None:
    case = ZOO[name]()
    rng = np.random.default_rng(9)
    native, reference = HostRuntime(case.model), Reference(case.model)
    for _ in range(3):
        inputs = [rng.integers(-128, 128, values.shape).astype(np.int8) for values in case.inputs]
        want = reference.run(inputs, case.outputs)
        got = native.run(inputs)
        assert [w.tobytes() for w in want] == [g.tobytes() for g in got]


@pytest.mark.parametrize("name", ZOO)
def test_arena_is_not_above_tflm(name: str) -> None:
    case = ZOO[name]()
    assert HostRuntime(case.model).arena_used <= tflm_arena(case)


def column_scratch(case: Case) -> int:
    """What CONV_2D may use for its two columns, as CMSIS-NN does: the reference kernels have none."""
    graph = schema.ModelT.InitFromPackedBuf(case.model, 0).subgraphs[0]
    filters = [graph.tensors[operator.inputs[1]] for operator in graph.operators]
    return max(-(-int(np.prod(f.shape[1:])) // 4) * 20 for f in filters)


@pytest.mark.parametrize("name", sorted(CASES))
def test_arena_of_single_operators(name: str) -> None:
    for number in range(8):
        case = CASES[name](np.random.default_rng([number, *name.encode()]))
        try:
            allowed = tflm_arena(case)
        except ReferenceRefused:
            continue
        if name == "CONV_2D":
            allowed += column_scratch(case)
        assert HostRuntime(case.model).arena_used <= allowed, f"{name} case {number}"


@pytest.mark.parametrize("name", ZOO)
def test_arena_used_is_exactly_what_is_needed(name: str) -> None:
    case = ZOO[name]()
    needed = HostRuntime(case.model).arena_used
    tight = HostRuntime(case.model, needed)
    assert tight.arena_used == needed
    want = HostRuntime(case.model).run(case.inputs)
    assert tight.run(case.inputs)[0].tobytes() == want[0].tobytes()
    with pytest.raises(Refused) as refused:
        HostRuntime(case.model, needed - 8)
    assert refused.value.code == "model-arena"


def test_arena_too_small_says_how_much_is_needed() -> None:
    case = ZOO["autoencoder"]()
    needed = HostRuntime(case.model).arena_used
    with pytest.raises(Refused) as refused:
        HostRuntime(case.model, needed - 8)
    assert refused.value.detail == f"needs-{needed}"


def test_an_image_for_int8_alone_gives_the_same_and_refuses_the_rest() -> None:
    small = library("-DRT_INT8_ONLY")
    for name in ("ds_cnn", "resnet8", "decoder"):
        case = ZOO[name]()
        got = HostRuntime(case.model, native=small).run(case.inputs)[0]
        assert got.tobytes() == HostRuntime(case.model).run(case.inputs)[0].tobytes()
    for name in ("CONV_2D/wide", "FULLY_CONNECTED/wide", "DEPTHWISE_CONV_2D/wide", "TRANSPOSE_CONV/wide"):
        with pytest.raises(Refused) as refused:
            HostRuntime(CASES[name](np.random.default_rng(1)).model, native=small)
        assert refused.value.code == "model-type"
        assert refused.value.detail.endswith(":only-int8-in-this-image")


def test_runs_do_not_depend_on_what_was_before() -> None:
    case = ZOO["ds_cnn"]()
    native = HostRuntime(case.model)
    first = native.run(case.inputs)[0]
    native.run([np.full_like(case.inputs[0], 127)])
    assert native.run(case.inputs)[0].tobytes() == first.tobytes()


def test_reset_brings_back_the_beginning() -> None:
    case = CASES["UNIDIRECTIONAL_SEQUENCE_LSTM"](np.random.default_rng(5))
    native = HostRuntime(case.model)
    first = native.run(case.inputs)[0]
    again = native.run(case.inputs)[0]
    assert first.tobytes() != again.tobytes(), "the state should have moved"
    native.reset()
    assert native.run(case.inputs)[0].tobytes() == first.tobytes()
