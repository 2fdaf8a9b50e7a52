# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.engine.renode.find import find_renode
from vmote.engine.renode.found import Found
from vmote.errors import Missing


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """A program that can be taken for Renode."""
    program = tmp_path / "renode"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("stand_in.py")}" "$@"\n')
    program.chmod(0o755)
    return program


@pytest.fixture
def found(stand_in: Path) -> Found:
    return Found(stand_in, "made by a test", (1, 16, 1))


@pytest.fixture(scope="session")
def renode() -> Found:
    """The real one; where there is none, its tests are skipped and say how to get it."""
    try:
        return find_renode()
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Path]:
    """Makes a program of a shell script."""

    def make(script: str, name: str = "renode", folder: Path | None = None) -> Path:
        path = (folder or tmp_path) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(0o755)
        return path

    return make
