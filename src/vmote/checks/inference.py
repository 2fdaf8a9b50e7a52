# SPDX-License-Identifier: Apache-2.0
"""The device's conclusions, taken out of its records."""

from __future__ import annotations

from dataclasses import dataclass

from vmote.console import Record
from vmote.trace import Trace
from vmote.units import NS_PER_S, say_time

SLACK_NS = 2 * NS_PER_S  # how long a device may take from its sample to its word


@dataclass(frozen=True)
class Inference:
    """One `@infer` record: when its data was sensed, what it says, how sure it is."""

    t_ns: int
    label: str
    score: float | None
    cycles: int | None
    record: Record

    def __str__(self) -> str:
        score = "" if self.score is None else f" {self.score:.3f}"
        return f"{say_time(self.t_ns)} {self.label}{score}"


def inferences(trace: Trace) -> list[Inference]:
    """Return the conclusions in order of time."""
    return [
        Inference(when(record), record.text("label"), record.number("score"), record.integer("cycles"), record)
        for record in trace.of("infer")
    ]


def when(record: Record) -> int:
    """Return the device's own time of a record while it is believable, and else when it arrived.

    The device's time is the better one, for it is the sample's; after a reset or with a wrong clock it means nothing.
    """
    said = record.device_t_ns
    return said if 0 <= record.t_ns - said <= SLACK_NS else record.t_ns


def agrees(inference: Inference, label: str, score: float | None) -> bool:
    """Tell whether an inference says the label, surely enough."""
    return inference.label == label and (score is None or (inference.score is not None and inference.score >= score))
