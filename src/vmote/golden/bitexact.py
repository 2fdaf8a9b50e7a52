# SPDX-License-Identifier: Apache-2.0
"""The verdict's line about bit-exactness."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vmote.errors import BadInput
from vmote.golden.agreement import Agreement, Stage
from vmote.golden.host import missing
from vmote.golden.stages import model_stage
from vmote.trace import Trace
from vmote.verdict import Check, Outcome

NAME = "golden"
_EXPECTED = "every output equals TensorFlow Lite Micro's on the host"
_OUTCOMES = {
    Agreement.EQUAL: Outcome.PASS,
    Agreement.DIFFERS: Outcome.FAIL,
    Agreement.UNTOLD: Outcome.SKIPPED,
}


def check(trace: Trace, model_path: Path | None, *, demanded: bool = False) -> Check:
    """Hold every output of the device against TFLM's, byte by byte.

    Where a scenario demands it (`expect: {golden: true}`), not to be able to is a failure, not a skip.
    """
    found = _check(trace, model_path)
    if demanded and found.outcome is Outcome.SKIPPED:
        return replace(found, outcome=Outcome.FAIL, happened=f"it could not be checked: {found.happened}")
    return found


def _check(trace: Trace, model_path: Path | None) -> Check:
    if reason := missing():
        return Check(NAME, _EXPECTED, reason, Outcome.SKIPPED)
    if model_path is None:
        return Check(NAME, _EXPECTED, "the image does not tell which model it carries", Outcome.SKIPPED)
    try:
        stage = model_stage(trace, model_path)
    except BadInput as error:
        # Nothing to compare with. What the device itself made of the model, its own records say.
        return Check(NAME, _EXPECTED, f"the host cannot run this model: {error.what}", Outcome.SKIPPED)
    return _say(stage)


def _say(stage: Stage) -> Check:
    return Check(NAME, _EXPECTED, stage.said, _OUTCOMES[stage.agreement], stage.detail)
