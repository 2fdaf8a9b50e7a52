# SPDX-License-Identifier: Apache-2.0
"""Scenario files as suite files in Robot's own JSON, for pabot, which knows no parsers but Robot's."""

from __future__ import annotations

from pathlib import Path

from robot.api import TestSuite
from robot.api.interfaces import TestDefaults

from vmote.errors import BadInput
from vmote.robot.scenario_parser import ScenarioParser
from vmote.scenario.files import scenario_files


def mirror(paths: list[Path], folder: Path) -> list[Path]:
    """Write a suite file of each scenario file into a folder of the same shape; return what is to be run instead."""
    out: list[Path] = []
    for path in paths:
        if path.is_file() and path.suffix not in (".yaml", ".yml"):
            out.append(path)
            continue
        if path.is_dir() and any(path.rglob("*.robot")):
            out.append(path)
        out += _mirrored(path, folder)
    return list(dict.fromkeys(out))


def _mirrored(path: Path, folder: Path) -> list[Path]:
    try:
        files = scenario_files(path)
    except BadInput:  # a folder without scenarios: Robot's files alone
        return []
    top = folder / (path.name if path.is_dir() else path.parent.name)
    for file in files:
        place = top / file.relative_to(path if path.is_dir() else path.parent).with_suffix(".rbt")
        place.parent.mkdir(parents=True, exist_ok=True)
        suite: TestSuite = ScenarioParser().parse(file, TestDefaults(None))
        suite.to_json(place)
    return [top]
