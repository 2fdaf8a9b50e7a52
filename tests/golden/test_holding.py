# SPDX-License-Identifier: Apache-2.0
"""When a label begins to hold: written out by hand, as `decide.c` would have it."""

from __future__ import annotations

import pytest

from vmote.firmware.card import Decision
from vmote.golden.holding import Holding

MS = 1_000_000
RULE = Decision(kind="argmax", threshold=0.5, alert=("yes",), hold=2, refractory_ms=300)


def words(holding: Holding, labels: str, step_ms: int = 100) -> str:
    """Give a label each step; a letter each: the one that begins to hold, or a dot."""
    names = {"y": "yes", "n": "no"}
    return "".join(c if holding.begins(names[c], k * step_ms * MS, "") else "." for k, c in enumerate(labels))


def test_so_many_must_agree_and_an_alert_is_followed_by_quiet() -> None:
    assert words(Holding(RULE), "ynyy") == "...y"
    assert words(Holding(RULE), "nnnyyy") == ".n..y."
    # Yes at 100 ms: nothing new before 400 ms.
    assert words(Holding(RULE), "yynnnn", 99) == ".y...."[:5] + "n"
    assert words(Holding(RULE.model_copy(update={"refractory_ms": 0})), "yynnyy") == ".y.n.y"
    assert words(Holding(RULE.model_copy(update={"alert": ()})), "yynnyy") == ".y.n.y"


def test_what_was_is_forgotten() -> None:
    holding = Holding(RULE)
    assert words(holding, "yy") == ".y"
    holding.reset()
    assert words(holding, "nn") == ".n"


@pytest.mark.parametrize(
    ("after_ms", "said", "begins"),
    [(298, "no", False), (299, "no", False), (300, "no", True), (300, "", False), (301, "", True), (302, "", True)],
)
def test_within_a_millisecond_of_the_end_of_quiet_the_device_knows(after_ms: int, said: str, begins: bool) -> None:
    """Its record's time is cut off: 300 ms told may be 299.1 ms or 300.9 ms of its own clock."""
    holding = Holding(RULE.model_copy(update={"hold": 1}))
    assert holding.begins("yes", 1000 * MS, "yes")
    assert holding.begins("no", (1000 + after_ms) * MS, said) is begins
