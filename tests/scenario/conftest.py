# SPDX-License-Identifier: Apache-2.0
"""Helpers of the scenario tests."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.scenario.loading import loads
from vmote.scenario.model import Scenario
from vmote.scenario.rendering import render
from vmote.scenario.stimulus import Stimulus

HEAD = "schema: 1\ntitle: a test\ndevice: {app: weather}\nduration: %s\n"


@pytest.fixture(scope="session", autouse=True)
def _speech_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Speak into a cache of this session's own: tests must not rest on what an earlier run left behind."""
    os.environ["VMOTE_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def scenario(tmp_path: Path) -> Callable[..., Scenario]:
    """Return a function that reads a scenario of which only the interesting part is written."""

    def read(body: str, duration: str = "60s", *, allow_outside: bool = False) -> Scenario:
        return loads(HEAD % duration + body, tmp_path / "test.yaml", allow_outside=allow_outside)

    return read


@pytest.fixture
def world(scenario: Callable[..., Scenario]) -> Callable[..., Stimulus]:
    """Return a function that renders a world."""

    def make(body: str, duration: str = "60s") -> Stimulus:
        return render(scenario("world:\n" + body, duration))

    return make
