# SPDX-License-Identifier: Apache-2.0
"""How long both sides of the shared memory spin for an answer (link/wait.h): learned together, from what came of it."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.engine.qemu import native

LINK = Path(native.__file__).parent / "link"
SPIN, TRIAL = 20_000, 100_000
SHIM = """
#define _GNU_SOURCE
#include "wait.h"
int64_t spin(struct vmote_patience *p) { return vmote_spin(p); }
void learn(struct vmote_patience *p, int met, int soon) { vmote_learn(p, met, soon); }
"""


class Pair:
    """The patience that two sides share."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._state = (ctypes.c_uint32 * 4)()

    def waits(self, times: int = 1, *, met: bool = False, soon: bool = True) -> set[int]:
        """Have so many waits end alike; return how long they spun."""
        spun = set()
        for _ in range(times):
            spun.add(self._library.spin(self._state))
            self._library.learn(self._state, met, soon)
        return spun

    @property
    def spin(self) -> int:
        """How long the next wait spins."""
        return int(self._library.spin(self._state))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Pair]:
    """Return a function that makes a patience as a run begins with it."""
    folder = tmp_path_factory.mktemp("patience")
    (folder / "shim.c").write_text(SHIM)
    compiler, _ = native._compiler()
    target = folder / "shim.so"
    command = [compiler, *native._FLAGS, "-fvisibility=default", "-I", str(LINK), "-o", str(target), "shim.c"]
    subprocess.run(command, check=True, cwd=folder)
    library = ctypes.CDLL(str(target))
    library.spin.restype = ctypes.c_int64
    library.spin.argtypes = [ctypes.c_void_p]
    library.learn.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
    return lambda: Pair(library)


def test_answers_that_are_met_keep_both_spinning(fresh: Callable[[], Pair]) -> None:
    assert fresh().waits(10_000, met=True) == {SPIN}


def test_now_and_then_in_vain_is_no_reason_to_sleep(fresh: Callable[[], Pair]) -> None:
    pair = fresh()
    for _ in range(1000):
        assert pair.waits(3, met=True) | pair.waits(1) == {SPIN}


def test_an_answer_that_takes_long_says_nothing(fresh: Callable[[], Pair]) -> None:
    assert fresh().waits(1000, soon=False) == {SPIN}


def test_spins_in_vain_end_and_are_tried_again_ever_later(fresh: Callable[[], Pair]) -> None:
    pair, slept = fresh(), []
    assert pair.waits(8) == {SPIN} and pair.spin == 0
    for _ in range(10):
        count = 0
        while pair.spin == 0:
            pair.waits()
            count += 1
        slept.append(count)
        assert pair.waits(2) == {TRIAL}  # long enough to outlast the waking of the other side
    assert slept == [64, 128, 256, 512, 1024, 2048, 4096, 4096, 4096, 4096]


def test_a_trial_that_succeeds_restores_the_patience(fresh: Callable[[], Pair]) -> None:
    pair = fresh()
    pair.waits(8)
    pair.waits(64)
    pair.waits(2)
    assert pair.waits(128) == {0}
    assert pair.waits(12, met=True) == {TRIAL} and pair.spin == SPIN
    pair.waits(8)
    assert pair.waits(64) == {0} and pair.spin == TRIAL  # and the next sleep is a short one again
