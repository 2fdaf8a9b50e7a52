# SPDX-License-Identifier: Apache-2.0
"""Random graphs: results used again later, several outputs, chains that could all lie in one place.

What one operator computes is tested elsewhere; here it is whether the memory plan ever lets one tensor overwrite
another that is still needed.
"""

from __future__ import annotations

import numpy as np
import pytest
from corpus import Case, Rng, integer, values
from host_runtime import HostRuntime
from reference import Reference
from test_models import tflm_arena
from tflite_writer import Writer

ELEMENTS = 24
SHAPES = ([1, 24], [1, 4, 6], [24], [2, 3, 4])


def random_graph(rng: Rng) -> Case:
    w = Writer()
    scale, zero = 0.05, 3

    def tensor(shape: list[int]) -> int:
        return w.tensor(shape, scale=scale, zero_point=zero)

    inputs = [tensor([1, ELEMENTS]) for _ in range(integer(rng, 1, 2))]
    live = list(inputs)
    for _ in range(integer(rng, 3, 14)):
        kind = str(rng.choice(["ADD", "SUB", "RELU", "LEAKY_RELU", "RESHAPE", "FULLY_CONNECTED", "MAXIMUM"]))
        # Mostly the newest tensor, so that chains form; now and then an old one, so that it must have survived.
        x = live[-1] if rng.random() < 0.6 else int(rng.choice(live))
        shape = list(w.tensors[x].shape)
        if kind == "RESHAPE":
            y = tensor(list(SHAPES[integer(rng, 0, len(SHAPES) - 1)]))
            w.operator(kind, [x, w.constant(np.array(w.tensors[y].shape, np.int32))], [y])
        elif kind == "FULLY_CONNECTED":
            y = tensor([1, ELEMENTS])
            f = w.constant(values(rng, (ELEMENTS, ELEMENTS)), 0.004)
            w.operator(kind, [x, f], [y])
        elif kind in ("ADD", "SUB", "MAXIMUM"):
            others = [t for t in live if list(w.tensors[t].shape) == shape]
            y = tensor(shape)
            options = {"options": "MaximumMinimumOptions"} if kind == "MAXIMUM" else {}
            w.operator(kind, [x, int(rng.choice(others))], [y], **options)
        else:
            y = tensor(shape)
            w.operator(kind, [x], [y], **({"alpha": 0.3} if kind == "LEAKY_RELU" else {}))
        live.append(y)
    made = live[len(inputs) :]
    outputs = sorted({made[-1], *(int(t) for t in rng.choice(made, integer(rng, 0, 2)))})
    return Case(w.bytes(inputs, outputs), [values(rng, (1, ELEMENTS)) for _ in inputs], len(outputs))


@pytest.mark.parametrize("batch", range(8))
def test_random_graphs_equal_tflm(batch: int) -> None:
    for number in range(60):
        case = random_graph(np.random.default_rng([batch, number]))
        want = Reference(case.model).run(case.inputs, case.outputs)
        got = HostRuntime(case.model).run(case.inputs)
        assert [w.tobytes() for w in want] == [g.tobytes() for g in got], (batch, number)


def test_random_graphs_need_no_more_arena_than_tflm() -> None:
    for number in range(60):
        case = random_graph(np.random.default_rng([99, number]))
        assert HostRuntime(case.model).arena_used <= tflm_arena(case), number
