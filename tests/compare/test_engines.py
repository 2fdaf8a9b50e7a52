# SPDX-License-Identifier: Apache-2.0
"""Every shipped scenario on both engines; it takes a quarter of an hour, so it runs only when asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vmote.compare.comparing import compare_sides
from vmote.compare.sides import sides_of
from vmote.engine.base import Limits
from vmote.engine.renode.find import find_renode
from vmote.errors import Missing, Unsupported
from vmote.platforms import project_root
from vmote.run import Request

ROOT = project_root() / "scenarios"
ALL = sorted(ROOT.glob("*/*.yaml"))
USUAL = {"weather/snow-front", "motion/three-gestures"}  # what every test run holds against each other
PATIENT = Limits(wall_s=1800)  # ten minutes of sound take Renode as long on a machine that does other things too
pytestmark = pytest.mark.tools


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT).with_suffix(""))


@pytest.mark.parametrize("scenario", ALL, ids=name_of)
def test_both_engines_agree(scenario: Path) -> None:
    if name_of(scenario) not in USUAL and not os.environ.get("VMOTE_COMPARE_ALL"):
        pytest.skip(f"run with VMOTE_COMPARE_ALL=1, or: vmote compare scenarios/{name_of(scenario)}.yaml")
    try:
        find_renode()
        compared = compare_sides(sides_of(Request(scenario, limits=PATIENT)))
    except (Missing, Unsupported) as error:
        pytest.skip(str(error))
    (agreement,) = compared.agreements
    assert agreement.same_image
    assert agreement.passed, agreement.first
