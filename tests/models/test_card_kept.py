# SPDX-License-Identifier: Apache-2.0
"""What was measured on a device stays in a card for as long as the model is the same file."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from vmote.platforms import project_root

SNOW = project_root() / "models" / "snow"


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(SNOW.parent))
    return importlib.import_module("training.card")


class Recipe:
    def __init__(self, folder: Path) -> None:
        self.folder = folder


@pytest.mark.parametrize("same", [True, False])
def test_measured_on_a_device(writing: Any, tmp_path: Path, same: bool) -> None:
    for file in ("model.yaml", "snow.tflite"):
        shutil.copy(SNOW / file, tmp_path / file)
    before = yaml.safe_load((tmp_path / "model.yaml").read_text(encoding="utf-8"))
    fresh = {key: value for key, value in before.items() if key not in ("cycles", "arena_tflm")}
    if not same:
        (tmp_path / "model.yaml").write_text(yaml.safe_dump(before | {"sha256": "0" * 64}), encoding="utf-8")
    after = yaml.safe_load(writing.write(Recipe(tmp_path), fresh).read_text(encoding="utf-8"))
    assert (after == before) is same
    assert ("arena_tflm" in after) is same and ("cycles" in after) is same
