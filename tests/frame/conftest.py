# SPDX-License-Identifier: Apache-2.0
"""The command line as a person calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Vmote = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def vmote(tmp_path: Path) -> Vmote:
    """Call `vmote` in a process of its own; run folders go to `tmp_path/runs`."""

    def call(*words: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "vmote.cli", *map(str, words)]
        if words and words[0] == "run":
            command += ["--out", str(tmp_path / "runs")]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=240, check=False, cwd=ROOT, env=os.environ | (env or {})
        )

    return call


@pytest.fixture
def snow_front() -> str:
    """The default scenario, as text to be spoilt."""
    return (ROOT / "scenarios" / "weather" / "snow-front.yaml").read_text(encoding="utf-8")
