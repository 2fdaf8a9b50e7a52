# SPDX-License-Identifier: Apache-2.0
"""Costs held against a baseline: what grew, what shrank, what is computed differently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from vmote.sweep.cost import SIZES, Cost


class Change(StrEnum):
    """How a number moved."""

    SAME = "same"
    WITHIN = "within"  # it grew, but not past the threshold
    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"  # outputs: neither better nor worse, but not what they were
    NEW = "new"
    GONE = "gone"


_BAD = (Change.WORSE, Change.CHANGED, Change.GONE)


@dataclass(frozen=True)
class Row:
    """One number of one scenario."""

    key: str
    scenario: str
    what: str
    before: str
    now: str
    change: Change
    moved: float | None = None  # as a share of what it was

    @property
    def bad(self) -> bool:
        """Tell whether this fails the comparison."""
        return self.change in _BAD


@dataclass(frozen=True)
class Comparison:
    """All rows."""

    rows: tuple[Row, ...]
    threshold: float

    @property
    def passed(self) -> bool:
        """Tell whether nothing moved the wrong way too far."""
        return not any(row.bad for row in self.rows)

    @property
    def moved(self) -> list[Row]:
        """Return what did not stay the same."""
        return [row for row in self.rows if row.change is not Change.SAME]


def compare(before: Sequence[Cost], now: Sequence[Cost], threshold: float, *, any_outputs: bool = False) -> Comparison:
    """Hold costs against a baseline; `any_outputs` lets a new model say something else."""
    old, new = {cost.key: cost for cost in before}, {cost.key: cost for cost in now}
    rows: list[Row] = []
    for key in sorted(old | new):
        if key not in new:
            rows.append(Row(key, old[key].scenario, "scenario", "measured", "not measured", Change.GONE))
        elif key not in old:
            rows.append(Row(key, new[key].scenario, "scenario", "not in the baseline", "measured", Change.NEW))
        else:
            rows += _rows(old[key], new[key], threshold, any_outputs)
    return Comparison(tuple(rows), threshold)


def _rows(old: Cost, new: Cost, threshold: float, any_outputs: bool) -> list[Row]:
    key, scenario = new.key, new.scenario
    rows = [Row(key, scenario, name, *_size(getattr(old, name), getattr(new, name), threshold)) for name in SIZES]
    said, says = (f"{cost.inferences} inferences, {cost.outputs}" for cost in (old, new))
    differs = Change.WITHIN if any_outputs else Change.CHANGED
    rows.append(Row(key, scenario, "outputs", said, says, Change.SAME if said == says else differs))
    was, verdict = ("passed" if cost.passed else "failed" for cost in (old, new))
    change = Change.SAME if old.passed == new.passed else Change.BETTER if new.passed else Change.WORSE
    return [*rows, Row(key, scenario, "verdict", was, verdict, change)]


def _size(old: int | None, new: int | None, threshold: float) -> tuple[str, str, Change, float | None]:
    before, now = (("-" if value is None else f"{value:,}") for value in (old, new))
    if old is None or new is None:
        change = Change.SAME if old == new else Change.NEW if old is None else Change.GONE
        return before, now, change, None
    moved = (new - old) / old if old else float(new > 0)
    if new == old:
        return before, now, Change.SAME, 0.0
    if new < old:
        return before, now, Change.BETTER, moved
    return before, now, Change.WORSE if moved > threshold else Change.WITHIN, moved
