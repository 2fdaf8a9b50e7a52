# SPDX-License-Identifier: Apache-2.0
"""Emulated devices held against the host: equal in every stage, and where one thing is changed, that stage is named."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from vmote.firmware.app_file import load_app
from vmote.firmware.build import build
from vmote.firmware.card import LogMel, ModelCard, ZScore, load_model
from vmote.firmware.elf import open_image
from vmote.firmware.insert import model_of
from vmote.firmware.packing import CARD_SIZE
from vmote.golden import Agreement, Stage, first_difference, stages
from vmote.platforms import load_board
from vmote.run import Request, Run, execute
from vmote.scenario.stimulus import Channel, Stimulus
from vmote.tflite.model import read_model

pytestmark = pytest.mark.tools

HEAD = "schema: 1\ntitle: A short world\nseed: 3\n"
WORLDS = {
    "keyword": "duration: 2.2s\ndevice: {app: keyword}\nworld:\n  sound:\n    - {noise: pink, level: -30 dBFS}\n"
    "    - {tone: {frequency: 700 Hz}, level: -25 dBFS}\n",
    "motion": "duration: 6.5s\ndevice: {app: motion}\nworld:\n  motion:\n    - {rest: face-up}\n    - tremor:\n"
    "    - {gesture: wing, at: 2s}\n",
    "weather": "duration: 6h\ndevice: {app: weather}\nworld:\n  temperature:\n    - constant: 4 degC\n"
    "    - {front: {change: -6 K, over: 3h}, at: 03:00}\n"
    "  humidity:\n    - {constant: 96 %RH}\n",
}


class Shifted:
    """A channel that is a little more than it was."""

    def __init__(self, channel: Channel, by: float) -> None:
        self.channel, self.by = channel, by

    def value_at(self, t_ns: int) -> float:
        return self.channel.value_at(t_ns) + self.by

    def samples(self, start_ns: int, rate_hz: float, count: int):  # type: ignore[no-untyped-def]
        return self.channel.samples(start_ns, rate_hz, count) + self.by


@pytest.fixture(scope="module", params=list(WORLDS))
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Run, ModelCard]:
    """Let each app live through a short world, telling checksums."""
    app = request.param
    path = tmp_path_factory.mktemp("world") / f"{app}.yaml"
    path.write_text(HEAD + WORLDS[app], encoding="utf-8")
    run = execute(Request(path, checksums=True))
    return app, run, load_model(run.trace.identity.model)


def compare(
    run: Run, card: ModelCard, *, path: Path | None = None, stimulus: Stimulus | None = None
) -> tuple[Stage, ...]:
    return stages(run.trace, path or card.path, card, stimulus or run.stimulus)


def test_every_stage_is_equal(lived: tuple[str, Run, ModelCard]) -> None:
    app, run, card = lived
    found = compare(run, card)
    assert [stage.agreement for stage in found] == [Agreement.EQUAL] * 4, found
    assert all(stage.compared >= 2 for stage in found)
    operators = len(read_model(card.path).operators)
    infers = len(run.trace.of("infer"))
    assert f"{operators * infers} outputs of their operators" in found[2].said
    if app != "weather":
        assert found[0].compared >= infers  # sound and acceleration are compared to the last bit


def test_another_world_shows_in_the_samples(lived: tuple[str, Run, ModelCard]) -> None:
    _, run, card = lived
    by = {"sound": 1e-4, "temperature": 0.3, "acceleration-x": 0.003}
    channels = {name: Shifted(channel, by.get(name, 0.0)) for name, channel in run.stimulus.channels.items()}
    first = first_difference(compare(run, card, stimulus=replace(run.stimulus, channels=channels)))
    assert first is not None and first.name == "samples", first


def test_other_features_show_in_the_features(lived: tuple[str, Run, ModelCard]) -> None:
    _, run, card = lived
    features = card.features
    if isinstance(features, LogMel):
        changed: LogMel | ZScore = features.model_copy(update={"high_hz": 7400})
    else:
        first_quantity = features.quantities[0].model_copy(update={"mean": features.quantities[0].mean + 0.3})
        changed = features.model_copy(update={"quantities": (first_quantity, *features.quantities[1:])})
    found = compare(run, card.model_copy(update={"features": changed}))
    assert found[0].agreement is Agreement.EQUAL
    first = first_difference(found)
    assert first is not None and first.name == "features", first


def test_another_weight_shows_in_its_layer(lived: tuple[str, Run, ModelCard], tmp_path: Path) -> None:
    """The host's model has other weights in one operator: the very operator is named."""
    _, run, card = lived
    model = read_model(card.path)
    index = max(k for k, op in enumerate(model.operators) if op.name in ("FULLY_CONNECTED", "CONV_2D"))
    data = bytearray(card.path.read_bytes())
    weights = bytes(model.tensors[model.operators[index].inputs[1]].data or b"")
    at = data.find(weights)
    assert len(weights) >= 12 and at > 0
    data[at : at + len(weights)] = bytes((value ^ 0x40) for value in weights)
    other = tmp_path / "other.tflite"
    other.write_bytes(data)
    found = compare(run, card, path=other)
    first = first_difference(found)
    assert first is not None and first.name == "model", found
    assert f"first at operator {index} ({model.operators[index].name})" in first.detail


def test_another_rule_shows_in_the_decision(lived: tuple[str, Run, ModelCard]) -> None:
    _, run, card = lived
    turned = card.model_copy(update={"labels": tuple(reversed(card.labels))})
    first = first_difference(compare(run, turned))
    assert first is not None and first.name == "decision"


