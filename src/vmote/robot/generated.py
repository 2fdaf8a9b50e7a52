# SPDX-License-Identifier: Apache-2.0
"""Suites whose tests are made when they start: one a scenario file, or one a pair of board and app."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from robot.api import SuiteVisitor
from robot.running import TestCase, TestSuite

from vmote.errors import BadInput, VmoteError
from vmote.platforms import board_names, load_board
from vmote.robot.keyword import keyword
from vmote.scenario import load
from vmote.scenario.files import scenario_files
from vmote.scenario.model import APPS, Scenario


def add_scenario(suite: TestSuite, path: Path, taken: set[str]) -> TestCase:
    """Add the test that a scenario file stands for; one that cannot be read becomes a test that says why."""
    try:
        scenario = load(path)
    except VmoteError:
        test = suite.tests.create(name=_free(path.stem, taken), tags=["unreadable"])
        test.body.create_keyword(name="Play Scenario", args=[_escaped(str(path))])
        return test
    test = suite.tests.create(
        name=_free(scenario.title, taken),
        doc=_escaped(f"{scenario.about.strip()}\n\n{say_expectations(scenario)}\n\nFile: {path.name}".strip()),
        tags=[*scenario.tags, scenario.device.app],
    )
    test.body.create_keyword(name="Play Scenario", args=[_escaped(str(path))])
    test.body.create_keyword(name="Scenario Should Pass")
    return test


def say_expectations(scenario: Scenario) -> str:
    """Say in a line what a scenario expects."""
    expect = scenario.expect
    given = {
        "conclusions": len(expect.conclude),
        "silences": len(expect.never),
        "rates": 0 if expect.rates is None else 1,
        "budgets": sum(value is not None for name, value in expect.budgets if name != "tflm"),
        "lines of the console": len(expect.console.must) + len(expect.console.never),
        "LEDs": len(expect.leds),
        "recovery": 0 if expect.recovery is None else 1,
    }
    told = ", ".join(f"{count} {name}" if count > 1 else name for name, count in given.items() if count)
    return f"Expects: {told or 'that it runs to its end'}."


_made_early: set[str] = set()  # suites, by name


class _Generated:
    """A library that, as its suite starts, puts tests in the place of the one that stands for them."""

    ROBOT_LIBRARY_SCOPE = "SUITE"
    ROBOT_LISTENER_API_VERSION = 3
    ROBOT_AUTO_KEYWORDS = False

    def __init__(self) -> None:
        self.ROBOT_LIBRARY_LISTENER = self

    def start_suite(self, data: TestSuite, result: Any) -> None:
        """Listener: make the tests, unless they were made before Robot chose among them."""
        if data.full_name not in _made_early:
            self.replace(data)

    def replace(self, data: TestSuite) -> None:
        """Put the tests in the place of the one that stands for them; where that fails, it says why."""
        stand_in = data.tests[0] if data.tests else None
        try:
            made = list(self.make(data))
        except VmoteError:
            return
        for test in made:
            test.tags.add(stand_in.tags if stand_in is not None else [])
            test.timeout = stand_in.timeout if stand_in is not None else None
        data.tests = made or data.tests

    def make(self, suite: TestSuite) -> Iterable[TestCase]:
        """Make the tests."""
        raise NotImplementedError


class Scenarios(_Generated):
    """Makes a test of each scenario file: its title, its tags, its expectations.

    `without` names tags: scenarios that have one of them are left out.

    | Library | vmote.robot |
    | Library | vmote.robot.Scenarios | scenarios/ |
    """

    def __init__(self, folder: str = "scenarios", *without: str) -> None:
        super().__init__()
        self.folder = Path(folder).resolve()
        self.without = set(without)

    def make(self, suite: TestSuite) -> list[TestCase]:
        """Make a test of each file."""
        taken: set[str] = set()
        made = [add_scenario(suite, path, taken) for path in scenario_files(self.folder)]
        return [test for test in made if not self.without & set(test.tags)]

    @keyword
    def scenarios_should_be_there(self) -> None:
        """Say why no test could be made."""
        scenario_files(self.folder)


class MakeEarly(SuiteVisitor):  # type: ignore[misc]  # Robot has no types
    """Makes the tests of scenario files before Robot chooses among tests (`--prerunmodifier`).

    So a tag or a name on the command line chooses among them too. What only variables tell, as a matrix, is made later.
    """

    def start_suite(self, suite: TestSuite) -> None:
        """Make the tests of a suite that imports the library."""
        for wanted in suite.resource.imports:
            if wanted.name == f"{Scenarios.__module__.rpartition('.')[0]}.{Scenarios.__name__}" and suite.tests:
                arguments = list(wanted.args)
                if not any(mark in text for text in arguments for mark in ("${", "@{", "%{")):
                    Scenarios(*arguments).replace(suite)
                    _made_early.add(suite.full_name)


class Matrix(_Generated):
    """Makes a test of each app on each board that says it runs it.

    | Library | vmote.robot.Matrix | scenarios=${MATRIX} |
    """

    def __init__(self, scenarios: Mapping[str, str]) -> None:
        super().__init__()
        self.scenarios = scenarios

    def make(self, suite: TestSuite) -> list[TestCase]:
        """Make a test of each pair."""
        made = []
        for name in board_names():
            for app in load_board(name).apps:
                test = suite.tests.create(name=f"{app.title()} On {name}", tags=[app, name])
                test.doc = f"The app {app} on the board {name} meets {self._scenario(app)}."
                test.body.create_keyword(name="Play Scenario", args=[self._scenario(app), f"board={name}"])
                test.body.create_keyword(name="Scenario Should Pass")
                made.append(test)
        return made

    def _scenario(self, app: str) -> str:
        """Return what shows an app: the suite's choice, or where `vmote new-app` puts it."""
        return self.scenarios.get(app, f"{app}/{app}")

    @keyword
    def matrix_should_be_complete(self) -> None:
        """Say which app has no scenario to be shown by."""
        lacking = [app for app in APPS if app not in self.scenarios]
        if lacking:
            raise BadInput(f"no scenario shows {', '.join(lacking)}", hint="name one in scenarios=")


def _free(name: str, taken: set[str]) -> str:
    """Return a test's name that is not taken."""
    free, n = name, 1
    while free in taken:
        n += 1
        free = f"{name} ({n})"
    taken.add(free)
    return free


def _escaped(text: str) -> str:
    """Write a text so that Robot takes it as it is."""
    return text.replace("\\", "\\\\").replace("${", "\\${").replace("@{", "\\@{").replace("&{", "\\&{")
