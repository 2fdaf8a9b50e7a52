# SPDX-License-Identifier: Apache-2.0
"""Expectations about LEDs, and about coming back after a fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vmote.checks.inference import Inference, says
from vmote.scenario.expect import Led, Recovery
from vmote.scenario.stimulus import Fault
from vmote.trace import PinChange
from vmote.units import say_time, to_ns
from vmote.verdict import Check, Outcome


def led(item: Led, pins: Sequence[PinChange], duration: int) -> Check:
    """Check an LED at some time within a window, or throughout it."""
    start = to_ns(item.start_s)
    end = to_ns(item.end_s)
    state = "on" if item.on else "off"
    when = f"at {say_time(start)}" if start == end else f"{say_time(start)} - {say_time(end)}"
    expected = f"{item.name} {state} {when}" + (" throughout" if item.throughout else "")
    before, changes = False, []  # an LED is off until it is switched on
    for pin in pins:
        if pin.name != item.name:
            continue
        if pin.t_ns <= start:
            before = pin.on
        elif pin.t_ns <= end:
            changes.append(pin)
    states = [before, *(pin.on for pin in changes)]
    good = all(on == item.on for on in states) if item.throughout else item.on in states
    happened = f"{'on' if before else 'off'}" + "".join(
        f", {'on' if pin.on else 'off'} at {say_time(pin.t_ns)}" for pin in changes[:6]
    )
    return Check(
        "led", expected, happened, Outcome.PASS if good else Outcome.FAIL, "", start, max(start, min(end, duration))
    )


def recovery(item: Recovery, faults: Sequence[Fault], said: Sequence[Inference], duration: int) -> Iterator[Check]:
    """Check that after each fault there is an inference again."""
    if not faults:
        yield Check("recovery", "infers again after each fault", "the scenario has no fault", Outcome.SKIPPED)
    for fault in faults:
        deadline = fault.end_ns + to_ns(item.within)
        word = f"infers {item.label}" if item.label else "infers"
        expected = f"{word} within {say_time(to_ns(item.within))} after {fault.kind} of {fault.part}"
        if fault.end_ns >= duration:
            yield Check(
                "recovery", expected, "the fault lasts to the end", Outcome.SKIPPED, "", fault.start_ns, duration
            )
            continue
        after = [i for i in said if i.t_ns >= fault.end_ns and (item.label is None or says(i, item.label))]
        span = fault.start_ns, min(deadline, duration)
        if after and after[0].t_ns <= deadline:
            yield Check("recovery", expected, str(after[0]), Outcome.PASS, "", *span)
        elif deadline > duration and not after:
            yield Check("recovery", expected, "the run ended before its time was over", Outcome.SKIPPED, "", *span)
        else:
            happened = f"only {after[0]}" if after else "never again"
            line = after[0].record.line if after else None
            yield Check("recovery", expected, happened, Outcome.FAIL, "", *span, line)
