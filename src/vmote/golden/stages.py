# SPDX-License-Identifier: Apache-2.0
"""The stages of an inference, each recomputed on the host from what the device said of the stage before.

samples   the device's readings, from the world: acceleration and sound to the last bit, slow quantities within a step
          of the part; not while a fault lasts
features  the model's input: from the device's own readings, or from the world's sound
model     the outputs, from the device's own input; the first operator that differs, where the device tells checksums
decision  label and score, and which labels begin to hold (`@heard`), from the device's own outputs

Because each stage starts from the device's word for the one before, the first stage that differs is the one at fault.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zlib import crc32

from vmote.firmware.card import LogMel, ModelCard, ZScore
from vmote.golden.agreement import DECISION, FEATURES, MODEL, SAMPLES, Agreement, Stage, differs, say_bytes
from vmote.golden.decision import Decider
from vmote.golden.features import FeatureReference
from vmote.golden.given import Inference, inferences
from vmote.golden.hearing import Heard, listen, stages_of
from vmote.golden.holding import Holding
from vmote.golden.host import HostModel
from vmote.golden.movement import AXES, movement_stage
from vmote.platforms import board_names, load_board
from vmote.scenario.stimulus import Stimulus
from vmote.trace import Trace
from vmote.units import say_time

# How far a reading may be from the world: the part's steps and the milliseconds between measuring and telling.
TOLERANCES = {"temperature": 0.1, "humidity": 0.4, "pressure": 0.1}
_SCORE_STEP = 0.0005  # the record gives a score with three decimals
_AFTER = "every operator told equals the host's: the output was changed after the last one"


def model_stage(trace: Trace, path: Path, heard: Heard | None = None) -> Stage:
    """Run every input the device had through TFLM and compare outputs, and layers where told, byte by byte."""
    told = _with_inputs(inferences(trace.records), heard)
    keep = any(inference.layers for inference in told)
    host = HostModel(path, keep_layers=keep)
    compared, layers, untold = 0, 0, ""
    for k, inference in enumerate(told):
        if inference.given is None or len(inference.given) != host.input.size:
            untold = untold or _no_input(inference, host)
            continue
        if inference.first and k:
            host = HostModel(path, keep_layers=keep)  # the device restarted: what the model remembered is gone
        expected = host.run(inference.given)
        compared += 1
        wrong = _first_layer(inference, host) if inference.layers else ""
        if inference.out is None:
            return differs(MODEL, compared, inference, "no whole output in the record", say_bytes(expected), wrong)
        if inference.out != expected:
            more = wrong or (_AFTER if inference.layers else "")
            return differs(MODEL, compared, inference, say_bytes(inference.out), say_bytes(expected), more)
        if wrong:
            return differs(MODEL, compared, inference, "a layer of its own", "another, though outputs are equal", wrong)
        layers += len(inference.layers)
    if not told:
        return Stage(MODEL, Agreement.UNTOLD, 0, "the device made no inference")
    if untold:
        return Stage(MODEL, Agreement.UNTOLD, compared, f"{compared} of {len(told)} inferences equal; {untold}")
    more = f", and {layers} outputs of their operators" if layers else ""
    return Stage(MODEL, Agreement.EQUAL, compared, f"{compared} of {compared} inferences equal, bit for bit{more}")


def _with_inputs(told: list[Inference], heard: Heard | None) -> list[Inference]:
    """Fill in the inputs that the device told only the checksum of, where the host made the very same."""
    known = heard.inputs if heard is not None else {}
    return [
        replace(inference, given=known[k]) if inference.given is None and k in known else inference
        for k, inference in enumerate(told)
    ]


def sample_stage(trace: Trace, stimulus: Stimulus | None) -> Stage:
    """Hold every reading of a slow quantity against the world."""
    if stimulus is None:
        return Stage(SAMPLES, Agreement.UNTOLD, 0, "the world is not known")
    compared = 0
    boots = 0
    for record in trace.records:
        boots += record.kind == "boot"
        if record.kind != "sample":
            continue
        # Its own clock begins anew at a reset; the world's does not. Then the time at which the line arrived will do.
        t_ns = record.device_t_ns if boots < 2 else record.t_ns
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
                return Stage(SAMPLES, Agreement.DIFFERS, compared, said, detail)
    if not compared:
        return Stage(SAMPLES, Agreement.UNTOLD, 0, "no reading of a slow quantity was told outside faults")
    return Stage(SAMPLES, Agreement.EQUAL, compared, f"{compared} readings as the world was")


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
            host_says = say_bytes(expected) or "nothing: too few readings since the start or the last error"
            return differs(FEATURES, compared, inference, say_bytes(inference.given), host_says)
    if not compared:
        return Stage(FEATURES, Agreement.UNTOLD, 0, reference.why_untold())
    return Stage(FEATURES, Agreement.EQUAL, compared, f"{compared} windows equal")


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
                    device, host = say_bytes(inference.given), f"{say_bytes(kept)} (as n={before.n} had it)"
                    return differs(FEATURES, compared, inference, device, host)
        before = inference
    if not compared:
        return Stage(FEATURES, Agreement.UNTOLD, 0, "no two spectrograms in a row are told (run with tracing)")
    return Stage(FEATURES, Agreement.EQUAL, compared, f"{compared} spectrograms go on from the one before")


def decision_stage(trace: Trace, path: Path, card: ModelCard) -> Stage:
    """Decide anew from the device's outputs."""
    told = inferences(trace.records)
    decider, holding = Decider(card, HostModel(path).output), Holding(card.decision)
    compared, words = 0, 0
    for inference in told:
        if inference.anew:
            decider.reset()
            holding.reset()
        if inference.out is None or len(inference.out) != decider.output.size:
            continue
        label, score = decider.decide(inference.out)
        compared += 1
        said = inference.record.text("label")
        said_score = inference.record.number("score")
        off = said_score is not None and abs(said_score - score) > _SCORE_STEP + 1e-6
        if said != label or off:
            device = f"{said} {inference.record.text('score')}"
            return differs(DECISION, compared, inference, device, f"{label} {score:.3f}")
        heard = label if holding.begins(label, inference.record.device_t_ns, inference.heard or "") else ""
        if inference.heard is not None and inference.heard != heard:
            return differs(DECISION, compared, inference, _hears(inference.heard), _hears(heard), _rule(card))
        words += bool(heard)
    if not compared:
        return Stage(DECISION, Agreement.UNTOLD, 0, "no outputs to decide from")
    more = f" and {words} @heard" if words else ""
    return Stage(DECISION, Agreement.EQUAL, compared, f"{compared} decisions{more} equal")


