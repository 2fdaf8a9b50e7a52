# SPDX-License-Identifier: Apache-2.0
"""Every committed model: its card speaks of this very file, and says of it what is true."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from vmote.firmware.card import load_card, model_names
from vmote.golden.host import HostModel
from vmote.platforms import project_root

MODELS = project_root() / "models"
LIMITS = {"snow": 5_000, "sky": 5_000, "motion": 20_000, "keyword": 60_000, "keyword-small": 20_000}
REACHED = {"snow": 0.95, "sky": 0.95, "motion": 0.95, "keyword": 0.93, "keyword-small": 0.93}


def test_the_promised_models_are_there() -> None:
    assert {"snow", "sky", "motion", "keyword", "keyword-small"} <= set(model_names())


@pytest.mark.parametrize("name", model_names())
class TestEach:
    def test_the_card_speaks_of_this_file(self, name: str) -> None:
        card = load_card(MODELS / name / "model.yaml")
        data = card.path.read_bytes()
        assert hashlib.sha256(data).hexdigest() == card.sha256
        assert len(data) == card.size
        assert card.name == name

    def test_it_is_int8_from_end_to_end_and_of_the_cards_shape(self, name: str) -> None:
        card = load_card(MODELS / name / "model.yaml")
        model = HostModel(card.path)
        for tensor, said in ((model.input, card.input), (model.output, card.output)):
            assert tensor.shape == said.shape
            assert tensor.dtype == np.int8 and said.type == "int8"
            assert tensor.scale > 0

    def test_it_is_as_small_and_as_good_as_asked(self, name: str) -> None:
        card = load_card(MODELS / name / "model.yaml")
        if name in LIMITS:
            assert card.size < LIMITS[name]
            assert card.metrics["int8"]["accuracy"] >= REACHED[name]
        # Quantization may cost something, but not the model.
        assert card.metrics["int8"]["accuracy"] > card.metrics["float"]["accuracy"] - 0.03

    def test_the_card_says_how_it_came_to_be(self, name: str) -> None:
        card = load_card(MODELS / name / "model.yaml")
        assert card.training.data and card.training.split
        assert card.training.train_examples > card.training.test_examples / 2 > 0
        assert (MODELS / name / card.training.script).is_file()
        assert all(plot.stat().st_size < 80_000 for plot in (MODELS / name / "plots").glob("*.png"))


@pytest.mark.parametrize("name", ["snow"])
def test_measuring_the_file_again_gives_the_cards_metrics(name: str) -> None:
    ran = evaluate(MODELS / name / "train.py")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "as recorded" in ran.stdout


def test_a_card_that_flatters_is_found_out(tmp_path: Path) -> None:
    """The same measurement, against a card with four points more than is true."""
    for folder in ("training", "snow"):
        (tmp_path / folder).mkdir()
        for file in (MODELS / folder).iterdir():
            if file.is_file():
                (tmp_path / folder / file.name).write_bytes(file.read_bytes())
    path = tmp_path / "snow" / "model.yaml"
    card = yaml.safe_load(path.read_text(encoding="utf-8"))
    card["metrics"]["int8"]["balanced-accuracy"] = round(card["metrics"]["int8"]["balanced-accuracy"] - 0.04, 4)
    path.write_text(yaml.safe_dump(card), encoding="utf-8")
    ran = evaluate(tmp_path / "snow" / "train.py")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "differs int8 balanced-accuracy" in ran.stdout


def evaluate(script: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(script), "--evaluate"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
