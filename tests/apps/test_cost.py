# SPDX-License-Identifier: Apache-2.0
"""What the cards say an inference costs is what it costs: cycles on each board, size, arena."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vmote.firmware.card import load_card, load_model, model_names
from vmote.platforms import board_names, load_board
from vmote.sweep.inference_cost import measure_inference, pairs, write_cycles
from vmote.tflite import describe

pytestmark = pytest.mark.tools

# Just long enough for two inferences.
WORLDS = {
    "weather": "duration: 4h\ndevice: {app: weather}\nworld:\n  temperature: {constant: 1 degC}\n"
    "  humidity: {constant: 90 %RH}\n",
    "motion": "duration: 6.2s\ndevice: {app: motion}\nworld:\n  motion:\n    - {rest: face-up}\n    - tremor:\n",
    "keyword": "duration: 1.3s\ndevice: {app: keyword}\nworld:\n  sound:\n    - {noise: pink, level: -30 dBFS}\n",
}


def test_every_card_tells_the_cycles_on_every_board_that_runs_it() -> None:
    told = {(board, name) for name in model_names() for board in load_model(name).cycles}
    assert told == {(board.name, card.name) for board, card in pairs()}


@pytest.mark.parametrize("name", model_names())
def test_the_cycles_are_the_cards(name: str, tmp_path: Path) -> None:
    """Within two in a hundred: what an activation clamps depends on the input."""
    card = load_model(name)
    boards = board_names() if name in ("snow", "motion") else ["nano33ble-sense"]
    path = tmp_path / "short.yaml"
    path.write_text(f"schema: 1\ntitle: A short world\nseed: 5\n{WORLDS[card.app]}", encoding="utf-8")
    for board in boards:
        one = measure_inference(load_board(board), card, path)
        assert one.cost.inferences >= 2
        assert one.cost.cycles == pytest.approx(card.cycles[board], rel=0.02)
        assert one.cost.arena == card.arena == describe(card.path).arena
        assert one.milliseconds == pytest.approx(1e3 * (one.cost.cycles or 0) / load_board(board).clock_hz, abs=1e-4)


def test_energy_is_power_times_time(tmp_path: Path) -> None:
    path = tmp_path / "short.yaml"
    path.write_text(f"schema: 1\ntitle: A short world\nseed: 5\n{WORLDS['weather']}", encoding="utf-8")
    board = load_board("nano33ble-sense")
    assert board.power is not None
    one = measure_inference(board, load_model("snow"), path)
    assert one.microjoules == pytest.approx(3.0 * 3.3e-3 * (one.cost.cycles or 0) / 64e6 * 1e6, abs=1e-3)
    bare = measure_inference(board.model_copy(update={"power": None}), load_model("snow"), path)
    assert bare.microjoules is None


def test_only_the_cycles_of_a_card_are_written(tmp_path: Path) -> None:
    old = load_model("snow")
    for file in ("model.yaml", old.file):
        shutil.copyfile(old.folder / file, tmp_path / file)
    write_cycles(load_card(tmp_path / "model.yaml"), {"another-board": 7})
    new = load_card(tmp_path / "model.yaml")
    assert new.cycles == old.cycles | {"another-board": 7}
    assert new.model_copy(update={"cycles": {}, "folder": old.folder}) == old.model_copy(update={"cycles": {}})
