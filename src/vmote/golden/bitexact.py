# SPDX-License-Identifier: Apache-2.0
"""The verdict's line about bit-exactness."""

from __future__ import annotations

from pathlib import Path

from vmote.errors import BadInput
from vmote.golden.host import missing
from vmote.golden.stages import Agreement, Stage, model_stage
from vmote.trace import Trace
from vmote.verdict import Check, Outcome

NAME = "golden"
_EXPECTED = "every output equals TensorFlow Lite Micro's on the host"
_OUTCOMES = {
    Agreement.EQUAL: Outcome.PASS,
    Agreement.DIFFERS: Outcome.FAIL,
    Agreement.UNTOLD: Outcome.SKIPPED,
}


def check(trace: Trace, model_path: Path) -> Check:
    """Hold every output of the device against TFLM's, byte by byte."""
    if reason := missing():
        return Check(NAME, _EXPECTED, reason, Outcome.SKIPPED)
    try:
        stage = model_stage(trace, model_path)
    except BadInput as error:
        # Nothing to compare with. What the device itself made of the model, its own records say.
        return Check(NAME, _EXPECTED, f"the host cannot run this model: {error.what}", Outcome.SKIPPED)
    return _say(stage)


def _say(stage: Stage) -> Check:
    return Check(NAME, _EXPECTED, stage.said, _OUTCOMES[stage.agreement], stage.detail)
