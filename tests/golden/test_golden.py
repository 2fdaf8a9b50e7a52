# SPDX-License-Identifier: Apache-2.0
"""Golden: a faultless device passes; one wrong byte anywhere is found, in the right stage, at the right inference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray

from vmote import golden
from vmote.errors import BadInput
from vmote.firmware.card import LogMel, ModelCard
from vmote.golden import Agreement
from vmote.golden.host import HostModel
from vmote.golden.stages import _overlaps as overlaps
from vmote.scenario.stimulus import Fault, Stimulus
from vmote.trace import Trace
from vmote.verdict import Outcome

HOUR = 3600 * 10**9
READINGS = [(4.031, 68.2), (3.2, 74.0), (0.4, 91.8), (-1.25, 97.1), (-2.0, 96.6), (-3.012, 80.5)]


class Hourly:
    """A channel with one value an hour."""

    def __init__(self, values: list[float]) -> None:
        self.values = values

    def value_at(self, t_ns: int) -> float:
        return self.values[t_ns // HOUR]

    def samples(self, start_ns: int, rate_hz: float, count: int) -> NDArray[np.float64]:
        raise NotImplementedError


def world() -> Stimulus:
    """What the readings of the told device were taken from."""
    channels = {name: Hourly([row[q] for row in READINGS]) for q, name in enumerate(("temperature", "humidity"))}
    return Stimulus(dict(channels), len(READINGS) * HOUR)


Say = Callable[[], list[str]]
MakeTrace = Callable[[list[str]], Trace]


def alter(lines: list[str], n: int, key: str, change: Callable[[str], str]) -> list[str]:
    """Change one field of the inference `n`."""
    out = []
    for line in lines:
        if line.startswith(f"@infer n={n} "):
            fields = [part.split("=", 1) for part in line.split()[1:]]
            line = "@infer " + " ".join(f"{k}={change(v) if k == key else v}" for k, v in fields)  # noqa: PLW2901
        out.append(line)
    return out


def bump(values: str) -> str:
    """Add one to the last integer of a list."""
    *rest, last = values.split(",")
    return ",".join([*rest, str(int(last) + (1 if int(last) < 127 else -1))])


def test_a_faultless_device_passes(say: Say, make_trace: MakeTrace, snow: Path, card: ModelCard) -> None:
    trace = make_trace(say())
    check = golden.check(trace, snow)
    assert check.outcome is Outcome.PASS
    assert check.happened == "4 of 4 inferences equal, bit for bit"
    found = golden.stages(trace, snow, card, world())
    assert [(stage.name, stage.agreement, stage.compared) for stage in found] == [
        ("samples", Agreement.EQUAL, 12),
        ("features", Agreement.EQUAL, 4),
        ("model", Agreement.EQUAL, 4),
        ("decision", Agreement.EQUAL, 4),
    ]
    assert golden.first_difference(found) is None


def test_a_reading_that_the_world_did_not_give(say: Say, make_trace: MakeTrace, snow: Path, card: ModelCard) -> None:
    trace = make_trace([line.replace("humidity=97.100", "humidity=96.500") for line in say()])
    first = golden.first_difference(golden.stages(trace, snow, card, world()))
    assert first is not None and first.name == "samples"
    assert "humidity of n=3" in first.said
    assert "device 96.500\nworld  97.100" in first.detail
    fault = Fault("freeze", "hts221", 3 * HOUR - 10, 3 * HOUR + 10)
    excused = golden.stages(trace, snow, card, replace(world(), faults=(fault,)))[0]
    assert (excused.agreement, excused.compared) == (Agreement.EQUAL, 10)


def test_the_scenario_is_not_trivial(say: Say) -> None:
    labels = [line.split("label=")[1].split()[0] for line in say() if line.startswith("@infer")]
    assert set(labels) == {"snow", "no-snow"}


@pytest.mark.parametrize("n", [2, 5])
def test_one_wrong_output_byte_fails_and_is_named(say: Say, make_trace: MakeTrace, snow: Path, n: int) -> None:
    check = golden.check(make_trace(alter(say(), n, "out", bump)), snow)
    assert check.outcome is Outcome.FAIL
    assert f"n={n}" in check.happened
    assert "device " in check.detail and "host " in check.detail


@pytest.mark.parametrize(
    ("key", "change", "stage"),
    [
        ("in", bump, "features"),
        ("out", bump, "model"),
        ("label", lambda old: "snow" if old == "no-snow" else "no-snow", "decision"),
        ("score", lambda old: f"{float(old) + 0.002:.3f}", "decision"),
    ],
)
def test_the_first_stage_that_differs_is_found(
    say: Say, make_trace: MakeTrace, snow: Path, card: ModelCard, key: str, change: Callable[[str], str], stage: str
) -> None:
    first = golden.first_difference(golden.stages(make_trace(alter(say(), 3, key, change)), snow, card))
    assert first is not None
    assert first.name == stage
    assert "n=3" in first.said


def test_a_wrong_reading_shows_in_the_features(say: Say, make_trace: MakeTrace, snow: Path, card: ModelCard) -> None:
    lines = [line.replace("temperature=0.400", "temperature=5.400") for line in say()]
    first = golden.first_difference(golden.stages(make_trace(lines), snow, card))
    assert first is not None and first.name == "features"


def test_an_inference_over_a_broken_window_is_a_difference(
    say: Say, make_trace: MakeTrace, snow: Path, card: ModelCard
) -> None:
    lines = say()
    at = next(k for k, line in enumerate(lines) if line.startswith("@sample n=4"))
    lines[at] = "@error code=sensor-nack sensor=hts221 t=14400.000"
    first = golden.first_difference(golden.stages(make_trace(lines), snow, card))
    assert first is not None and first.name == "features"
    assert "too few readings" in first.detail


def test_layers_name_the_first_wrong_operator(say: Say, make_trace: MakeTrace, snow: Path) -> None:
    lines = alter(say(), 2, "out", bump)
    at = next(k for k, line in enumerate(lines) if line.startswith("@infer n=2 "))
    given = lines[at].split(" in=")[1].split()[0]
    host = HostModel(snow, keep_layers=True)
    host.run(bytes(int(value) & 0xFF for value in given.split(",")))
    told = [crc32(layer.data) for layer in host.layers()]
    assert len(told) == 3
    told[1] ^= 1
    lines[at:at] = [f"@operator n=2 index={k} name=X crc={crc:08x}" for k, crc in enumerate(told)]
    check = golden.check(make_trace(lines), snow)
    assert "first at operator 1 (FULLY_CONNECTED)" in check.detail


def test_an_input_in_pieces_is_put_together(say: Say, make_trace: MakeTrace, snow: Path) -> None:
    lines = []
    for line in say():
        if not line.startswith("@infer"):
            lines.append(line)
            continue
        given = bytes(int(v) & 0xFF for v in line.split(" in=")[1].split()[0].split(","))
        n = line.split("n=")[1].split()[0]
        lines += [f"@features n={n} at=0 hex={given[:4].hex()}", f"@features n={n} at=4 hex={given[4:].hex()}"]
        lines.append(line.replace(f" in={line.split(' in=')[1].split()[0]}", ""))
    assert golden.check(make_trace(lines), snow).outcome is Outcome.PASS
    summed = []
    for k, line in enumerate(lines):
        whole = (
            bytes.fromhex(lines[k - 2].split("hex=")[1] + lines[k - 1].split("hex=")[1]) if "@infer" in line else b""
        )
        summed.append(f"{line} in_crc={crc32(whole):08x}" if whole else line)
    assert golden.check(make_trace(summed), snow).outcome is Outcome.PASS
    at = next(k for k, line in enumerate(summed) if line.startswith("@features n=3"))
    summed[at] = summed[at][:-1] + ("0" if summed[at][-1] != "0" else "1")  # one digit garbled on its way
    check = golden.check(make_trace(summed), snow)
    assert check.outcome is Outcome.SKIPPED and "n=3" in check.happened
    lost = [line for line in lines if not (line.startswith("@features n=4") and "at=0" in line)]
    check = golden.check(make_trace(lost), snow)
    assert check.outcome is Outcome.SKIPPED
    assert "n=4" in check.happened


def test_silence_is_never_a_pass(say: Say, make_trace: MakeTrace, snow: Path) -> None:
    check = golden.check(make_trace(["@boot app=weather"]), snow)
    assert (check.outcome, check.happened) == (Outcome.SKIPPED, "the device made no inference")
    lines = [line.replace(" in=", " was=") for line in say()]
    check = golden.check(make_trace(lines), snow)
    assert check.outcome is Outcome.SKIPPED
    assert "does not tell its whole input" in check.happened


def test_a_missing_package_is_skipped_with_its_reason(
    say: Say, make_trace: MakeTrace, snow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "vmote.golden.bitexact.missing", lambda: "the package tflite-micro is not installed: pip install …"
    )
    check = golden.check(make_trace(say()), snow)
    assert check.outcome is Outcome.SKIPPED
    assert "not installed" in check.happened


def test_the_real_reason_when_the_package_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    from vmote.golden import host  # noqa: PLC0415

    monkeypatch.setattr(host, "PACKAGE", "tflite-micro-that-does-not-exist")
    assert "not installed" in host.missing()


@pytest.mark.parametrize("size", [0, 3, 7, 8, 30, 200, 900, 1700])
def test_a_damaged_file_is_refused_with_a_sentence(snow: Path, tmp_path: Path, size: int) -> None:
    path = tmp_path / "cut.tflite"
    path.write_bytes(snow.read_bytes()[:size])
    with pytest.raises(BadInput) as caught:
        HostModel(path)
    assert str(path) in str(caught.value)


def test_the_wrong_amount_of_input_is_refused(snow: Path) -> None:
    with pytest.raises(BadInput, match="5 bytes, the model takes 6"):
        HostModel(snow).run(bytes(5))


def spectrograms(frames: list[bytes], *, lost_before: int | None = None) -> list[str]:
    """Tell windows of four frames of two bands, one frame further each."""
    lines = ["@boot app=keyword"]
    for n in range(len(frames) - 3):
        if n == lost_before:
            lines.append("@error code=sensor-overrun sensor=microphone t=1.000")
        lines.append(f"@features n={n} at=0 hex={b''.join(frames[n : n + 4]).hex()}")
        lines.append(f"@infer n={n} t={n}.000 out=1,2 label=yes score=0.500")
    return lines


def test_spectrograms_go_on_from_each_other(make_trace: MakeTrace) -> None:
    features = LogMel(kind="log-mel", frames=4, bands=2, every_frames=1)
    frames = [bytes([k, 100 + k]) for k in range(8)]
    lines = spectrograms(frames)
    stage = overlaps(make_trace(lines), features)
    assert (stage.agreement, stage.compared) == (Agreement.EQUAL, 4)
    skipped = overlaps(make_trace([line for line in lines if " n=2 " not in line]), features)
    assert (skipped.agreement, skipped.compared) == (Agreement.EQUAL, 3)
    wrong = [line.replace("0266", "0267") if "n=1 at" in line else line for line in lines]
    stage = overlaps(make_trace(wrong), features)
    assert stage.agreement is Agreement.DIFFERS
    assert "n=1" in stage.said
    fresh = spectrograms([*frames[:5], *(bytes([k, k]) for k in range(40, 48))], lost_before=2)
    assert overlaps(make_trace(fresh), features).agreement is Agreement.EQUAL


def test_what_is_demanded_and_cannot_be_checked_fails(
    say: Say, make_trace: MakeTrace, snow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`expect: {golden: true}` never passes by not being looked at."""
    untold = [line.replace(" in=", " hidden=") for line in say()]
    assert golden.check(make_trace(untold), snow).outcome is Outcome.SKIPPED
    check = golden.check(make_trace(untold), snow, demanded=True)
    assert check.outcome is Outcome.FAIL and "could not be checked: 0 of" in check.happened
    assert golden.check(make_trace(say()), None, demanded=True).outcome is Outcome.FAIL
    assert golden.check(make_trace(say()[:3]), snow, demanded=True).outcome is Outcome.FAIL
    assert golden.check(make_trace(say()), snow, demanded=True).outcome is Outcome.PASS
    monkeypatch.setattr("vmote.golden.bitexact.missing", lambda: "not installed")
    assert golden.check(make_trace(say()), snow, demanded=True).outcome is Outcome.FAIL
