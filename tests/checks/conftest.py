# SPDX-License-Identifier: Apache-2.0
"""Helpers of the tests of checks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from vmote.scenario.loading import loads
from vmote.scenario.model import Scenario

sys.path.insert(0, str(Path(__file__).parent))
from spoken_device import Spoken


@pytest.fixture
def spoken() -> Spoken:
    """Return a device that has said nothing yet."""
    return Spoken()


@pytest.fixture
def case() -> Callable[..., Scenario]:
    """Return a function that reads a scenario of which only the expectations are written."""

    def read(expect: str, truth: Sequence[str] = (), more: str = "", duration: str = "60s") -> Scenario:
        text = (
            f"schema: 1\ntitle: a test\ndevice: {{app: keyword}}\nduration: {duration}\n{more}\n"
            f"world: {{temperature: 1 degC}}\ntruth: [{', '.join(truth)}]\nexpect: {expect}\n"
        )
        return loads(text, Path("test.yaml"))

    return read
