# SPDX-License-Identifier: Apache-2.0
"""Rates over a whole scenario, and what a debouncing device is held to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spoken_device import Spoken

from vmote.checks import judge
from vmote.scenario.model import Scenario
from vmote.verdict import Check, Verdict

Case = Callable[..., Scenario]
TRUTH = ["yes 10s-11s", "yes 20s-21s", "no 30s-31s", "no 40s-41s"]


def one(verdict: Verdict, name: str, about: str = "") -> Check:
    (check,) = [check for check in verdict.checks if check.name == name and about in check.expected]
    return check


def heard(spoken: Spoken, words: dict[float, str]) -> Spoken:
    for t in range(1, 60):
        spoken.infer(t + 0.5, words.get(t + 0.5, "silence"))
    return spoken


@pytest.mark.parametrize(("least", "outcome"), [("50 %", "pass"), ("51 %", "fail")])
def test_recall_counts_windows(case: Case, spoken: Spoken, least: str, outcome: str) -> None:
    trace = heard(spoken, {10.5: "yes", 30.5: "no", 31.5: "no", 45.5: "yes"}).trace(60)
    verdict = judge(case(f"{{rates: {{recall: {{'yes': {least}}}, background: silence}}}}", TRUTH), trace)
    check = one(verdict, "recall", "yes")
    assert (check.outcome, check.happened) == (outcome, "1 of 2: 50.0%")
    assert "missed at 20.000 s" in check.detail


def test_recall_of_every_label_and_latency(case: Case, spoken: Spoken) -> None:
    trace = heard(spoken, {11.5: "yes", 21.5: "yes", 30.5: "no", 41.5: "no"}).trace(60)
    slow = judge(case("{rates: {recall: 100 %, latency: 1s, background: silence}}", TRUTH), trace)
    assert [check.outcome for check in slow.checks if check.name == "recall"] == ["pass", "pass"]
    prompt = judge(case("{rates: {recall: 100 %, background: silence}}", TRUTH), trace)
    assert [check.outcome for check in prompt.checks if check.name == "recall"] == ["fail", "fail"]


def test_false_alarms_are_events_not_inferences(case: Case, spoken: Spoken) -> None:
    trace = heard(spoken, {10.5: "yes", 50.5: "yes", 51.5: "yes", 52.5: "yes", 55.5: "no"}).trace(60)
    check = one(judge(case("{rates: {false-alarms: 60 per h, background: silence}}", TRUTH), trace), "false alarms")
    assert check.outcome == "fail" and check.happened.startswith("2 in 60.000 s: 120")
    check = one(judge(case("{rates: {false-alarms: 2 per min, background: [silence]}}", TRUTH), trace), "false alarms")
    assert check.outcome == "pass"
    forgiving = case("{rates: {false-alarms: 0 per h, background: [silence, 'yes', 'no']}}", TRUTH)
    assert one(judge(forgiving, trace), "false alarms").outcome == "pass"


def test_precision_accuracy_and_confusion(case: Case, spoken: Spoken) -> None:
    trace = heard(spoken, {10.5: "yes", 20.5: "no", 30.5: "no", 40.5: "no", 50.5: "yes"}).trace(60)
    expect = """{rates: {background: silence, accuracy: 95 %, precision: {'yes': 50 %, 'no': 70 %},
      confusion: [{truth: 'yes', said: 'no', at-most: 49 %}, {truth: 'no', said: 'yes', at-most: 0 %}]}}"""
    verdict = judge(case(expect, TRUTH), trace)
    assert one(verdict, "accuracy").happened == "57 of 59: 96.6%" and one(verdict, "accuracy").outcome == "pass"
    assert one(verdict, "precision", "yes").outcome == "pass" and one(verdict, "precision", "no").outcome == "fail"
    assert one(verdict, "confusion", "true yes").outcome == "fail"
    assert one(verdict, "confusion", "true no").outcome == "pass"


def test_accuracy_forgives_near_the_edges(case: Case, spoken: Spoken) -> None:
    trace = heard(spoken, {9.5: "yes", 10.5: "yes", 20.5: "yes", 30.5: "no", 40.5: "no"}).trace(60)
    strict = judge(case("{rates: {background: silence, accuracy: 100 %}}", TRUTH), trace)
    assert one(strict, "accuracy").outcome == "fail"
    kind = judge(case("{rates: {background: silence, accuracy: 100 %, margin: 600ms}}", TRUTH), trace)
    assert one(kind, "accuracy").outcome == "pass"


def test_a_device_that_said_nothing_passes_no_rate(case: Case, spoken: Spoken) -> None:
    expect = "{rates: {background: silence, accuracy: 50 %, recall: 50 %, false-alarms: 0 per h}}"
    verdict = judge(case(expect, TRUTH), spoken.trace(60))
    assert not verdict.passed
    assert one(verdict, "false alarms").outcome == "skipped"


def test_a_flicker_that_the_device_did_not_decide_for_is_no_word(case: Case, spoken: Spoken) -> None:
    """With `@heard` records, an inference counts while its label is the one that was heard last."""
    spoken.infer(1, "silence").say(1.02, "@heard t=1.000 label=silence")
    spoken.infer(5, "yes").infer(6, "silence")  # one inference: not held
    spoken.infer(20, "yes").infer(20.5, "yes").say(20.52, "@heard t=20.500 label=yes").infer(21, "yes").infer(
        22, "silence"
    )
    verdict = judge(case("{conclude: ['yes 20s-21s'], never: ['yes']}", ["'yes 20s-21s'"]), spoken.trace(60))
    assert one(verdict, "conclude").happened.startswith("20.500 s yes")
    assert one(verdict, "never").outcome == "pass"
    # A new start forgets what was heard.
    spoken.say(30, "@boot app=keyword").infer(31, "yes")
    assert one(judge(case("{never: ['yes']}", ["'yes 20s-21s'"]), spoken.trace(60)), "never").outcome == "pass"


def test_once_means_once(case: Case, spoken: Spoken) -> None:
    spoken.infer(10, "yes").infer(11, "silence").infer(12, "yes").infer(13, "silence")
    expect = "{conclude: [{label: 'yes', from: 9s, to: 15s, once: true}]}"
    assert one(judge(case(expect), spoken.trace(60)), "conclude").happened == "2 times"
    spoken = Spoken().infer(10, "yes").infer(11, "yes").infer(12, "silence")
    assert one(judge(case(expect), spoken.trace(60)), "conclude").outcome == "pass"


@pytest.mark.parametrize(("least", "alarms", "recall"), [("50 %", "fail", "pass"), ("95 %", "pass", "fail")])
def test_what_was_said_unsurely_was_not_said(case: Case, spoken: Spoken, least: str, alarms: str, recall: str) -> None:
    spoken.infer(10.5, "yes", score=0.9).infer(12, "silence").infer(50, "yes", score=0.8).infer(
        52, "silence", score=0.1
    )
    expect = f"{{rates: {{background: silence, score: {least}, false-alarms: 0 per h, recall: {{'yes': 50 %}}}}}}"
    verdict = judge(case(expect, TRUTH), spoken.trace(60))
    assert (one(verdict, "false alarms").outcome, one(verdict, "recall").outcome) == (alarms, recall)
