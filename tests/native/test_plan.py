# SPDX-License-Identifier: Apache-2.0
"""The plan made in Python is the plan the device makes; what it says of a model is true."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from corpus import CASES
from emulated import run
from host_runtime import HostRuntime, operators
from tflite_writer import Writer
from zoo import ZOO

from vmote.errors import BadInput, Missing
from vmote.platforms import board_names, load_board
from vmote.tflite import describe, explain, read_model
from vmote.tflite.plan import NEEDS, plan
from vmote.tflite.schema import NATIVE_OPERATORS


def saved(tmp_path: Path, model: bytes, name: str = "model.tflite") -> Path:
    path = tmp_path / name
    path.write_bytes(model)
    return path


def test_lists_of_operators_agree() -> None:
    assert set(operators()) == NATIVE_OPERATORS == set(NEEDS)


@pytest.mark.tools
def test_plan_equals_the_device(tmp_path: Path) -> None:
    cases = {name: make() for name, make in ZOO.items()}
    for name in sorted(CASES):
        for number in range(8):
            cases[f"{name.replace('/', '-')} {number}"] = CASES[name](np.random.default_rng([number, *name.encode()]))
    results = run("cortex-m4", list(cases.values()))
    wrong = {}
    for (name, case), result in zip(cases.items(), results, strict=True):
        if result.status == 0:
            planned = plan(read_model(saved(tmp_path, case.model))).arena
            if planned != result.arena_used:
                wrong[name] = (planned, result.arena_used)
    assert not wrong


def test_places_that_live_at_once_do_not_overlap(tmp_path: Path) -> None:
    for make in ZOO.values():
        placements = plan(read_model(saved(tmp_path, make().model))).placements
        for i, a in enumerate(placements):
            for b in placements[:i]:
                together = a.first <= b.last and b.first <= a.last
                apart = a.offset + a.bytes <= b.offset or b.offset + b.bytes <= a.offset
                assert apart or not together, (a, b)


def test_report_of_keyword_spotting(tmp_path: Path) -> None:
    report = describe(saved(tmp_path, ZOO["ds_cnn"]().model), [load_board(name) for name in board_names()])
    assert report.macs == 2_656_768
    assert report.operators[0].name == "CONV_2D"
    assert report.operators[0].macs == 320_000
    assert all(runtime.complete for runtime in report.runtimes)
    assert all(board.fits for board in report.boards)
    assert json.loads(json.dumps(report.as_json()))["arena"] == report.arena


@pytest.mark.parametrize("name", ZOO)
def test_profiler_and_report_tell_the_same(tmp_path: Path, name: str) -> None:
    model = ZOO[name]().model
    report = describe(saved(tmp_path, model))
    told = [(line.index, line.name, line.output_shape, line.macs) for line in report.operators]
    assert HostRuntime(model).profile() == told


def test_a_model_too_large_for_the_board_has_a_negative_margin(tmp_path: Path) -> None:
    w = Writer()
    x, y = w.tensor([1, 600, 600, 1], scale=0.5), w.tensor([1, 300, 300, 1], scale=0.5)
    w.operator("MAX_POOL_2D", [x], [y], padding=1, strideH=2, strideW=2, filterHeight=2, filterWidth=2)
    report = describe(saved(tmp_path, w.bytes([x], [y])), [load_board("nano33ble-sense")])
    assert report.boards[0].ram_margin is not None and report.boards[0].ram_margin < 0
    assert not report.boards[0].fits


def test_missing_operator_is_named_for_each_runtime(tmp_path: Path) -> None:
    w = Writer()
    x, y = w.tensor([4], "float32"), w.tensor([4], "float32")
    w.operator("COS", [x], [y])
    report = describe(saved(tmp_path, w.bytes([x], [y])))
    assert [(r.runtime, r.missing) for r in report.runtimes] == [("native", ("COS",)), ("tflm", ())]
    assert report.arena is None


@pytest.mark.parametrize("content", [b"", b"text, no model at all", b"\x1c\0\0\0TFL3\x00\x01"])
def test_no_model_is_said_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        read_model(saved(tmp_path, content))
    assert "model.tflite" in str(refused.value)


def test_absent_file(tmp_path: Path) -> None:
    with pytest.raises(Missing):
        read_model(tmp_path / "none.tflite")


def test_every_truncation_is_refused_or_read(tmp_path: Path) -> None:
    model = ZOO["conv_1d"]().model
    for length in range(0, len(model), 97):
        with pytest.raises(BadInput):
            read_model(saved(tmp_path, model[:length]))


def test_mutated_models_never_trace(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    original = ZOO["conv_1d"]().model
    read = 0
    for _ in range(1500):
        mutant = bytearray(original)
        for _ in range(3):
            mutant[int(rng.integers(0, len(mutant)))] = int(rng.integers(0, 256))
        try:
            describe(saved(tmp_path, bytes(mutant)))
            read += 1
        except BadInput:
            pass
    assert read > 100


@pytest.mark.parametrize(
    ("code", "detail", "words"),
    [
        ("model-operator", "builtin-108", "the operator COS"),
        ("model-operator", "custom-Secret_Sauce", "the custom operator Secret_Sauce"),
        ("model-arena", "needs-5312", "it needs 5312 bytes"),
        ("model-shape", "CONV_2D#3:output-shape", "operator 3 (CONV_2D), output shape"),
        ("model-shape", "SPACE_TO_BATCH_ND#6:batches", "batch_size=1"),
        ("model-from-the-future", "x", "model-from-the-future x"),
    ],
)
def test_refusals_become_sentences(code: str, detail: str, words: str) -> None:
    assert words in explain(code, detail)
