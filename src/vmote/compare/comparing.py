# SPDX-License-Identifier: Apache-2.0
"""Runs a scenario on every side and holds the first against the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vmote.compare.agreement import Agreement
from vmote.compare.hold import bounds_for, hold
from vmote.compare.sides import Side
from vmote.run import Request, Run, Watcher, execute
from vmote.run.able import check_able
from vmote.scenario import load


@dataclass(frozen=True)
class Ran:
    """A side that was run."""

    side: Side
    run: Run


@dataclass(frozen=True)
class Compared:
    """One scenario on all sides; the agreements are those of the first with each other one."""

    ran: tuple[Ran, ...]
    agreements: tuple[Agreement, ...]

    @property
    def passed(self) -> bool:
        """Tell whether every pair agrees."""
        return all(agreement.passed for agreement in self.agreements)


def compare_sides(sides: Sequence[Side], within_ns: int | None = None, watcher: Watcher | None = None) -> Compared:
    """Do the runs and compare them; raises Unsupported before any where a side cannot play the scenario."""
    for side in sides:
        _check(side.request)
    ran = tuple(Ran(side, execute(side.request, watcher)) for side in sides)
    first = ran[0].run.trace
    agreements = tuple(hold(first, other.run.trace, bounds_for(first, other.run.trace, within_ns)) for other in ran[1:])
    return Compared(ran, agreements)


def _check(request: Request) -> None:
    if request.image is None:  # one that was made by hand may be anything
        device = load(request.scenario).device
        check_able(request.engine, request.board or device.board, request.app or device.app)
