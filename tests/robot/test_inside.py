# SPDX-License-Identifier: Apache-2.0
"""Variables and functions by name, from a suite."""

from __future__ import annotations

from pathlib import Path

import pytest

SUITE = Path(__file__).parent / "suites" / "inside.robot"
FAILURES = {
    "A Variable That Is Not There": "no symbol 'writen'",
    "A Function That Is Not Entered": "inference_open was not entered within",
    "A Value That Does Not Fit": "300 does not fit into u8",
    "A Wrong Kind": "did you mean 'u32'",
    "A Value That Differs": "written is 7, not 8",
}


@pytest.fixture(scope="module")
def ran(play):
    return play(SUITE)


def test_read_write_and_stop(ran) -> None:
    outcome = ran["A Function And A Variable"]
    assert outcome.status == "PASS", outcome.message


@pytest.mark.parametrize("test", FAILURES)
def test_what_cannot_be_is_said(ran, test: str) -> None:
    assert ran[test].status == "FAIL" and FAILURES[test] in ran[test].message
