# SPDX-License-Identifier: Apache-2.0
"""Lab 1: the reference passes the public suite, the wrong solutions fail it where they are wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LAB = Path(__file__).resolve().parents[2] / "labs" / "01-snow"
ALL = {
    "The Day Begins Mild", "The Good Device Passes", "A Device That Cries Snow Is Caught", "A Deaf Device Is Caught",
    "A Device That Feels Damp Is Caught",
}  # fmt: skip

pytestmark = pytest.mark.tools


@pytest.mark.parametrize(
    ("solution", "fails"),
    [
        ("lecturer/reference.yaml", set()),
        ("lecturer/wrong-dry.yaml", {"The Good Device Passes"}),
        (
            "lecturer/wrong-credulous.yaml",
            {"A Device That Cries Snow Is Caught", "A Device That Feels Damp Is Caught"},
        ),
        ("starter/snow.yaml", {"The Good Device Passes", "A Device That Cries Snow Is Caught"}),
    ],
)
def test_the_public_suite(play: Callable[..., Any], solution: str, fails: set[str]) -> None:
    ran = play(LAB / "public.robot", variables={"SOLUTION": str(LAB / solution)})
    assert {test.name for test in ran.summary.tests} == ALL
    assert {test.name for test in ran.summary.tests if test.status != "PASS"} == fails
