# SPDX-License-Identifier: Apache-2.0
"""Console, LEDs, deadlines, recovery, and a scaled clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spoken_device import SECOND, Spoken

from vmote.checks import judge
from vmote.scenario.model import Scenario
from vmote.scenario.stimulus import Fault
from vmote.trace import PinChange
from vmote.verdict import Check, Verdict

Case = Callable[..., Scenario]


def checks(verdict: Verdict, name: str) -> list[Check]:
    return [check for check in verdict.checks if check.name == name]


@pytest.mark.parametrize(
    ("item", "must", "never"),
    [
        ("ready", "pass", "fail"),
        ("{line: ready, from: 2s, to: 9s}", "fail", "pass"),
        ("{pattern: '*re?dy'}", "pass", "fail"),
        ("{pattern: 're?dy'}", "fail", "pass"),
        ("'@error code=nack'", "pass", "fail"),
        ("'@error code=crc'", "fail", "pass"),
        ("{record: error, fields: {t: 5}}", "pass", "fail"),
        ("{record: error, times: 2}", "pass", "fail"),
        ("{record: error, times: 1}", "fail", "fail"),
        ("{record: '@boot'}", "fail", "pass"),
    ],
)
def test_console(case: Case, spoken: Spoken, item: str, must: str, never: str) -> None:
    trace = spoken.say(1, "now ready").say(5, "@error code=nack t=5.000").say(6, "@error code=nack t=6.000").trace(60)
    wanted = judge(case(f"{{console: {{must: [{item}]}}}}"), trace)
    assert checks(wanted, "console")[0].outcome == must
    assert checks(judge(case(f"{{console: {{never: [{item}]}}}}"), trace), "console")[0].outcome == never


def test_a_hostile_pattern_takes_no_time(case: Case, spoken: Spoken) -> None:
    trace = spoken.say(1, "a" * 4000).trace(60)
    check = checks(judge(case("{console: {must: [{pattern: '" + "*a" * 90 + "b'}]}}"), trace), "console")[0]
    assert check.outcome == "fail"


@pytest.mark.parametrize(
    ("item", "outcome"),
    [
        ("builtin on 10s-20s", "pass"),
        ("builtin on 21s-30s", "fail"),
        ("builtin off 0s-5s", "pass"),
        ("{name: builtin, from: 12s, to: 15s, throughout: true}", "pass"),
        ("{name: builtin, from: 12s, to: 25s, throughout: true}", "fail"),
        ("builtin on at 12s", "pass"),
        ("red on 0s-60s", "fail"),
    ],
)
def test_leds(case: Case, spoken: Spoken, item: str, outcome: str) -> None:
    spoken.pins = [PinChange(11 * SECOND, "builtin", True), PinChange(20 * SECOND + 1, "builtin", False)]
    assert checks(judge(case(f"{{leds: [{item}]}}"), spoken.trace(60)), "led")[0].outcome == outcome


def test_deadline(case: Case, spoken: Spoken) -> None:
    prompt = spoken.infer(1, "a", late=0.02).infer(2, "a", late=0.05).trace(60)
    assert checks(judge(case("{budgets: {deadline: 60ms}}"), prompt), "deadline")[0].outcome == "pass"
    check = checks(judge(case("{budgets: {deadline: 40ms}}"), prompt), "deadline")[0]
    assert check.outcome == "fail" and "50 ms" in check.happened
    sampled = Spoken().say(0.95, "@sample t=0.940 x=1").infer(1, "a", late=0.02).trace(60)
    check = checks(judge(case("{budgets: {deadline: 70ms}}"), sampled), "deadline")[0]
    assert check.outcome == "fail" and "80 ms" in check.happened  # from the sample, not from the end of the inference
    counted = Spoken().infer(1, "a", extra=" late=2").trace(60)
    assert checks(judge(case("{budgets: {deadline: 1s}}"), counted), "deadline")[0].outcome == "fail"


@pytest.mark.parametrize(("again", "outcome"), [(21.0, "pass"), (24.0, "pass"), (26.0, "fail"), (None, "fail")])
def test_recovery(case: Case, spoken: Spoken, again: float | None, outcome: str) -> None:
    spoken.infer(5, "a")
    if again:
        spoken.infer(again, "a")
    scenario = case("{recovery: 5s}", more="faults: [{fault: vanish, part: hts221, from: 10s, to: 20s}]")
    assert checks(judge(scenario, spoken.trace(60)), "recovery")[0].outcome == outcome


def test_recovery_from_a_fault_that_never_ends_is_not_judged(case: Case, spoken: Spoken) -> None:
    scenario = case("{recovery: 5s}")
    fault = Fault("nack", "hts221", 10 * SECOND, 60 * SECOND)
    assert checks(judge(scenario, spoken.trace(60), (), [fault]), "recovery")[0].outcome == "skipped"


def test_a_scaled_clock_is_judged_in_the_worlds_time(case: Case, spoken: Spoken) -> None:
    """Twelve hours pass in twelve device seconds; the snow of 06:00 is said at second six."""
    for second in range(1, 12):
        spoken.infer(second, "snow" if 6 <= second <= 9 else "no-snow")
    expect = "{conclude: [{label: snow, from: 06:00, to: 09:00, within: 1h}], never: [snow], leds: [builtin off 1h-2h]}"
    scenario = case(expect, ["snow 06:00-09:00"], "timescale: 1h = 1s", "12h")
    assert scenario.duration_ns == 12 * SECOND
    verdict = judge(scenario, spoken.trace(12))
    assert verdict.passed, verdict
    (check,) = checks(verdict, "conclude")
    assert check.happened.startswith("6h 00min snow")
    assert (check.start_ns, check.end_ns) == (6 * SECOND, 9 * SECOND)


@pytest.mark.parametrize(("second", "outcomes"), [("a", ["pass", "pass"]), ("b", ["pass", "fail"])])
def test_each_fault_has_its_own_recovery_and_may_ask_for_a_label(
    case: Case, spoken: Spoken, second: str, outcomes: list[str]
) -> None:
    faults = "[{fault: nack, part: hts221, from: 5s, to: 10s}, {fault: brown-out, at: 30s, for: 1s}]"
    spoken.infer(12, "a").infer(33, second)
    verdict = judge(case("{recovery: {within: 5s, label: a}}", more=f"faults: {faults}"), spoken.trace(60))
    assert [check.outcome for check in checks(verdict, "recovery")] == outcomes
    assert "brown-out of supply" in checks(verdict, "recovery")[1].expected
