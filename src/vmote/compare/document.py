# SPDX-License-Identifier: Apache-2.0
"""A comparison as a machine-readable document."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from vmote.compare.agreement import Agreement, Aspect, Difference
from vmote.compare.comparing import Compared, Ran
from vmote.units import NS_PER_S


def document_of(compared: Compared) -> dict[str, Any]:
    """Return everything a program may want of it."""
    names = [ran.side.name for ran in compared.ran]
    return {
        "scenario": str(compared.ran[0].side.request.scenario),
        "passed": compared.passed,
        "sides": [_side(ran) for ran in compared.ran],
        "pairs": [
            {"one": names[0], "other": name, **agreement_document(agreement)}
            for name, agreement in zip(names[1:], compared.agreements, strict=True)
        ],
    }


def agreement_document(agreement: Agreement) -> dict[str, Any]:
    """Return a pair's aspects and their first difference."""
    first = agreement.first
    return {
        "passed": agreement.passed,
        "same_image": agreement.same_image,
        "bounds": {"time": agreement.bounds.time_ns / NS_PER_S, "instructions": agreement.bounds.instructions},
        "aspects": [_aspect(aspect) for aspect in agreement.aspects],
        "first": None if first is None else {"aspect": first[0].name, **_difference(first[1])},
    }


def _side(ran: Ran) -> dict[str, Any]:
    trace = ran.run.trace
    return {
        "name": ran.side.name,
        **asdict(trace.identity),
        "verdict": "passed" if ran.run.verdict.passed else "failed",
        "fingerprint": trace.fingerprint(),
        "instructions": trace.counters.instructions,
        "wall": {stage: round(seconds, 4) for stage, seconds in ran.run.wall_s.items()},
    }


def _aspect(aspect: Aspect) -> dict[str, Any]:
    return {
        "name": aspect.name,
        "agrees": aspect.agrees,
        "judged": aspect.judged,
        "compared": aspect.compared,
        "differing": aspect.differing,
        "said": aspect.said,
        "first": None if aspect.first is None else _difference(aspect.first),
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "t": difference.t_ns / NS_PER_S,
        "where": difference.where,
        "one": difference.one,
        "other": difference.other,
        "context": [asdict(row) for row in difference.context],
    }
