# SPDX-License-Identifier: Apache-2.0
"""What came of a run of suites: counts, what failed and why, and a table for a CI's job page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from robot.api import ExecutionResult, ResultVisitor
from robot.result import TestCase

from vmote.errors import EngineFailure, Missing

_MOST_ROWS = 200
_MARKS = {"PASS": "✅", "FAIL": "❌", "SKIP": "⚪"}


@dataclass(frozen=True)
class Outcome:
    """One test."""

    suite: str
    name: str
    status: str  # PASS, FAIL, SKIP
    message: str
    seconds: float
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """All tests, and where their logs are."""

    folder: Path
    code: int  # 0 when nothing failed and something passed; 1 when a test failed; 3 when all were skipped
    tests: tuple[Outcome, ...]

    def count(self, status: str) -> int:
        """Return how many tests ended so."""
        return sum(test.status == status for test in self.tests)

    @property
    def words(self) -> str:
        """Say it in a line."""
        parts = [f"{self.count('PASS')} of {len(self.tests)} tests passed"]
        parts += [f"{self.count('FAIL')} failed"] if self.count("FAIL") else []
        parts += [f"{self.count('SKIP')} skipped"] if self.count("SKIP") else []
        return ", ".join(parts) + ("; nothing was tested" if self.verdict == "SKIPPED" else "")

    @property
    def verdict(self) -> str:
        """Say it in a word; what was only skipped has passed nothing."""
        return {0: "PASSED", Missing.exit_code: "SKIPPED"}.get(self.code, "FAILED")

    def markdown(self) -> str:
        """Write a table that a pull request or a job page shows."""
        lines = [f"### vmote: {self.words}", "", "| | test | seconds | what happened |", "|---|---|---:|---|"]
        order = {"FAIL": 0, "SKIP": 1, "PASS": 2}
        for test in sorted(self.tests, key=lambda test: order[test.status])[:_MOST_ROWS]:
            said = _cell(test.message)
            lines.append(f"| {_MARKS[test.status]} | {_cell(test.name)} | {test.seconds:.1f} | {said} |")
        if len(self.tests) > _MOST_ROWS:
            lines.append(f"| | … {len(self.tests) - _MOST_ROWS} more | | |")
        return "\n".join(lines) + "\n"


def read_summary(folder: Path, code: int) -> Summary:
    """Read what Robot wrote; a run in which nothing passed is no success, whatever Robot says."""
    output = folder / "output.xml"
    if not output.is_file():
        raise EngineFailure(
            f"Robot Framework wrote no output.xml (exit code {code})", where=str(folder),
            hint="see what it printed above; a suite that cannot be read is named there",
        )  # fmt: skip
    gathered = _Gather()
    ExecutionResult(output).visit(gathered)
    tests = tuple(gathered.tests)
    return Summary(folder, _code(code, {test.status for test in tests}), tests)


def _code(robots: int, statuses: set[str]) -> int:
    if "FAIL" in statuses or robots > 250 or not statuses:
        return 1
    return 0 if "PASS" in statuses else Missing.exit_code


class _Gather(ResultVisitor):  # type: ignore[misc]
    def __init__(self) -> None:
        self.tests: list[Outcome] = []

    def visit_test(self, test: TestCase) -> None:
        self.tests.append(
            Outcome(
                test.parent.full_name, test.name, test.status, test.message,
                test.elapsed_time.total_seconds(), tuple(test.tags),
            )
        )  # fmt: skip


def _cell(text: str) -> str:
    """Write a text so that it stays within its cell: its first line, without what a table would take for its own."""
    first = text.strip().splitlines()[0] if text.strip() else ""
    return first.replace("|", "\\|").replace("<", "&lt;")[:240]
