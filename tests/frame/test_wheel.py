# SPDX-License-Identifier: Apache-2.0
"""A wheel holds what the package needs beside its Python."""

from __future__ import annotations

import tomllib
from pathlib import Path

import vmote

PACKAGE = Path(vmote.__file__).parent
PROJECT = PACKAGE.parents[1]


def test_every_file_of_the_package_goes_into_a_wheel() -> None:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    taken = {path for pattern in settings["package-data"]["vmote"] for path in PACKAGE.glob(pattern)}
    there = {path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    left_out = {path for path in there - taken if path.suffix not in (".py", ".pyc")}
    assert not left_out
    assert any(path.suffix == ".cs" for path in taken)
