# SPDX-License-Identifier: Apache-2.0
"""All expectations of a scenario held against one trace.

Checks think in the world's time, in which a scenario is written; with a time scale the device's runs faster. Only the
stretch of time that a check names for the picture is given back on the device's clock, as traces are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from vmote.checks.around import Around, Look
from vmote.checks.budgets import budgets
from vmote.checks.conclusions import conclude, never
from vmote.checks.console import console
from vmote.checks.inference import inferences
from vmote.checks.outputs import led, recovery
from vmote.checks.rates import rates
from vmote.console import Line
from vmote.engine.base import End
from vmote.scenario.model import Scenario
from vmote.scenario.stimulus import Fault, Stimulus, TruthWindow
from vmote.trace import PinChange, Trace
from vmote.units import say_time, to_ns
from vmote.verdict import Check, Outcome, Verdict


def judge(
    scenario: Scenario,
    trace: Trace,
    truth: Sequence[TruthWindow] | None = None,
    faults: Sequence[Fault] | None = None,
    stimulus: Stimulus | None = None,
    look: Look | None = None,
) -> Verdict:
    """Return the verdict; `truth` and `faults` are the stimulus's, which knows more than the file.

    The world itself and `look`, which tells what the model was given, only serve to explain a failure.
    """
    pace = scenario.pace
    windows = _truth(scenario, truth, pace)
    happened = [replace(f, start_ns=_world(f.start_ns, pace), end_ns=_world(f.end_ns, pace)) for f in faults or ()]
    if faults is None:
        happened = [Fault(f.fault, f.victim, to_ns(f.start_s), to_ns(f.end_s)) for f in scenario.faults]
    said = [replace(inference, t_ns=_world(inference.t_ns, pace)) for inference in inferences(trace)]
    duration = to_ns(scenario.duration)
    expect = scenario.expect
    checks = [_ran_through(scenario, trace)]
    for item in expect.conclude:
        checks += conclude(item, windows, said, duration)
    checks += [never(item, windows, said, duration) for item in expect.never]
    if expect.rates is not None:
        checks += rates(expect.rates, windows, said, duration)
    checks += budgets(expect.budgets, trace, said)
    checks += console(expect.console, [Line(_world(line.t_ns, pace), line.text) for line in trace.lines], duration)
    pins = [PinChange(_world(pin.t_ns, pace), pin.name, pin.on) for pin in trace.pins]
    checks += [led(item, pins, duration) for item in expect.leds]
    if expect.recovery is not None:
        checks += recovery(expect.recovery, happened, said, duration)
    around = Around(trace, windows, happened, said, float(pace), stimulus, look)
    return Verdict(tuple(_on_device(around.explained(check), pace) for check in checks))


def _truth(scenario: Scenario, truth: Sequence[TruthWindow] | None, pace: Fraction) -> list[TruthWindow]:
    if truth is None:
        return [TruthWindow(w.label, to_ns(w.start_s), to_ns(w.end_s)) for w in scenario.truth]
    return [TruthWindow(w.label, _world(w.start_ns, pace), _world(w.end_ns, pace)) for w in truth]


def _world(t_ns: int, pace: Fraction) -> int:
    return t_ns if pace == 1 else round(t_ns * pace)


def _on_device(check: Check, pace: Fraction) -> Check:
    if pace == 1 or check.start_ns is None or check.end_ns is None:
        return check
    return replace(check, start_ns=round(check.start_ns / pace), end_ns=round(check.end_ns / pace))


def _ran_through(scenario: Scenario, trace: Trace) -> Check:
    """Check that the run reached its end: a device that died early must not pass for what it did not say."""
    expected = f"runs for {say_time(scenario.duration_ns)}"
    stop = trace.stop
    if stop.end is End.TIME and stop.t_ns >= scenario.duration_ns:
        return Check("run", expected, "it did", Outcome.PASS)
    place = f" in {stop.fault.place}" if stop.fault and stop.fault.place else ""
    happened = f"ended at {say_time(stop.t_ns)}: {stop.end.value}{place}"
    start, end = (_world(t, scenario.pace) for t in (stop.t_ns, scenario.duration_ns))
    return Check("run", expected, happened, Outcome.FAIL, stop.detail, start, end)
