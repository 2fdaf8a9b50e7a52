# SPDX-License-Identifier: Apache-2.0
"""How one stage of a run compares, and how a difference is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vmote.golden.given import Inference
from vmote.units import say_time

SAMPLES, FEATURES, MODEL, DECISION = "samples", "features", "model", "decision"


class Agreement(StrEnum):
    """How a stage compares."""

    EQUAL = "equal"
    DIFFERS = "differs"
    UNTOLD = "untold"  # the device did not say enough to compare


@dataclass(frozen=True)
class Stage:
    """One stage over a whole run."""

    name: str
    agreement: Agreement
    compared: int
    said: str  # one line
    detail: str = ""  # the first difference: when, device, host


def differs(name: str, compared: int, inference: Inference, device: str, host: str, more: str = "") -> Stage:
    """Tell of an inference at which a stage differs."""
    said = f"inference n={inference.n} at {say_time(inference.record.device_t_ns)} differs"
    lines = [f"device {device}", f"host   {host}", *([more] if more else []), f"console line {inference.record.line}"]
    return Stage(name, Agreement.DIFFERS, compared, said, "\n".join(lines))


def say_bytes(data: bytes) -> str:
    """Write int8 values, the first of them only where there are many."""
    shown = [value - 256 if value > 127 else value for value in data[:24]]
    return ",".join(map(str, shown)) + (f",… ({len(data)} bytes)" if len(data) > 24 else "")