def test_another_hold_shows_in_the_decision(lived: tuple[str, Run, ModelCard]) -> None:
    """Labels and scores are the same: only when a label begins to hold is not."""
    _, run, card = lived
    words = run.trace.of("heard")
    assert words and f"decisions and {len(words)} @heard equal" in compare(run, card)[3].said
    longer = card.decision.model_copy(update={"hold": card.decision.hold + 1})
    first = first_difference(compare(run, card.model_copy(update={"decision": longer})))
    assert first is not None and first.name == "decision"
    assert (
        f"device @heard label={words[0].text('label')}\nhost   no @heard\nthe card: hold {longer.hold}" in first.detail
    )


def test_another_refractory_time_shows_in_the_decision(lived: tuple[str, Run, ModelCard]) -> None:
    """Were the device to keep quiet after its first word, there would be no second one."""
    app, run, card = lived
    words = run.trace.of("heard")
    assert app != "weather" or len(words) > 1
    rule = card.decision.model_copy(update={"alert": card.labels, "refractory_ms": 36_000_000})
    first = first_difference(compare(run, card.model_copy(update={"decision": rule})))
    assert (first is not None) == (len(words) > 1)
    if first is not None:
        assert first.name == "decision" and "host   no @heard" in first.detail
        assert f"device @heard label={words[1].text('label')}" in first.detail


def test_a_layer_that_differs_is_told_even_where_the_output_does_not(lived: tuple[str, Run, ModelCard]) -> None:
    """A checksum garbled on the device: the model stage is not equal then, whatever came out in the end."""
    _, run, card = lived
    records = list(run.trace.records)
    k = next(k for k, record in enumerate(records) if record.kind == "operator" and record.integer("index") == 1)
    crc = int(records[k].text("crc"), 16) ^ 1
    records[k] = replace(records[k], fields=records[k].fields | {"crc": f"{crc:08x}"})
    first = first_difference(stages(replace(run.trace, records=tuple(records)), card.path, card, run.stimulus))
    assert first is not None and "first at operator 1 " in first.detail


GONE = "duration: 3.9s\ndevice: {{app: keyword, board: {board}}}\n"
NOISE = "world:\n  sound:\n    - {{noise: pink, level: -30 dBFS}}\n"
FAULT = "faults:\n  - {{fault: vanish, part: microphone, from: {start}s, to: {end}s}}\n"


@pytest.mark.parametrize(
    ("board", "start", "end"), [("nano33ble-sense", 1.3337, 1.7771), ("portenta-h7", 1.2213, 2.9401)]
)
def test_a_microphone_that_vanishes_is_held_against_silence(
    board: str, start: float, end: float, tmp_path: Path
) -> None:
    """No window is left out: what a microphone gives while it is gone is known to the sample."""
    path = tmp_path / "gone.yaml"
    path.write_text(HEAD + (GONE + NOISE + FAULT).format(board=board, start=start, end=end), encoding="utf-8")
    run = execute(Request(path, checksums=True))
    card = load_model(run.trace.identity.model)
    infers = len(run.trace.of("infer"))
    assert infers >= 15 and bool(run.trace.of("error")) == (end - start > 1)
    found = compare(run, card)
    assert [(stage.agreement, stage.compared) for stage in found] == [(Agreement.EQUAL, infers)] * 4, found
    moved = replace(run.stimulus, faults=(replace(run.stimulus.faults[0], end_ns=round((end + 0.02) * 1e9)),))
    first = first_difference(compare(run, card, stimulus=moved))
    assert first is not None and first.name == "samples"


@pytest.mark.parametrize(("app", "which"), [("weather", 0), ("keyword", 2)])
def test_a_device_that_computes_wrongly_is_told_at_its_operator(app: str, which: int, tmp_path: Path) -> None:
    """Its flash holds another weight of one operator, and checksums that suit; the host has the model as it was."""
    board = load_board("nano33ble-sense")
    image = open_image(build(board, app).path, board)
    card = load_model(load_app(app).model)
    model = read_model(card.path)
    weighted = [k for k, op in enumerate(model.operators) if len(op.inputs) > 1 and op.name != "RESHAPE"]
    index = weighted[which]
    weights = bytes(model.tensors[model.operators[index].inputs[1]].data or b"")
    flashed = bytearray(model_of(image) or b"")
    at = flashed.find(weights)
    assert len(weights) >= 12 and at > 0 and flashed.find(weights, at + 1) < 0
    flashed[at : at + len(weights)] = bytes(value ^ 0x40 for value in weights)
    packed = bytearray(image.section_bytes(".vmote.card") or b"")
    struct.pack_into("<I", packed, 8, crc32(flashed))  # model_crc in firmware/app/card.h
    struct.pack_into("<I", packed, CARD_SIZE - 4, crc32(packed[: CARD_SIZE - 4]))
    data = bytearray(image.data)
    for name, part in ((".vmote.card", packed), (".vmote.model", flashed)):
        data[image.sections[name].offset : image.sections[name].offset + len(part)] = part
    other = tmp_path / "other.elf"
    other.write_bytes(data)
    world = tmp_path / "world.yaml"
    world.write_text(HEAD + WORLDS[app], encoding="utf-8")
    run = execute(Request(world, image=other, checksums=True))
    found = compare(run, card)
    assert [stage.agreement for stage in found] == [*[Agreement.EQUAL] * 2, Agreement.DIFFERS, Agreement.EQUAL], found
    assert f"first at operator {index} ({model.operators[index].name})" in found[2].detail
