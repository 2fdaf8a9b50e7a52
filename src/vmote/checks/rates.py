# SPDX-License-Identifier: Apache-2.0
"""Expectations over a whole scenario: accuracy, recall, precision, false alarms, confusion."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from vmote.checks.conclusions import SHOWN, listed
from vmote.checks.inference import Inference, says
from vmote.scenario.expect import Rates
from vmote.scenario.stimulus import TruthWindow
from vmote.units import say_time, to_ns
from vmote.verdict import Check, Outcome

HOUR = 3600 * 10**9


@dataclass(frozen=True)
class Event:
    """A label that the device began to say, and held for some inferences."""

    first: Inference
    last: Inference

    @property
    def label(self) -> str:
        """Return what it said."""
        return self.first.label


def rates(limits: Rates, truth: Sequence[TruthWindow], said: Sequence[Inference], duration: int) -> Iterator[Check]:
    """Check each rate the scenario sets."""
    if limits.score is not None:
        least = limits.score
        said = [i for i in said if i.label in limits.background or (i.score is not None and i.score >= least)]
    sure = events(said, limits.background)
    latency = to_ns(limits.latency)
    if limits.accuracy is not None:
        yield _accuracy(limits, truth, said)
    if limits.recall is not None:
        yield from _per_label(limits.recall, truth, lambda label, share: _recall(label, share, truth, said, latency))
    if limits.precision is not None:
        yield from _per_label(
            limits.precision, truth, lambda label, share: _precision(label, share, truth, sure, latency)
        )
    if limits.false_alarms is not None:
        yield _false_alarms(limits.false_alarms, truth, sure, latency, duration, bool(said))
    for confusion in limits.confusion:
        yield _confusion(confusion.truth, confusion.said, confusion.at_most, truth, said, latency)


def events(said: Sequence[Inference], background: Sequence[str]) -> list[Event]:
    """Gather inferences of the same label in a row into events; the background is none."""
    out: list[Event] = []
    previous: str | None = None
    for inference in said:
        if not inference.decided:
            continue
        if inference.label not in background:
            if inference.label == previous:
                out[-1] = Event(out[-1].first, inference)
            else:
                out.append(Event(inference, inference))
        previous = inference.label
    return out


def _per_label(
    wanted: dict[str, float], truth: Sequence[TruthWindow], check: Callable[[str, float], Check]
) -> Iterator[Check]:
    labels = sorted({window.label for window in truth})
    for label, share in wanted.items():
        for one in labels if label == "every" else [label]:
            yield check(one, share)
        if label == "every" and not labels:
            yield Check("rates", "a rate for every label", "nothing is ever true in this scenario", Outcome.SKIPPED)


def _true_at(t: int, truth: Sequence[TruthWindow]) -> list[str]:
    return [window.label for window in truth if window.start_ns <= t <= window.end_ns]


def _accuracy(limits: Rates, truth: Sequence[TruthWindow], said: Sequence[Inference]) -> Check:
    least, margin = limits.accuracy or 0.0, to_ns(limits.margin)
    expected = f"at least {least:.1%} of inferences say what is true"
    edges = sorted(edge for window in truth for edge in (window.start_ns, window.end_ns))
    right, wrong = 0, []
    for inference in said:
        at = bisect_right(edges, inference.t_ns)
        near = [abs(edge - inference.t_ns) for edge in edges[max(0, at - 1) : at + 1]]
        if margin and near and min(near) <= margin:
            continue
        true = _true_at(inference.t_ns, truth) or limits.background
        if inference.label in true:
            right += 1
        else:
            wrong.append(inference)
    count = right + len(wrong)
    if not count:
        return Check("accuracy", expected, "the device inferred nothing", Outcome.FAIL)
    happened = f"{right} of {count}: {right / count:.1%}"
    return _rated("accuracy", expected, happened, right / count >= least, "wrong", wrong)


def _heard(window: TruthWindow, said: Sequence[Inference], latency: int) -> bool:
    return any(says(i, window.label) and window.start_ns <= i.t_ns <= window.end_ns + latency for i in said)


def _recall(label: str, least: float, truth: Sequence[TruthWindow], said: Sequence[Inference], latency: int) -> Check:
    expected = f"at least {least:.1%} of the true {label} heard"
    windows = [window for window in truth if window.label == label]
    if not windows:
        return Check("recall", expected, f"{label} is never true in this scenario", Outcome.SKIPPED)
    missed = [window for window in windows if not _heard(window, said, latency)]
    share = 1 - len(missed) / len(windows)
    happened = f"{len(windows) - len(missed)} of {len(windows)}: {share:.1%}"
    return _windowed("recall", expected, happened, share >= least, "missed", missed, said, latency)


def _called_for(event: Event, truth: Sequence[TruthWindow], latency: int) -> bool:
    return any(
        w.label == event.label and w.start_ns <= event.last.t_ns and event.first.t_ns <= w.end_ns + latency
        for w in truth
    )


def _precision(label: str, least: float, truth: Sequence[TruthWindow], sure: Sequence[Event], latency: int) -> Check:
    expected = f"at least {least:.1%} of the {label} said are true"
    mine = [event for event in sure if event.label == label]
    if not mine:
        return Check("precision", expected, f"the device never said {label}", Outcome.SKIPPED)
    false = [event.first for event in mine if not _called_for(event, truth, latency)]
    share = 1 - len(false) / len(mine)
    happened = f"{len(mine) - len(false)} of {len(mine)}: {share:.1%}"
    return _rated("precision", expected, happened, share >= least, "false", false)


def _false_alarms(
    most: float, truth: Sequence[TruthWindow], sure: Sequence[Event], latency: int, duration: int, spoke: bool
) -> Check:
    expected = f"at most {most:g} false alarms an hour"
    if not spoke:
        return Check("false alarms", expected, "the device inferred nothing at all", Outcome.SKIPPED)
    false = [event.first for event in sure if not _called_for(event, truth, latency)]
    rate = len(false) * HOUR / duration
    happened = f"{len(false)} in {say_time(duration)}: {rate:.3g} an hour"
    return _rated("false alarms", expected, happened, rate <= most, "false", false)


def _confusion(
    label: str, called: str, most: float, truth: Sequence[TruthWindow], said: Sequence[Inference], latency: int
) -> Check:
    expected = f"at most {most:.1%} of the true {label} called {called}"
    windows = [window for window in truth if window.label == label]
    if not windows:
        return Check("confusion", expected, f"{label} is never true in this scenario", Outcome.SKIPPED)
    mistaken = [w for w in windows if any(says(i, called) and w.start_ns <= i.t_ns <= w.end_ns + latency for i in said)]
    share = len(mistaken) / len(windows)
    happened = f"{len(mistaken)} of {len(windows)}: {share:.1%}"
    wrong = [i for i in said if says(i, called)]
    return _windowed("confusion", expected, happened, share <= most, "mistaken", mistaken, wrong, latency)


def _rated(name: str, expected: str, happened: str, good: bool, what: str, wrong: Sequence[Inference]) -> Check:
    """Make the check of a rate of inferences; a failure speaks of the first wrong one."""
    detail = f"{what}: {listed(wrong)}" if wrong else ""
    if good or not wrong:
        return Check(name, expected, happened, Outcome.PASS if good else Outcome.FAIL, detail)
    first = wrong[0]
    return Check(name, expected, happened, Outcome.FAIL, detail, first.t_ns, first.t_ns, first.record.line)


def _windowed(
    name: str, expected: str, happened: str, good: bool, what: str, wrong: Sequence[TruthWindow],
    said: Sequence[Inference], latency: int,
) -> Check:  # fmt: skip
    """Make the check of a rate of windows; a failure speaks of the first wrong one, and of what was said at its end."""
    starts = ", ".join(say_time(window.start_ns) for window in wrong[:SHOWN])
    detail = f"{what} at {starts}" + (f", … {len(wrong)} in all" if len(wrong) > SHOWN else "") if wrong else ""
    if good or not wrong:
        return Check(name, expected, happened, Outcome.PASS if good else Outcome.FAIL, detail)
    first = wrong[0]
    inside = [i for i in said if first.start_ns <= i.t_ns <= first.end_ns + latency]
    telling = min(inside, key=lambda i: abs(i.t_ns - first.end_ns), default=None)
    line = None if telling is None else telling.record.line
    return Check(name, expected, happened, Outcome.FAIL, detail, first.start_ns, first.end_ns + latency, line)
