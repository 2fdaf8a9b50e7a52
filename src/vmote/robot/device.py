# SPDX-License-Identifier: Apache-2.0
"""Keywords about the device and what it plays."""

from __future__ import annotations

from robot.api import logger
from robot.api.deco import keyword
from robot.libraries.BuiltIn import BuiltIn, RobotNotRunningError

from vmote.report.words import say_summary
from vmote.robot.bench import scenario_file
from vmote.robot.theme import Theme
from vmote.run import Request
from vmote.verdict import Outcome


class DeviceKeywords(Theme):
    """What runs on which device."""

    @keyword
    def play_scenario(self, scenario: str, board: str | None = None, model: str | None = None) -> None:
        """Run a scenario from reset to its end; the other keywords then speak of this run.

        `scenario` is a file, or its place in scenarios/ without the ending. What is not given is the scenario's own
        choice. The suite variables `${ENGINE}`, `${PORT}`, `${RUNTIME}` and `${BOARD}` hold for all.

        | Play Scenario | weather/snow-front |
        | Play Scenario | weather/snow-front | model=my-snow.tflite |
        """
        request = Request(
            scenario_file(scenario),
            board=board or _variable("BOARD"),
            port=_variable("PORT"),
            runtime=_variable("RUNTIME"),
            engine=_variable("ENGINE") or "qemu",
            model=model,
        )
        run = self.bench.play(request)
        logger.info(f"{run.scenario.title}: {say_summary(run)}\n{self.bench.again()}")

    @keyword
    def scenario_should_pass(self) -> None:
        """Hold the run against everything its own scenario expects."""
        failed = [check for check in self.bench.run.verdict.checks if check.outcome is Outcome.FAIL]
        if not self.bench.run.verdict.passed:
            told = "\n".join(f"- {check.expected}: {check.happened}" for check in failed)
            raise self.fail(f"the scenario's own expectations failed: {say_summary(self.bench.run)}", told)

    @keyword
    def scenario_should_fail(self, *names: str) -> None:
        """Demand that the run does not meet its scenario, for suites that test the tests.

        With names, exactly these of the scenario's checks must have failed.
        """
        failed = {check.name for check in self.bench.run.verdict.checks if check.outcome is Outcome.FAIL}
        if not failed or (names and failed != set(names)):
            wanted = ", ".join(names) or "something"
            raise self.fail(f"expected to fail: {wanted}; failed: {', '.join(sorted(failed)) or 'nothing'}")

    @keyword
    def output_should_match_golden(self) -> None:
        """Hold every output of the device against TensorFlow Lite Micro on the host, bit for bit."""
        check = next((check for check in self.bench.run.verdict.checks if check.name == "golden"), None)
        if check is None:
            raise self.fail("this run has no model to compare with")
        if check.outcome is Outcome.SKIPPED:
            BuiltIn().skip(check.happened)
        if check.outcome is Outcome.FAIL:
            raise self.fail(f"the outputs differ: {check.happened}", check.detail)

    @keyword
    def runs_should_be_identical(self, times: int = 2) -> None:
        """Repeat the run and compare everything observed, to the byte."""
        first = self.bench.run
        for _ in range(times - 1):
            again = self.bench.play(first.request)
            if again.trace.canonical() != first.trace.canonical():
                raise self.fail(
                    f"two runs differ: {_first_difference(first.trace.canonical(), again.trace.canonical())}"
                )


def _variable(name: str) -> str | None:
    """Return a suite variable, or None where none is set."""
    try:
        value = BuiltIn().get_variable_value(f"${{{name}}}")
    except RobotNotRunningError:
        return None
    return None if value is None else str(value)


def _first_difference(one: str, other: str) -> str:
    """Name the first line in which two texts differ."""
    for n, (a, b) in enumerate(zip(one.splitlines(), other.splitlines(), strict=False), 1):
        if a != b:
            return f"line {n}: {a!r} against {b!r}"
    return f"one has {len(one.splitlines())} lines, the other {len(other.splitlines())}"
