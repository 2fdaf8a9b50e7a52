# SPDX-License-Identifier: Apache-2.0
"""Verdicts: what passes, what fails, and what could not be judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from vmote.checks import judge
from vmote.console import Console
from vmote.engine.base import Counters, End, Stop
from vmote.scenario.loading import loads
from vmote.scenario.model import Scenario
from vmote.trace import Identity, MemoryUse, Trace
from vmote.verdict import Check, Outcome

HOUR = 3600 * 10**9
IDENTITY = Identity("b", "weather", "baremetal", "native", "snow", "qemu", "10", "s", "0", "0")


def scenario(expect: str, truth: str = "[snow 06:00-10:00]") -> Scenario:
    text = f"""
schema: 1
title: a test
device: {{app: weather}}
duration: 12h
world: {{temperature: 1 degC}}
truth: {truth}
expect: {expect}
"""
    return loads(text, Path("test.yaml"))


def trace(snow_hours: set[int], *, cycles: int = 1000, end: Stop | None = None) -> Trace:
    console = Console()
    console.feed(0, b"@boot app=weather arena=1312/4096\n")
    for n, hour in enumerate(range(2, 12)):
        label, score = ("snow", 0.9) if hour in snow_hours else ("clear", 0.1)
        text = f"@infer n={n} t={hour * 3600}.000 out=1 label={label} score={score} cycles={cycles + hour}\n"
        console.feed(hour * HOUR + 5_000_000, text.encode())
    memory = (MemoryUse("flash", 40_000, 1 << 20), MemoryUse("ram", 9000, 1 << 18))
    stop = end or Stop(End.TIME, 12 * HOUR)
    return Trace(IDENTITY, stop, Counters(1, 1), tuple(console.lines), tuple(console.records), memory=memory)


def named(checks: tuple[Check, ...], name: str) -> list[Check]:
    return [check for check in checks if check.name == name]


GOOD = {6, 7, 8, 9}


def test_all_well_passes() -> None:
    expect = "{conclude: truth, never: [snow], budgets: {cycles: 2 kcycles, arena: 2 KB}}"
    verdict = judge(scenario(expect), trace(GOOD))
    assert verdict.passed, verdict
    assert [check.outcome for check in verdict.checks] == [Outcome.PASS] * 5


def test_silence_fails_the_window_and_says_what_was_said() -> None:
    (check,) = named(judge(scenario("{conclude: [snow 06:00-10:00]}"), trace({11})).checks, "conclude")
    assert check.outcome is Outcome.FAIL
    assert "never said snow in 5 inferences" in check.happened
    assert "too late" in check.detail
    assert (check.start_ns, check.end_ns) == (6 * HOUR, 10 * HOUR)


@pytest.mark.parametrize(
    ("within", "hours", "outcome"), [("1h", {7}, "pass"), ("1h", {8}, "fail"), ("2h", {8}, "pass")]
)
def test_latency(within: str, hours: set[int], outcome: str) -> None:
    expect = f"{{conclude: [{{label: snow, from: 06:00, to: 10:00, within: {within}}}]}}"
    (check,) = named(judge(scenario(expect), trace(hours)).checks, "conclude")
    assert check.outcome == outcome


@pytest.mark.parametrize(("consecutive", "hours", "outcome"), [(2, {6, 8}, "fail"), (2, {7, 8}, "pass")])
def test_debounce(consecutive: int, hours: set[int], outcome: str) -> None:
    expect = f"{{conclude: [{{label: snow, from: 06:00, to: 10:00, consecutive: {consecutive}}}]}}"
    (check,) = named(judge(scenario(expect), trace(hours)).checks, "conclude")
    assert check.outcome == outcome


def test_score_must_be_reached() -> None:
    for score, outcome in ((0.9, "pass"), (0.91, "fail")):
        expect = f"{{conclude: [{{label: snow, from: 06:00, to: 10:00, score: {score}}}]}}"
        (check,) = named(judge(scenario(expect), trace(GOOD)).checks, "conclude")
        assert check.outcome == outcome


def test_the_window_edge_is_the_samples_time_not_the_consoles() -> None:
    """The inference of 10:00 arrives five milliseconds later and still belongs to a window that ends at 10:00."""
    (check,) = named(judge(scenario("{conclude: [snow 09:30-10:00]}"), trace({10})).checks, "conclude")
    assert check.outcome is Outcome.PASS


def test_a_failure_tells_what_was_sensed_and_true_around_it() -> None:
    silent = trace(set())
    console = Console()
    for hour in range(12):
        console.feed(hour * HOUR, f"@sample t={hour * 3600}.000 temperature=-{hour}.500 humidity=97.1\n".encode())
    console.feed(8 * HOUR, b"@error code=sensor-nack sensor=hts221 t=28800.000\n")
    heard = replace(silent, records=(*silent.records, *console.records))
    (check,) = named(judge(scenario("{conclude: [snow 06:00-10:00]}"), heard).checks, "conclude")
    assert "true around it: snow 6h 00min - 10h 00min" in check.detail
    assert "6h 00min temperature=-6.500 humidity=97.1" in check.detail
    assert "4h 00min temperature" not in check.detail
    assert "1 errors, the first: @error code=sensor-nack" in check.detail


def test_false_alarms() -> None:
    (check,) = named(judge(scenario("{never: [snow]}"), trace(GOOD | {4, 11})).checks, "never")
    assert check.outcome is Outcome.FAIL
    assert "4h 00min snow" in check.detail and "11h 00min snow" in check.detail
    (check,) = named(judge(scenario("{never: [{label: snow, margin: 1h}]}"), trace(GOOD | {11})).checks, "never")
    assert check.outcome is Outcome.PASS
    (check,) = named(judge(scenario("{never: [snow 01:00-05:00]}"), trace({4})).checks, "never")
    assert check.outcome is Outcome.FAIL


def test_budgets() -> None:
    expect = "{budgets: {cycles: 1005 cycles, arena: 1311 B, flash: 40000 B, ram: 8 KB, stack: 1 KB}}"
    checks = {check.name: check for check in judge(scenario(expect), trace(GOOD)).checks}
    assert checks["cycles"].outcome is Outcome.FAIL and "1011" in checks["cycles"].happened
    assert checks["arena"].outcome is Outcome.FAIL and "1 bytes over" in checks["arena"].detail
    assert checks["flash"].outcome is Outcome.PASS
    assert checks["ram"].outcome is Outcome.FAIL
    assert checks["stack"].outcome is Outcome.SKIPPED


def test_budgets_of_a_runtime() -> None:
    expect = "{budgets: {arena: 1 KB, flash: 1 KB, tflm: {arena: 2 KB, deadline: 1s}}}"
    native = trace(GOOD)
    tflm = replace(native, identity=replace(native.identity, runtime="tflm"))
    told = {check.name: check for check in judge(scenario(expect), native).checks}
    assert told["arena"].outcome is Outcome.FAIL and "deadline" not in told
    told = {check.name: check for check in judge(scenario(expect), tflm).checks}
    assert told["arena"].outcome is Outcome.PASS and told["arena"].expected == "at most 2048 bytes of arena, with tflm"
    assert told["flash"].expected == "at most 1024 bytes of flash"  # the scenario's own
    assert "deadline" in told


@pytest.mark.parametrize(("limit", "outcome"), [("1 KB", "pass"), ("800 B", "fail")])
def test_the_deepest_stack_of_the_run_counts(limit: str, outcome: str) -> None:
    console = Console()
    for used in (600, 888, 792):
        console.feed(HOUR, f"@stack used={used}/8192\n".encode())
    heard = replace(trace(GOOD), records=(*trace(GOOD).records, *console.records))
    (check,) = named(judge(scenario(f"{{budgets: {{stack: {limit}}}}}"), heard).checks, "stack")
    assert (check.outcome, check.happened) == (outcome, "888 bytes")


def test_a_device_that_died_early_does_not_pass() -> None:
    dead = trace(set(), end=Stop(End.FAULT, 3 * HOUR, "HardFault"))
    verdict = judge(scenario("{never: [snow]}", "[]"), dead)
    assert not verdict.passed
    assert "ended at 3h 00min: fault" in verdict.checks[0].happened


def test_a_silent_device_is_not_said_to_have_been_right() -> None:
    nothing = replace(trace(set()), records=())
    (check,) = named(judge(scenario("{never: [snow]}", "[]"), nothing).checks, "never")
    assert check.outcome is Outcome.SKIPPED
