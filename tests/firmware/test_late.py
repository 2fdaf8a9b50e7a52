# SPDX-License-Identifier: Apache-2.0
"""A model that is too slow for its deadline: windows are left out and counted, sound is not lost silently."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import yaml

from vmote.firmware.build import build
from vmote.firmware.elf import open_image
from vmote.firmware.insert import find_model, with_model
from vmote.platforms import Board, project_root

from .device import Seen, live

pytestmark = pytest.mark.tools

LABELS = 4
CHANNELS = 24


def slow_model(layers: int) -> bytes:
    """Write a keyword model whose convolutions take some 90 ms a layer."""
    path = project_root() / "tests" / "native" / "tflite_writer.py"
    spec = importlib.util.spec_from_file_location("tflite_writer", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    w, rng = module.Writer(), np.random.default_rng(1)

    def weights(*shape: int) -> int:
        return int(w.constant(rng.integers(-9, 9, shape).astype(np.int8), 0.01))

    def bias(count: int) -> int:
        return int(w.constant(np.zeros(count, np.int32), 0.0005))

    given = last = w.tensor([1, 49, 40, 1], "int8", 0.05, 0)
    channels = 1
    for layer in range(layers + 1):
        stride = 2 if layer == 0 else 1
        filters = w.constant(rng.integers(-9, 9, (CHANNELS, 3, 3, channels)).astype(np.int8), 0.01)
        new = w.tensor([1, 25, 20, CHANNELS], "int8", 0.05, 0)
        w.operator("CONV_2D", [last, filters, bias(CHANNELS)], [new], padding=0, strideH=stride, strideW=stride)
        last, channels = new, CHANNELS
    pooled = w.tensor([1, 1, 1, CHANNELS], "int8", 0.05, 0)
    w.operator("AVERAGE_POOL_2D", [last], [pooled], padding=1, strideH=1, strideW=1, filterHeight=25, filterWidth=20)
    logits = w.tensor([1, LABELS], "int8", 0.1, 0)
    w.operator("FULLY_CONNECTED", [pooled, weights(LABELS, CHANNELS), bias(LABELS)], [logits])
    out = w.tensor([1, LABELS], "int8", 1 / 256, -128)
    w.operator("SOFTMAX", [logits], [out], beta=1.0)
    return bytes(w.bytes([given], [out]))


def run(layers: int, board: Board, tmp_path: Path, seconds: float) -> Seen:
    card = yaml.safe_load((project_root() / "models/keyword/model.yaml").read_text(encoding="utf-8"))
    for key in ("sha256", "size", "arena", "cycles", "metrics"):
        card.pop(key, None)
    (tmp_path / "model.yaml").write_text(yaml.safe_dump(card | {"file": "slow.tflite"}), encoding="utf-8")
    (tmp_path / "slow.tflite").write_bytes(slow_model(layers))
    path, read = find_model(str(tmp_path / "slow.tflite"))
    image = open_image(build(board, "keyword").path, board)
    slow = with_model(image, board, path, read, tmp_path / "slow.elf")
    return live(board, slow.path, seconds, {"sound": lambda t: 0.1 * np.sin(3000 * t)})


def test_late_windows_are_left_out_and_counted(board: Board, tmp_path: Path) -> None:
    seen = run(3, board, tmp_path, 3.0)
    infers = seen.of("infer")
    period = 64_000_000 / 10
    assert len(infers) >= 3 and all((record.integer("cycles") or 0) > period for record in infers)
    numbers = [record.integer("n") or 0 for record in infers]
    late = [record.integer("late") or 0 for record in infers]
    assert late[0] == 0 and late[-1] > 0
    # Every window is accounted for: it was concluded, or it was late.
    assert numbers == [k + missed for k, missed in enumerate(late)]
    assert not seen.of("error")


def test_lost_sound_is_told_and_the_window_fills_anew(board: Board, tmp_path: Path) -> None:
    seen = run(14, board, tmp_path, 4.5)
    errors = seen.of("error")
    assert errors and {record.text("code") for record in errors} == {"sensor-overrun"}
    assert {record.text("sensor") for record in errors} == {"microphone"}
    first, second = seen.of("infer")[:2]
    since = (second.number("t") or 0) - (errors[0].number("t") or 0)
    took = (second.integer("cycles") or 0) / 64e6
    assert first.device_t_ns <= errors[0].device_t_ns
    assert since - took > 0.98  # 49 frames of sound that was heard without a gap
