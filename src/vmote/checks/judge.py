# SPDX-License-Identifier: Apache-2.0
"""All expectations of a scenario held against one trace."""

from __future__ import annotations

from collections.abc import Sequence

from vmote.checks.budgets import budgets
from vmote.checks.conclusions import conclude, never
from vmote.checks.inference import inferences
from vmote.engine.base import End
from vmote.scenario.model import Scenario
from vmote.scenario.stimulus import TruthWindow
from vmote.trace import Trace
from vmote.units import say_time, to_ns
from vmote.verdict import Check, Outcome, Verdict


def judge(scenario: Scenario, trace: Trace, truth: Sequence[TruthWindow] | None = None) -> Verdict:
    """Return the verdict; `truth` is the stimulus's, which knows more than the file where generators fill it in."""
    if truth is None:
        truth = [TruthWindow(w.label, to_ns(w.start_s), to_ns(w.end_s)) for w in scenario.truth]
    said = inferences(trace)
    checks = [_ran_through(scenario, trace)]
    for item in scenario.expect.conclude:
        checks += conclude(item, truth, said, scenario)
    checks += [never(item, truth, said, scenario.duration_ns) for item in scenario.expect.never]
    checks += budgets(scenario.expect.budgets, trace, said)
    return Verdict(tuple(checks))


def _ran_through(scenario: Scenario, trace: Trace) -> Check:
    """Check that the run reached its end: a device that died early must not pass for what it did not say."""
    expected = f"runs for {say_time(scenario.duration_ns)}"
    stop = trace.stop
    if stop.end is End.TIME and stop.t_ns >= scenario.duration_ns:
        return Check("run", expected, "it did", Outcome.PASS)
    place = f" in {stop.fault.place}" if stop.fault and stop.fault.place else ""
    happened = f"ended at {say_time(stop.t_ns)}: {stop.end.value}{place}"
    return Check("run", expected, happened, Outcome.FAIL, stop.detail, stop.t_ns, scenario.duration_ns)
