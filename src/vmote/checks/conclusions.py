# SPDX-License-Identifier: Apache-2.0
"""Expectations about labels: said where they must be, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vmote.checks.inference import Inference, agrees, says
from vmote.scenario.expect import Conclusion, EveryTruth, Never
from vmote.scenario.stimulus import TruthWindow
from vmote.units import say_time, to_ns
from vmote.verdict import Check, Outcome

SHOWN = 8  # inferences a failure lists


def span(start_ns: int, end_ns: int) -> str:
    """Write a stretch of time for a person."""
    return f"at {say_time(start_ns)}" if start_ns == end_ns else f"{say_time(start_ns)} - {say_time(end_ns)}"


def windows_of(item: Conclusion | EveryTruth, truth: Sequence[TruthWindow]) -> list[tuple[str, int, int]]:
    """Return the windows an expectation stands for."""
    if isinstance(item, Conclusion):
        return [(item.label, to_ns(item.start_s), to_ns(item.end_s))]
    return [(w.label, w.start_ns, w.end_ns) for w in truth if item.each in ("truth", w.label)]


def conclude(
    item: Conclusion | EveryTruth, truth: Sequence[TruthWindow], said: Sequence[Inference], duration: int
) -> Iterator[Check]:
    """Check that each window's label is concluded in it."""
    windows = windows_of(item, truth)
    if not windows:
        yield Check(
            "conclude",
            f"{item.label if isinstance(item, Conclusion) else item.each} in each of its true windows",
            "the scenario has no such window",
            Outcome.SKIPPED,
        )
    for label, start, end in windows:
        yield _window(item, label, start, end, said, duration)


def _window(
    item: Conclusion | EveryTruth, label: str, start: int, end: int, said: Sequence[Inference], duration: int
) -> Check:
    deadline = end if item.within is None else start + to_ns(item.within)
    if item.within is None and start == end:
        deadline = duration  # a mere instant with no latency: any time after it
    deadline = min(deadline, duration)
    limits = []
    if item.score is not None:
        limits.append(f"score at least {item.score:g}")
    if item.consecutive > 1:
        limits.append(f"{item.consecutive} times in a row")
    if item.once:
        limits.append("once")
    if item.within is not None:
        limits.append(f"by {say_time(deadline)}")
    expected = f"{label} {span(start, end)}" + (f" ({', '.join(limits)})" if limits else "")
    inside = [inference for inference in said if start <= inference.t_ns <= max(deadline, start)]
    row, episodes, first = 0, 0, None
    for inference in inside:
        row = row + 1 if agrees(inference, label, item.score) else 0
        if row == item.consecutive:
            episodes += 1
            first = first or inference
    if first is not None and (episodes == 1 or not item.once):
        return Check("conclude", expected, str(first), Outcome.PASS, "", start, max(end, deadline))
    if first is not None:
        happened = f"{episodes} times"
        return Check("conclude", expected, happened, Outcome.FAIL, "", start, max(end, deadline), _line(first))
    happened = _happened(inside, label)
    later = next((inference for inference in said if inference.t_ns > deadline and says(inference, label)), None)
    detail = ""
    if later is not None:
        detail = f"the next {label} came at {later}, {say_time(later.t_ns - deadline)} too late"
    best = max((i for i in inside if i.label == label), key=lambda i: i.score or 0.0, default=None)
    # What the model was given when all of the window had been sensed tells more than what came long after.
    telling = best or min(inside, key=lambda i: abs(i.t_ns - min(end, deadline)), default=None)
    return Check("conclude", expected, happened, Outcome.FAIL, detail, start, max(end, deadline), _line(telling))


def _line(inference: Inference | None) -> int | None:
    return None if inference is None else inference.record.line


def listed(said: Sequence[Inference]) -> str:
    """List some inferences."""
    more = f", … {len(said)} in all" if len(said) > SHOWN else ""
    return (", ".join(map(str, said[:SHOWN])) or "none") + more


def _happened(inside: Sequence[Inference], label: str) -> str:
    if not inside:
        return "no inference in this time"
    matching = [inference for inference in inside if inference.label == label]
    if not matching:
        return f"never said {label} in {_inferences(len(inside))}"
    best = max(matching, key=lambda inference: inference.score or 0.0)
    return f"{label} {len(matching)} of {len(inside)} times, best {best}"


def _inferences(count: int) -> str:
    return "1 inference" if count == 1 else f"{count} inferences"


def never(item: Never, truth: Sequence[TruthWindow], said: Sequence[Inference], duration: int) -> Check:
    """Check that a label is said in no place where it is not true."""
    margin = to_ns(item.margin)
    if item.from_ is not None and item.to is not None:
        start, end = to_ns(item.from_), to_ns(item.to)
        false = [i for i in said if says(i, item.label) and start <= i.t_ns <= end]
        looked = [i for i in said if start <= i.t_ns <= end]
        expected = f"no {item.label} {span(start, end)}"
    else:
        start, end = 0, duration
        true = [(w.start_ns - margin, w.end_ns + margin) for w in truth if w.label == item.label]
        looked = [i for i in said if not any(low <= i.t_ns <= high for low, high in true)]
        false = [i for i in looked if says(i, item.label)]
        expected = f"no {item.label} outside its windows" if true else f"no {item.label} at all"
        if margin and true:
            expected += f" (margin {say_time(margin)})"
    if not said:
        return Check("never", expected, "the device inferred nothing at all", Outcome.SKIPPED, "", start, end)
    if not false:
        happened = f"none in {_inferences(len(looked))}"
        return Check("never", expected, happened, Outcome.PASS, "", start, end)
    happened = f"{len(false)} of {_inferences(len(looked))}"
    times = false[0].t_ns, false[-1].t_ns
    return Check("never", expected, happened, Outcome.FAIL, f"false: {listed(false)}", *times, _line(false[0]))
