# SPDX-License-Identifier: Apache-2.0
"""The stages of an inference, each recomputed on the host from what the device said of the stage before.

samples   the device's readings, from the world at that instant; slow quantities only, and not while a fault lasts
features  the model's input, from the device's own readings
model     the outputs, from the device's own input; where they differ, the first operator that differs
decision  label and score, from the device's own outputs

Because each stage starts from the device's word for the one before, the first stage that differs is the one at fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from zlib import crc32

from vmote.firmware.card import LogMel, ModelCard
from vmote.golden.decision import Decider
from vmote.golden.features import FeatureReference
from vmote.golden.given import Inference, inferences
from vmote.golden.host import HostModel
from vmote.scenario.stimulus import Stimulus
from vmote.trace import Trace
from vmote.units import say_time

# How far a reading may be from the world: the part's steps and the milliseconds between measuring and telling.
TOLERANCES = {"temperature": 0.1, "humidity": 0.4, "pressure": 0.1}
_SCORE_STEP = 0.0005  # the record gives a score with three decimals


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


def model_stage(trace: Trace, path: Path) -> Stage:
    """Run every input the device had through TFLM and compare the outputs byte by byte."""
    told = inferences(trace.records)
    host = HostModel(path)
    compared, untold = 0, ""
    for k, inference in enumerate(told):
        if inference.given is None or len(inference.given) != host.input.size:
            untold = untold or _no_input(inference, host)
            continue
        if inference.first and k:
            host = HostModel(path)  # the device restarted: what the model remembered is gone
        expected = host.run(inference.given)
        compared += 1
        if inference.out is None:
            return _differs("model", compared, inference, "no whole output in the record", _say(expected))
        if inference.out != expected:
            return _differs(
                "model", compared, inference, _say(inference.out), _say(expected), _first_layer(inference, path)
            )
    if not told:
        return Stage("model", Agreement.UNTOLD, 0, "the device made no inference")
    if untold:
        return Stage("model", Agreement.UNTOLD, compared, f"{compared} of {len(told)} inferences equal; {untold}")
    return Stage("model", Agreement.EQUAL, compared, f"{compared} of {compared} inferences equal, bit for bit")


def sample_stage(trace: Trace, stimulus: Stimulus | None) -> Stage:
    """Hold every reading of a slow quantity against the world."""
    if stimulus is None:
        return Stage("samples", Agreement.UNTOLD, 0, "the world is not known")
    compared = 0
    for record in trace.of("sample"):
        t_ns = record.device_t_ns
        if any(fault.start_ns <= t_ns <= fault.end_ns for fault in stimulus.faults):
            continue
        for quantity, tolerance in TOLERANCES.items():
            read = record.number(quantity)
            if read is None or quantity not in stimulus.channels:
                continue
            world = stimulus.channels[quantity].value_at(t_ns)
            compared += 1
            if not abs(read - world) <= tolerance:
                said = f"{quantity} of n={record.text('n')} at {say_time(t_ns)} differs"
                detail = f"device {read:.3f}\nworld  {world:.3f}\nconsole line {record.line}"
                return Stage("samples", Agreement.DIFFERS, compared, said, detail)
    if not compared:
        return Stage("samples", Agreement.UNTOLD, 0, "no reading of a slow quantity was told outside faults")
    return Stage("samples", Agreement.EQUAL, compared, f"{compared} readings as the world was")


def feature_stage(trace: Trace, path: Path, card: ModelCard) -> Stage:
    """Recompute every input from the device's readings."""
    host = HostModel(path)
    if isinstance(card.features, LogMel):
        return _overlaps(trace, card.features)
    reference = FeatureReference(card.features, host.input)
    told = iter(inferences(trace.records))
    compared = 0
    for record in trace.records:
        reference.note(record)
        if record.kind != "infer":
            continue
        inference = next(told)
        expected = reference.window()
        if inference.given is None or expected is None:
            continue
        compared += 1
        if inference.given != expected:
            host_says = _say(expected) or "nothing: too few readings since the start or the last error"
            return _differs("features", compared, inference, _say(inference.given), host_says)
    if not compared:
        return Stage("features", Agreement.UNTOLD, 0, reference.why_untold())
    return Stage("features", Agreement.EQUAL, compared, f"{compared} windows equal")


