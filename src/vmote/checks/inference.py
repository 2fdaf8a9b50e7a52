# SPDX-License-Identifier: Apache-2.0
"""The device's conclusions, taken out of its records."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
    decided: bool = True  # the device stands by it: enough inferences agreed

    def __str__(self) -> str:
        score = "" if self.score is None else f" {self.score:.3f}"
        return f"{say_time(self.t_ns)} {self.label}{score}" + ("" if self.decided else " (undecided)")


def inferences(trace: Trace) -> list[Inference]:
    """Return the inferences in order of time.

    An app that debounces tells with `@heard` what it decided; an inference counts as decided while its label is the one
    that was heard last. An app that tells no such record stands by every inference.
    """
    debounced = any(record.kind == "heard" for record in trace.records)
    out: list[Inference] = []
    heard = ""
    for record in trace.records:
        if record.kind == "boot":
            heard = ""  # a device that started anew has decided nothing
        elif record.kind == "heard":
            heard = record.text("label")
            if out and out[-1].label == heard and record.t_ns - out[-1].record.t_ns <= SLACK_NS:
                out[-1] = replace(out[-1], decided=True)
        elif record.kind == "infer":
            label = record.text("label")
            decided = not debounced or label == heard
            numbers = record.number("score"), record.integer("cycles")
            out.append(Inference(when(record), label, *numbers, record, decided))
    return out


def when(record: Record) -> int:
    """Return the device's own time of a record while it is believable, and else when it arrived.

    The device's time is the better one, for it is the sample's; after a reset or with a wrong clock it means nothing.
    """
    said = record.device_t_ns
    return said if 0 <= record.t_ns - said <= SLACK_NS else record.t_ns


def says(inference: Inference, label: str) -> bool:
    """Tell whether the device decided for the label."""
    return inference.decided and inference.label == label


def agrees(inference: Inference, label: str, score: float | None) -> bool:
    """Tell whether the device decided for the label, surely enough."""
    return says(inference, label) and (score is None or (inference.score is not None and inference.score >= score))
