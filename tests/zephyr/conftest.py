# SPDX-License-Identifier: Apache-2.0
"""Workspaces: stand-ins of a few files for what a person gets wrong, the real one for images."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

VERSION = "VERSION_MAJOR = {}\nVERSION_MINOR = {}\nPATCHLEVEL = {}\nVERSION_TWEAK = 0\nEXTRAVERSION =\n"
WORKSPACE = "needs a Zephyr workspace: set ZEPHYR_BASE to its zephyr folder (docs/zephyr.md says how to make one)"
TFLM = f"{WORKSPACE}, and TensorFlow Lite Micro's sources in its modules/tflm or where VMOTE_TFLM says"

StandIn = Callable[..., Path]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Make a workspace of Zephyr's outward marks alone, name it in ZEPHYR_BASE, and return its zephyr folder."""

    def make(version: tuple[int, int, int] = (3, 3, 0), modules: tuple[str, ...] = ("hal/cmsis", "hal/nordic")) -> Path:
        base = tmp_path / "a workspace" / "zephyr"
        (base / "cmake").mkdir(parents=True)
        (base / "VERSION").write_text(VERSION.format(*version), encoding="utf-8")
        for name in modules:
            module = base.parent / "modules" / name / "zephyr"
            module.mkdir(parents=True)
            (module / "module.yml").write_text("build:\n  cmake: .\n", encoding="utf-8")
        monkeypatch.setenv("ZEPHYR_BASE", str(base))
        for name in ("ZEPHYR_MODULES", "VMOTE_ZEPHYR_ANY_VERSION", "VMOTE_ZEPHYR_PYTHON", "VMOTE_TFLM"):
            monkeypatch.delenv(name, raising=False)
        return base

    return make


@pytest.fixture(scope="session")
def workspace() -> Path:
    """Return the real workspace, or skip."""
    named = os.environ.get("ZEPHYR_BASE", "")
    if not named:
        pytest.skip(WORKSPACE)
    return Path(named)
