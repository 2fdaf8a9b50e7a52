# SPDX-License-Identifier: Apache-2.0
"""Costs held against a baseline."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vmote.errors import BadInput
from vmote.sweep.baseline import read_baseline, write_baseline
from vmote.sweep.compare import Change, compare
from vmote.sweep.compare_table import markdown
from vmote.sweep.cost import Cost

ROOT = Path(__file__).resolve().parents[2]
COST = Cost(
    scenario="a.yaml", board="b", app="weather", port="baremetal", runtime="native", engine="qemu", model="snow",
    passed=True, inferences=10, cycles=1000, flash=5000, ram=2000, arena=500, stack=None, outputs="abc",
)  # fmt: skip


def changes(before: Cost, now: Cost, threshold: float = 0.05, **more: Any) -> dict[str, Change]:
    return {row.what: row.change for row in compare([before], [now], threshold, **more).rows}


def test_nothing_moved() -> None:
    found = compare([COST], [COST], 0.0)
    assert found.passed
    assert not found.moved


@pytest.mark.parametrize(
    ("what", "value", "change"),
    [
        ("cycles", 1050, Change.WITHIN), ("cycles", 1051, Change.WORSE), ("cycles", 999, Change.BETTER),
        ("flash", 6000, Change.WORSE), ("ram", 1000, Change.BETTER), ("arena", None, Change.GONE),
        ("stack", 800, Change.NEW),
    ],
)  # fmt: skip
def test_a_size_that_moved(what: str, value: int | None, change: Change) -> None:
    now = replace(COST, **{what: value})  # type: ignore[arg-type]
    assert changes(COST, now)[what] is change
    assert compare([COST], [now], 0.05).passed is (change in (Change.WITHIN, Change.BETTER, Change.NEW))


def test_other_outputs_fail_unless_they_are_meant() -> None:
    now = replace(COST, outputs="xyz")
    assert changes(COST, now)["outputs"] is Change.CHANGED
    assert not compare([COST], [now], 0.05).passed
    assert compare([COST], [now], 0.05, any_outputs=True).passed


def test_a_verdict_that_turned() -> None:
    assert changes(COST, replace(COST, passed=False))["verdict"] is Change.WORSE
    assert changes(replace(COST, passed=False), COST)["verdict"] is Change.BETTER


def test_scenarios_that_come_and_go() -> None:
    other = replace(COST, scenario="z.yaml")
    found = compare([COST], [other], 0.05)
    assert [row.change for row in found.rows] == [Change.GONE, Change.NEW]
    assert not found.passed


def test_the_table_is_fit_for_a_pull_request() -> None:
    table = markdown(compare([COST], [replace(COST, cycles=1200, flash=4000)], 0.05))
    assert "| ❌ | a.yaml | cycles | 1,000 | 1,200 | +20.0 % |" in table
    assert "| ✅ | a.yaml | flash | 5,000 | 4,000 | -20.0 % |" in table
    assert table.index("cycles") < table.index("flash"), "what is worse comes first"
    assert "5 numbers are the same" in table


def test_a_baseline_is_what_was_written(tmp_path: Path) -> None:
    write_baseline([COST], tmp_path / "deep" / "bench.json")
    assert read_baseline(tmp_path / "deep" / "bench.json") == [COST]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "cannot be read"), ("[]", "no baseline of schema 1"), ('{"schema": 2}', "no baseline of schema 1"),
        ('{"schema": 1, "costs": []}', "holds no costs"), ('{"schema": 1, "costs": [3]}', "expected a mapping"),
        ('{"schema": 1, "costs": [{"cycles": 3}]}', "keys missing or unknown"),
        (json.dumps({"schema": 1, "costs": [COST.as_dict() | {"cycles": "many"}]}), "cycles is 'many'"),
        (json.dumps({"schema": 1, "costs": [COST.as_dict() | {"inferences": None}]}), "inferences is None"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_baseline(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bench.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        read_baseline(path)


@pytest.mark.tools
def test_saved_and_compared_on_the_command_line(tmp_path: Path) -> None:
    def vmote(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "vmote.cli", "bench", *words, "--baseline", str(tmp_path / "bench.json")]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)

    assert vmote("save", "scenarios/weather/snow-front.yaml").returncode == 0
    document = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    document["costs"][0]["cycles"] //= 2
    (tmp_path / "bench.json").write_text(json.dumps(document), encoding="utf-8")
    worse = vmote("diff", "--table", str(tmp_path / "table.md"))
    assert worse.returncode == 1
    assert "| ❌ | scenarios/weather/snow-front.yaml | cycles |" in (tmp_path / "table.md").read_text(encoding="utf-8")
    assert vmote("diff", "--threshold", "5kg").returncode == 2
