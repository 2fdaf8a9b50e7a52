# SPDX-License-Identifier: Apache-2.0
"""A module imports only from its own floor or below, and no two modules import each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src" / "vmote"

FLOORS = {
    0: {"errors", "units", "platforms", "scratch"},
    1: {"scenario", "firmware", "console", "timing", "soc", "tflite", "tools", "features", "toolchain"},
    2: {"engine", "checks", "golden", "trace", "verdict"},
    3: {"run", "doctor"},
    4: {"sweep", "report", "compare"},
    5: {"cli", "robot", "lab"},
}
FLOOR_OF = {name: floor for floor, names in FLOORS.items() for name in names}


def imports_of(path: Path) -> set[str]:
    """Return the full names of vmote modules that a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("vmote.")}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            if node.module == "vmote":
                found |= {f"vmote.{alias.name}" for alias in node.names}
            elif node.module.startswith("vmote."):
                found.add(node.module)
    return found


def part_of(path: Path) -> str:
    """Return the top-level part of the package a file belongs to."""
    return path.relative_to(SRC).parts[0].removesuffix(".py")


FILES = sorted(path for path in SRC.rglob("*.py") if path != SRC / "__init__.py")


def test_every_part_has_a_floor() -> None:
    assert {part_of(path) for path in FILES} <= set(FLOOR_OF), "give the new part a floor, here and in docs"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SRC)))
def test_no_import_runs_upward(path: Path) -> None:
    mine = FLOOR_OF[part_of(path)]
    for name in imports_of(path):
        other = name.split(".")[1]
        if other in FLOOR_OF:
            assert FLOOR_OF[other] <= mine, f"{path.relative_to(SRC)} (floor {mine}) imports {name}"


def test_no_two_parts_import_each_other() -> None:
    edges: dict[str, set[str]] = {}
    for path in FILES:
        here = part_of(path)
        there = {name.split(".")[1] for name in imports_of(path)} & set(FLOOR_OF)
        edges.setdefault(here, set()).update(there - {here})
    mutual = {tuple(sorted((a, b))) for a, others in edges.items() for b in others if a in edges.get(b, set())}
    assert not mutual
