# SPDX-License-Identifier: Apache-2.0
"""`vmote golden`, given runs that were told rather than emulated."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from vmote.cli.golden import golden
from vmote.scenario.stimulus import Stimulus
from vmote.trace import Trace

Say = Callable[[], list[str]]
MakeTrace = Callable[[list[str]], Trace]


@dataclass
class Told:
    trace: Trace
    stimulus: Stimulus


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, make_trace: MakeTrace) -> Callable[[list[str]], int]:
    def with_lines(lines: list[str], **options: bool) -> int:
        told = Told(make_trace(lines), Stimulus({}, 1))
        monkeypatch.setattr("vmote.cli.golden.execute", lambda _request: told)
        return golden([Path("told.yaml")], **options)

    return with_lines


def test_equal_in_every_stage(run: Callable[..., int], say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(say(), as_json=True) == 0
    (document,) = json.loads(capsys.readouterr().out)
    assert {stage["stage"]: stage["agreement"] for stage in document["stages"]} == {
        "samples": "untold", "features": "equal", "model": "equal", "decision": "equal",
    }  # fmt: skip


def test_a_difference_is_an_exit_code_and_a_place(
    run: Callable[..., int], say: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = say()
    at = next(k for k, line in enumerate(lines) if line.startswith("@infer n=4 "))
    before, after = lines[at].split(" out=")
    value, rest = after.split(" ", 1)
    lines[at] = f"{before} out={-int(value)} {rest}"
    assert run(lines) == 1
    out = capsys.readouterr().out
    assert "first at model: inference n=4" in out
    assert f"device {-int(value)}" in out and f"host   {value}" in out
