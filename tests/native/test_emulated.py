# SPDX-License-Identifier: Apache-2.0
"""The same cases on the emulated cores: one image runs hundreds of them."""

from __future__ import annotations

import numpy as np
import pytest
from corpus import CASES, Case
from emulated import CORES, available, run
from reference import Reference, ReferenceRefused
from zoo import ZOO

# The last bit of these is the C library's, and newlib's is not glibc's.
LIBRARY = ("TANH/float32", "ELU/float32")
# The micro:bit has 16 KB of RAM and 160 KB of flash left for cases.
ROOM = 150_000


pytestmark = pytest.mark.tools


@pytest.fixture(autouse=True)
def tools() -> None:
    missing = available()
    assert missing is None, f"{missing} is not installed: the emulated cores cannot be tested"


def compared(case: Case) -> list[list[bytes]] | None:
    try:
        reference = Reference(case.model)
        return [[o.tobytes() for o in reference.run(case.inputs, case.outputs)] for _ in range(case.runs)]
    except ReferenceRefused:
        return None


def cases_for(core: str, each: int) -> list[tuple[str, Case, list[list[bytes]]]]:
    chosen, room = [], ROOM
    # One of each operator first, so that small memories see them all.
    for number in range(each):
        for name in sorted(CASES):
            case = CASES[name](np.random.default_rng([number, *name.encode()]))
            expected = compared(case)
            if expected is None:
                continue
            size = len(case.model) + sum(i.nbytes + 48 for i in case.inputs) + 64
            if CORES[core].cases_at is not None:
                if size > 4000 or size > room:
                    continue
                room -= size
            chosen.append((f"{name} case {number}", case, expected))
    return chosen


def agree(name: str, got: list[list[bytes]], want: list[list[bytes]]) -> bool:
    if not name.startswith(LIBRARY):
        return got == want
    pairs = [(g, w) for a, b in zip(got, want, strict=True) for g, w in zip(a, b, strict=True)]
    return all(np.allclose(np.frombuffer(g, np.float32), np.frombuffer(w, np.float32), rtol=3e-7) for g, w in pairs)


@pytest.mark.parametrize(("core", "each"), [("cortex-m4", 40), ("cortex-m7", 40), ("cortex-m0plus", 3)])
def test_operators_equal_tflm(core: str, each: int) -> None:
    chosen = cases_for(core, each)
    assert len({name.split()[0] for name, _, _ in chosen}) >= len(CASES) - 4
    results = run(core, [case for _, case, _ in chosen])
    refused = 0
    for (name, _, expected), result in zip(chosen, results, strict=True):
        if result.status != 0 and CORES[core].cases_at is not None and result.detail.startswith("needs-"):
            refused += 1  # more arena than the micro:bit has
            continue
        assert result.status == 0, f"{name}: {result.detail}"
        assert agree(name, result.outputs, expected), name
    assert refused <= len(chosen) // 20


@pytest.mark.parametrize("core", ["cortex-m4", "cortex-m7"])
def test_models_equal_tflm(core: str) -> None:
    cases = [make() for make in ZOO.values()]
    for name, case, result in zip(ZOO, cases, run(core, cases), strict=True):
        assert result.outputs == compared(case), name


def test_profile_covers_every_operator() -> None:
    case = ZOO["ds_cnn"]()
    result = run("cortex-m4", [case], profile=True)[0]
    assert len(result.steps) == 13
    assert abs(sum(result.steps) - result.instructions) < 0.02 * result.instructions


# MLPerf Tiny and friends with TFLM and CMSIS-NN, GCC 12.2, Cortex-M4: millions of instructions for one inference.
CMSIS_NN = {
    "ds_cnn": 7.70,
    "visual_wake_words": 24.10,
    "resnet8": 29.86,
    "autoencoder": 0.583,
    "micro_speech": 1.495,
    "person_detection": 22.9,
}


def test_price_is_at_or_below_cmsis_nn() -> None:
    cases = [ZOO[name]() for name in CMSIS_NN]
    for name, result in zip(CMSIS_NN, run("cortex-m4", cases), strict=True):
        assert result.instructions <= CMSIS_NN[name] * 1e6, f"{name}: {result.instructions / 1e6:.2f} M"
