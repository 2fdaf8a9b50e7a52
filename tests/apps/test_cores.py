# SPDX-License-Identifier: Apache-2.0
"""Each app's features on each board's emulated core, fed adversarial worlds: the host's own, to the bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmote.firmware.card import load_model
from vmote.golden import Agreement, stages
from vmote.platforms import board_names, load_board
from vmote.run import Request, execute

pytestmark = pytest.mark.tools

# Full scale, clipping, clicks and near silence; both ends of the accelerometer and free fall; the ends of the air.
WORLDS = {
    "keyword": "duration: 2s\nworld:\n  sound:\n    - {noise: white, level: -3 dBFS, at: 0s, for: 700ms}\n"
    "    - {tone: {frequency: 8 kHz}, level: 3 dBFS, at: 700ms, for: 300ms}\n"
    "    - {tone: {frequency: 100 Hz}, level: 6 dBFS, at: 1s, for: 400ms}\n    - {noise: pink, level: -85 dBFS}\n",
    "motion": "duration: 6.4s\nworld:\n  motion:\n    - {rest: face-up}\n    - {tremor: {sd: 0.5 g}}\n"
    "imperfections:\n  acceleration: {gain: 4.0, noise: 2 g}\n",
    "weather": "duration: 8h\nworld:\n  temperature:\n    - points: {00:00: -39 degC, 04:00: 119 degC, 08:00: 0 degC}\n"
    "  humidity:\n    - points: {00:00: 0 %RH, 03:00: 100 %RH, 08:00: 37 %RH}\n",
}


PAIRS = [(app, name) for name in board_names() for app in WORLDS if app in load_board(name).apps]


@pytest.mark.parametrize(("app", "name"), PAIRS)
def test_features_are_the_hosts(app: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{app}.yaml"
    device = f"device: {{app: {app}, board: {name}}}\n"
    path.write_text(f"schema: 1\ntitle: An adversarial world\nseed: 9\n{device}{WORLDS[app]}", encoding="utf-8")
    run = execute(Request(path, checksums=True))
    card = load_model(run.trace.identity.model)
    found = {stage.name: stage for stage in stages(run.trace, card.path, card, run.stimulus)}
    assert found["features"].agreement is Agreement.EQUAL, found["features"]
    assert found["features"].compared == len(run.trace.of("infer")) >= 2
    assert found["model"].agreement is found["decision"].agreement is Agreement.EQUAL, found
    if app != "weather":
        assert found["samples"].agreement is Agreement.EQUAL, found["samples"]
