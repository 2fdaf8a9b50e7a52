# SPDX-License-Identifier: Apache-2.0
"""Suites run as a person runs them, and what came of each test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from vmote.robot.suites import Suites, run_suites
from vmote.robot.summary import Outcome, Summary

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Ran:
    """A run of suites."""

    summary: Summary

    def __getitem__(self, name: str) -> Outcome:
        return next(test for test in self.summary.tests if test.name == name)

    @property
    def log(self) -> str:
        """Everything Robot wrote down."""
        return (self.summary.folder / "output.xml").read_text(encoding="utf-8")


Play = Callable[..., Ran]


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Run suites or scenario files; each run has an output folder of its own."""

    def call(*paths: Path, **more: object) -> Ran:
        output = tmp_path_factory.mktemp("robot")
        return Ran(run_suites(Suites(paths=paths, output=output, console="none", **more)))  # type: ignore[arg-type]

    return call
