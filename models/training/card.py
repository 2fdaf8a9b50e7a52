# SPDX-License-Identifier: Apache-2.0
"""Writes `model.yaml`, and holds a fresh training against the one on record."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from vmote.firmware.card import load_card
from vmote.tflite import describe

from .recipe import Data, Recipe

TOLERANCE = 0.01  # a retrained model counts as the same within one point
_HEADER = """# SPDX-License-Identifier: Apache-2.0
# Written by train.py in this folder: `python train.py` trains anew, `--evaluate` measures the committed file again.
# `metrics` are on held-out data; `float` is the Keras model, `int8` the .tflite run by TensorFlow Lite Micro.
"""
_MEASURED_ON_DEVICE = ("cycles", "arena_tflm")
_COMPARED = ("accuracy", "balanced-accuracy")


class _Dumper(yaml.SafeDumper):
    """Indent lists, and keep short lists on one line."""


def _sequence(dumper: _Dumper, values: Any) -> Any:
    flat = all(isinstance(value, str | int | float) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=flat)


_Dumper.add_representer(list, _sequence)
_Dumper.add_representer(tuple, _sequence)


def stated(
    folder: Path,
    *,
    app: str,
    title: str,
    architecture: str,
    takes: Sequence[int],
    gives: int,
    labels: Sequence[str],
    decision: dict[str, Any],
    data: str,
    split: str,
    notes: str = "",
) -> dict[str, Any]:
    """Put together what a person says of a model; one inference takes one window."""
    return {
        "schema": 1,
        "name": folder.name,
        "app": app,
        "title": title,
        "file": f"{folder.name}.tflite",
        "architecture": architecture,
        "features": None,
        "input": {"shape": [1, *takes], "type": "int8"},
        "output": {"shape": [1, gives], "type": "int8"},
        "labels": list(labels),
        "decision": decision,
        "training": {"data": data, "split": split} | ({"notes": notes} if notes else {}),
    }


def compose(
    recipe: Recipe, data: Data, model: bytes, metrics: dict[str, dict[str, float]], framework: str
) -> dict[str, Any]:
    """Put the hand-written part and the measured part together."""
    card = dict(recipe.card)
    training = dict(card.pop("training"))
    training |= {
        "script": "train.py",
        "seed": recipe.seed,
        "train_examples": len(data.train.y),
        "test_examples": len(data.test.y),
        "framework": framework,
    }
    card["features"] = data.features
    card["training"] = training
    card["metrics"] = metrics
    file = recipe.folder / str(recipe.card["file"])
    card["arena"] = describe(file).arena or 0
    card["sha256"] = hashlib.sha256(model).hexdigest()
    card["size"] = len(model)
    return card


def write(recipe: Recipe, card: dict[str, Any]) -> Path:
    """Write the card, and read it back by the product's own reader."""
    path = recipe.folder / "model.yaml"
    if path.is_file():
        old = yaml.safe_load(path.read_text(encoding="utf-8"))
        # Measured on the device, by other commands: still true of the same file only.
        if old.get("sha256") == card["sha256"]:
            card |= {key: old[key] for key in _MEASURED_ON_DEVICE if key in old}
    body = yaml.dump(card, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    path.write_text(_HEADER + body, encoding="utf-8")
    load_card(path)
    return path


def differences(recorded: dict[str, dict[str, float]], fresh: dict[str, dict[str, float]]) -> list[str]:
    """Say where fresh metrics are further than the tolerance from the recorded ones."""
    found = []
    for kind, values in fresh.items():
        for key in _COMPARED:
            if key not in values:
                continue
            was = recorded.get(kind, {}).get(key)
            if was is None:
                found.append(f"{kind} {key}: {values[key]:.4f} now, none on record")
            elif abs(values[key] - was) > TOLERANCE:
                found.append(f"{kind} {key}: {values[key]:.4f} now, {was:.4f} on record")
    return found
