# SPDX-License-Identifier: Apache-2.0
"""A trace held against a scenario's expectations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended. `SKIPPED` never counts as passed: it says why it could not be judged."""

    PASS = "pass"
    FAIL = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """One expectation and what happened."""

    name: str
    expected: str
    happened: str
    outcome: Outcome
    detail: str = ""  # a cause, for a failure: more than one line is allowed
    start_ns: int | None = None  # the stretch of time it speaks of, for the picture
    end_ns: int | None = None
    line: int | None = None  # of the console: the `@infer` record that tells most about a failure


@dataclass(frozen=True)
class Verdict:
    """All checks of a run."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Tell whether nothing failed and something was judged."""
        judged = [check for check in self.checks if check.outcome is not Outcome.SKIPPED]
        return bool(judged) and all(check.outcome is Outcome.PASS for check in judged)
