# SPDX-License-Identifier: Apache-2.0
"""The models against the repository's own scenarios, on the host: what fails here is the model, not the device."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from vmote.platforms import project_root
from vmote.scenario.speech import missing as no_speech

sys.path.insert(0, str(Path(__file__).parent))
from host_device import play

SCENARIOS = project_root() / "scenarios"
CASES = [
    (model, path)
    for model, folder in (("motion", "motion"), ("keyword", "audio"), ("keyword-small", "audio"))
    if (project_root() / "models" / model / "model.yaml").is_file()
    for path in sorted((SCENARIOS / folder).glob("*.yaml"))
    # A fault happens to a part, and there is none here. Ten minutes of sound are for the emulator.
    if "\nfaults:" not in path.read_text(encoding="utf-8") and path.stem != "ten-minute-watch"
]


@pytest.mark.parametrize(("model", "path"), CASES, ids=[f"{model}-{path.stem}" for model, path in CASES])
def test_the_model_meets_the_scenario(model: str, path: Path) -> None:
    if path.parent.name == "audio":
        assert not no_speech(), no_speech()
    verdict, trace = play(path, model)
    told = "\n".join(f"{check.expected}: {check.happened}" for check in verdict.checks if check.outcome == "fail")
    assert verdict.passed, f"{told}\n{[str(record) for record in trace.of('heard')]}"


def test_a_model_that_hears_nothing_fails(tmp_path: Path) -> None:
    """The same scenario with its world silenced: the judge must not pass it."""
    text = (SCENARIOS / "motion" / "three-gestures.yaml").read_text(encoding="utf-8")
    still = tmp_path / "still.yaml"
    still.write_text(text.replace("seed: 1", "seed: 1\nimperfections: {acceleration: {gain: 0.0}}"), encoding="utf-8")
    assert still.read_text(encoding="utf-8") != text
    verdict, _ = play(still, "motion")
    assert not verdict.passed