def _hears(label: str) -> str:
    return f"@heard label={label}" if label else "no @heard"


def _rule(card: ModelCard) -> str:
    return f"the card: hold {card.decision.hold}, refractory_ms {card.decision.refractory_ms}"


def stages(trace: Trace, path: Path, card: ModelCard, stimulus: Stimulus | None = None) -> tuple[Stage, ...]:
    """Compare every stage, in the order in which the device goes through them."""
    heard = None
    told = inferences(trace.records)
    if isinstance(card.features, LogMel) and stimulus is not None and trace.asked and told:
        heard = listen(trace, told, card.features, HostModel(path).input, stimulus)
        samples, features = stages_of(heard)
    else:
        samples = _readings_stage(trace, card, stimulus)
        features = feature_stage(trace, path, card)
    return samples, features, model_stage(trace, path, heard), decision_stage(trace, path, card)


def _readings_stage(trace: Trace, card: ModelCard, stimulus: Stimulus | None) -> Stage:
    features, board = card.features, trace.identity.board
    moves = isinstance(features, ZScore) and {quantity.name for quantity in features.quantities} == set(AXES)
    if not moves or stimulus is None or board not in board_names():
        return sample_stage(trace, stimulus)
    assert isinstance(features, ZScore)
    return movement_stage(trace, features, load_board(board), stimulus)


def first_difference(found: tuple[Stage, ...]) -> Stage | None:
    """Return the first stage at which device and host part."""
    return next((stage for stage in found if stage.agreement is Agreement.DIFFERS), None)


def _first_layer(inference: Inference, host: HostModel) -> str:
    """Name the first operator whose output differs from what the host has just computed; empty where none does."""
    seen: set[int] = set()
    for layer in host.layers():
        said = inference.layers.get(layer.index)
        if said is None or layer.index in seen:
            continue
        seen.add(layer.index)  # the device tells an operator's first output
        if said != crc32(layer.data):
            return f"first at operator {layer.index} ({layer.operator})"
    return ""


def _no_input(inference: Inference, host: HostModel) -> str:
    if inference.given is None:
        return f"inference n={inference.n} does not tell its whole input (run with --trace)"
    return f"inference n={inference.n} tells {len(inference.given)} bytes of input, the model takes {host.input.size}"
