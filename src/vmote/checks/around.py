# SPDX-License-Identifier: Apache-2.0
"""What a failed expectation shows: the truth, what the sensor gave and what the device said, around its moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vmote.checks.inference import Inference, when
from vmote.scenario.stimulus import Fault, TruthWindow
from vmote.trace import Trace
from vmote.units import say_time
from vmote.verdict import Check, Outcome

SHOWN = 8
EXPLAINED = ("conclude", "never", "recovery")  # the checks that speak of a moment


def explained(
    check: Check,
    trace: Trace,
    truth: Sequence[TruthWindow],
    faults: Sequence[Fault],
    said: Sequence[Inference],
    scale: float,
) -> Check:
    """Add to a failure what happened around it; `scale` is the world's seconds in a second of the device."""
    if check.outcome is not Outcome.FAIL or check.name not in EXPLAINED or check.start_ns is None:
        return check
    start, end = check.start_ns, check.end_ns if check.end_ns is not None else check.start_ns
    margin = max((end - start) // 4, 1)
    low, high = start - margin, end + margin
    lines = [check.detail] if check.detail else []
    true = [window for window in truth if window.start_ns <= high and window.end_ns >= low]
    spans = [f"{w.label} {say_time(w.start_ns)} - {say_time(w.end_ns)}" for w in true[:SHOWN]]
    lines.append(f"true around it: {', '.join(spans) or 'nothing'}")
    broken = [f"{f.kind} of {f.part}" for f in faults if f.start_ns <= high and f.end_ns >= low]
    if broken:
        lines.append(f"broken around it: {', '.join(dict.fromkeys(broken))}")
    lines += _sensed(trace, low, high, scale)
    errors = [record for record in trace.of("error") if low <= when(record) * scale <= high]
    if errors:
        lines.append(f"the device reported {len(errors)} errors, the first: {errors[0]}")
    if check.name == "never":
        near = [inference for inference in said if low <= inference.t_ns <= high]
        lines.append(f"inferences around it: {', '.join(map(str, near[:SHOWN])) or 'none'}")
    return replace(check, detail="\n".join(lines))


def _sensed(trace: Trace, low: int, high: int, scale: float) -> list[str]:
    """List what the device says it sensed: its `@sample` records."""
    near = [record for record in trace.of("sample") if low <= when(record) * scale <= high]
    shown = []
    for record in near[:SHOWN]:
        values = " ".join(f"{key}={value}" for key, value in record.fields.items() if key not in ("n", "t"))
        shown.append(f"{say_time(round(when(record) * scale))} {values}")
    if not shown:
        return []
    more = f"; … {len(near)} in all" if len(near) > SHOWN else ""
    return [f"sensed around it: {'; '.join(shown)}{more}"]
