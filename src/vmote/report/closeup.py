# SPDX-License-Identifier: Apache-2.0
"""A failed expectation from near: the world, the features, the truth and the scores around it, as one picture."""

from __future__ import annotations

from vmote.golden.seen import Seen
from vmote.report.picture import Picture, picture_of
from vmote.run import Run
from vmote.units import NS_PER_S
from vmote.verdict import Check, Outcome

_AROUND = 0.25  # of the stretch in question, shown before and after it
_LEAST_S = 0.5


def closeup(run: Run, check: Check) -> Picture | None:
    """Gather what is drawn of a failed check; None where it speaks of no time."""
    if check.outcome is not Outcome.FAIL or check.start_ns is None or check.end_ns is None:
        return None
    seen = seen_of(run, check)
    first, last = check.start_ns, max(check.end_ns, check.start_ns)
    if seen is not None:  # all of the model's window is to be seen
        first, last = min(first, seen.start_ns), max(last, seen.t_ns)
    margin = max((last - first) / NS_PER_S * _AROUND, _LEAST_S)
    start = max(first / NS_PER_S - margin, 0.0)
    end = min(last / NS_PER_S + margin, run.stimulus.duration_ns / NS_PER_S)
    return picture_of(run.stimulus, run.trace, [check], start, max(end, start + 1e-3), seen)


def seen_of(run: Run, check: Check) -> Seen | None:
    """Return what the model was given at the inference that tells most about a failure."""
    if run.sight is None or check.line is None:
        return None
    record = next((record for record in run.trace.of("infer") if record.line == check.line), None)
    return None if record is None else run.sight.of(record)
