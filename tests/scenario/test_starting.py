# SPDX-License-Identifier: Apache-2.0
"""From nothing to a lab that passes: what `vmote scenario new` writes, as it is, on the emulated device."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmote.report.page import page_of
from vmote.run import Request, execute
from vmote.scenario import speech
from vmote.scenario.starting import write_new
from vmote.verdict import Outcome

pytestmark = pytest.mark.tools


@pytest.mark.parametrize("kind", ["weather", "audio", "motion"])
def test_the_starting_file_passes_on_the_device(kind: str, tmp_path: Path) -> None:
    if kind == "audio" and speech.missing():
        pytest.skip(speech.missing())
    run = execute(Request(write_new(kind, tmp_path / f"{kind}.yaml")))
    assert run.verdict.passed, run.verdict
    assert sum(check.outcome is Outcome.PASS for check in run.verdict.checks) >= 4


def test_a_changed_expectation_fails_with_what_the_device_saw(tmp_path: Path) -> None:
    """The first thing a student breaks: the report then shows the window, the features and the scores."""
    path = write_new("weather", tmp_path / "lab.yaml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("from: 14:00, to: 19:00", "from: 05:00, to: 08:00"), encoding="utf-8")
    run = execute(Request(path))
    (check,) = [check for check in run.verdict.checks if check.outcome is Outcome.FAIL]
    assert "never said snow in 2 inferences" in check.happened
    for part in ("true around it", "sensed around it", "inferred around it", "features of n=", "  humidity"):
        assert part in check.detail
    assert page_of(run).count('<section class="closeup">') == 1