def _overlaps(trace: Trace, features: LogMel) -> Stage:
    """Sound itself is not told, but a spectrogram's older frames must be those of the one before."""
    before: Inference | None = None
    compared = 0
    for inference in inferences(trace.records):
        if inference.given is None:
            continue
        if before is not None and before.given is not None and not inference.anew:
            shift = features.every_frames * (inference.n - before.n) * features.bands
            kept = before.given[shift:]
            if kept and inference.n > before.n:
                compared += 1
                if inference.given[: len(kept)] != kept:
                    device, host = _say(inference.given), f"{_say(kept)} (as n={before.n} had it)"
                    return _differs("features", compared, inference, device, host)
        before = inference
    if not compared:
        return Stage("features", Agreement.UNTOLD, 0, "no two spectrograms in a row are told (run with tracing)")
    return Stage("features", Agreement.EQUAL, compared, f"{compared} spectrograms go on from the one before")


def decision_stage(trace: Trace, path: Path, card: ModelCard) -> Stage:
    """Decide anew from the device's outputs."""
    told = inferences(trace.records)
    decider = Decider(card, HostModel(path).output)
    compared = 0
    for inference in told:
        if inference.anew:
            decider.reset()
        if inference.out is None or len(inference.out) != decider.output.size:
            continue
        label, score = decider.decide(inference.out)
        compared += 1
        said = inference.record.text("label")
        said_score = inference.record.number("score")
        off = said_score is not None and abs(said_score - score) > _SCORE_STEP + 1e-6
        if said != label or off:
            device = f"{said} {inference.record.text('score')}"
            return _differs("decision", compared, inference, device, f"{label} {score:.3f}")
    if not compared:
        return Stage("decision", Agreement.UNTOLD, 0, "no outputs to decide from")
    return Stage("decision", Agreement.EQUAL, compared, f"{compared} decisions equal")


def stages(trace: Trace, path: Path, card: ModelCard, stimulus: Stimulus | None = None) -> tuple[Stage, ...]:
    """Compare every stage, in the order in which the device goes through them."""
    return (
        sample_stage(trace, stimulus),
        feature_stage(trace, path, card),
        model_stage(trace, path),
        decision_stage(trace, path, card),
    )


def first_difference(found: tuple[Stage, ...]) -> Stage | None:
    """Return the first stage at which device and host part."""
    return next((stage for stage in found if stage.agreement is Agreement.DIFFERS), None)


def _first_layer(inference: Inference, path: Path) -> str:
    """Name the first operator whose output differs, where the device told checksums of them."""
    if not inference.layers:
        return ""
    host = HostModel(path, keep_layers=True)
    host.run(inference.given or b"")
    for layer in host.layers():
        said = inference.layers.get(layer.index)
        if said is not None and said != crc32(layer.data):
            return f"first at operator {layer.index} ({layer.operator})"
    return "every operator told equals the host's: the output was changed after the last one"


def _differs(name: str, compared: int, inference: Inference, device: str, host: str, more: str = "") -> Stage:
    said = f"inference n={inference.n} at {say_time(inference.record.device_t_ns)} differs"
    lines = [f"device {device}", f"host   {host}", *([more] if more else []), f"console line {inference.record.line}"]
    return Stage(name, Agreement.DIFFERS, compared, said, "\n".join(lines))


def _no_input(inference: Inference, host: HostModel) -> str:
    if inference.given is None:
        return f"inference n={inference.n} does not tell its whole input (run with --trace)"
    return f"inference n={inference.n} tells {len(inference.given)} bytes of input, the model takes {host.input.size}"


def _say(data: bytes) -> str:
    """Write int8 values, the first of them only where there are many."""
    shown = [value - 256 if value > 127 else value for value in data[:24]]
    return ",".join(map(str, shown)) + (f",… ({len(data)} bytes)" if len(data) > 24 else "")
