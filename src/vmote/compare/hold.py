# SPDX-License-Identifier: Apache-2.0
"""Holds one trace against another."""

from __future__ import annotations

from vmote.compare.agreement import Agreement, Bounds
from vmote.compare.console import compare_console
from vmote.compare.records import compare_instructions, compare_labels, compare_outputs, compare_records
from vmote.compare.times import compare_ends, compare_pins, compare_times, compare_totals
from vmote.trace import Trace

# Two engines with one image: a loop that polls a flag may take a turn more or less (docs/fidelity.md).
SAME_IMAGE = Bounds(time_ns=250_000, instructions=8)
_PER_INSTRUCTION = 100_000  # one more for each of so many: 1.3 in a million were seen in a minute of motion
# Two ports or boards are two programs: they wake at their own instants.
OTHER_IMAGE = Bounds(time_ns=100_000_000)


def bounds_for(one: Trace, other: Trace, time_ns: int | None = None) -> Bounds:
    """Choose the bounds for a pair; a person may say another one for times."""
    usual = SAME_IMAGE if same_image(one, other) else OTHER_IMAGE
    slack = max(usual.instructions, one.counters.instructions // _PER_INSTRUCTION)
    return Bounds(usual.time_ns if time_ns is None else time_ns, slack)


def same_image(one: Trace, other: Trace) -> bool:
    """Tell whether the same bytes ran on the same board: then the engines alone can differ."""
    a, b = one.identity, other.identity
    return (a.image_sha256, a.board) == (b.image_sha256, b.board)


def hold(one: Trace, other: Trace, bounds: Bounds | None = None) -> Agreement:
    """Compare two runs. Of the same image everything counts; of two images what they concluded and when."""
    alike = same_image(one, other)
    bounds = bounds or bounds_for(one, other)
    aspects = (
        compare_ends(one, other, bounds.time_ns),
        compare_console(one, other, judged=alike),
        compare_records(one, other, judged=alike),
        compare_labels(one, other),
        compare_outputs(one, other, same_image=alike),
        compare_instructions(one, other, judged=alike),
        compare_totals(one, other, bounds.instructions, judged=alike),
        compare_pins(one, other, bounds.time_ns, judged=one.identity.board == other.identity.board),
        compare_times(one, other, bounds.time_ns),
    )
    return Agreement(aspects, alike, bounds)
