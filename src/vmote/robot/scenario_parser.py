# SPDX-License-Identifier: Apache-2.0
"""Scenario files as suites: Robot's own way to read another kind of file (`--parser`)."""

from __future__ import annotations

from pathlib import Path

from robot.api import TestSuite
from robot.api.interfaces import Parser, TestDefaults

from vmote.robot.generated import add_scenario


class ScenarioParser(Parser):
    """Makes a suite with one test of each scenario file."""

    extension = ("yaml", "yml")

    def parse(self, source: Path, defaults: TestDefaults) -> TestSuite:
        """Return the suite that a file stands for."""
        suite = TestSuite(name=TestSuite.name_from_source(source), source=source)
        suite.resource.imports.library("vmote.robot")
        defaults.set_to(add_scenario(suite, source, set()))
        return suite

    def parse_init(self, source: Path, defaults: TestDefaults) -> TestSuite:
        """A folder of scenarios has no file of its own."""
        return TestSuite(name=TestSuite.name_from_source(source.parent), source=source.parent)
