# SPDX-License-Identifier: Apache-2.0
"""The apps that sense continuously, on the emulated board: nothing lost, nothing invented, features as the host's."""

from __future__ import annotations

import math
import zlib
from itertools import pairwise

import numpy as np
import pytest

from vmote.features import decimate, logmel, zscore
from vmote.firmware.build import build
from vmote.firmware.card import LogMel, ZScore, load_model
from vmote.golden.host import HostModel
from vmote.platforms import Board
from vmote.scenario.stimulus import Fault

from .device import Seen, live

pytestmark = pytest.mark.tools

AXES = "xyz"
FULL_SCALE_SOUND = 32767


def sway(t: float) -> tuple[float, float, float]:
    return 0.4 * math.sin(5 * t), -0.2 + 0.1 * math.cos(3 * t), 0.97


@pytest.fixture(scope="session")
def moving(board: Board) -> Seen:
    world = {f"acceleration-{axis}": (lambda t, k=k: sway(t)[k]) for k, axis in enumerate(AXES)}
    return live(board, build(board, "motion").path, 8.0, world)


def rows_of(seen: Seen) -> np.ndarray:
    samples = seen.of("sample")
    return np.array(
        [[round(1000 * (s.number(f"acceleration_{a}") or 0)) for a in AXES] for s in samples], dtype=np.int32
    )


def test_motion_reads_every_row(moving: Seen) -> None:
    samples = moving.of("sample")
    assert [record.integer("n") for record in samples] == list(range(len(samples)))
    assert 8 * 25 - 12 <= len(samples) <= 8 * 25  # the part starts, and the last fetch is still to come
    assert not moving.of("error") and not moving.warnings


def test_motion_measures_the_world(moving: Seen) -> None:
    """Each row is the average of the samples that decimation gives it, whatever their phase."""
    rows = rows_of(moving)
    best = min(
        float(np.abs(decimate.decimate(_stream(start, len(rows)), 119, 25)[: len(rows)] - rows).max())
        for start in np.arange(0.02, 0.08, 0.0005)
    )
    assert best <= 4  # thousandths of g: the sensor's own step, and half a millisecond of phase


def _stream(start: float, rows: int) -> np.ndarray:
    times = start + np.arange(rows * 5) / 119
    return np.array([[round(1e6 * value) for value in sway(t)] for t in times], dtype=np.int64)


def test_motion_is_fed_what_it_read(moving: Seen) -> None:
    card = load_model("motion")
    features = card.features
    assert isinstance(features, ZScore)
    tensor = HostModel(card.path).input
    rows = rows_of(moving)
    infers = moving.of("infer")
    assert len(infers) >= 4
    for k, record in enumerate(infers):
        window = rows[k * features.stride :][: features.window]
        columns = [
            zscore.quantize(window[:, q], quantity.mean, quantity.std, tensor.scale, tensor.zero_point)
            for q, quantity in enumerate(features.quantities)
        ]
        assert record.text("in_crc") == f"{zlib.crc32(np.stack(columns, axis=1).tobytes()):08x}"
        assert record.integer("n") == k and record.integer("late") == 0


@pytest.mark.parametrize(("world", "read"), [((0.0, 0.0, 0.0), (0, 0, 0)), ((9.0, -9.0, 1.0), (3997, -3998, 1000))])
def test_free_fall_and_full_scale(world: tuple[float, ...], read: tuple[int, ...], board: Board) -> None:
    """The part saturates at 4 g and 32767 steps of 0.122 mg; the app goes on with what it is given."""
    quantities = {f"acceleration-{axis}": (lambda t, k=k: world[k]) for k, axis in enumerate(AXES)}
    seen = live(board, build(board, "motion").path, 6.0, quantities)
    assert np.abs(rows_of(seen) - read).max() <= 1
    assert seen.of("infer") and not seen.of("error")


def test_a_missing_accelerometer(board: Board) -> None:
    bare = board.model_copy(update={"parts": {k: v for k, v in board.parts.items() if k != "lsm9ds1-ag"}})
    seen = live(bare, build(board, "motion").path, 3.5)
    assert [record.text("code") for record in seen.of("error")] == ["sensor-nack"] * 4
    assert not seen.of("infer") and not seen.of("sample")


def _melody() -> np.ndarray:
    t = np.arange(3 * 16000) / 16000
    tone = 0.3 * np.sin(2 * np.pi * (300 + 200 * t) * t) * np.exp(-((t - 1.2) ** 2) * 9)
    return np.round(FULL_SCALE_SOUND * (tone + 0.004 * np.random.default_rng(5).standard_normal(len(t)))).astype(
        np.int16
    )


MELODY = _melody()


@pytest.mark.parametrize("kind", ["nack", "hold-bus", "vanish"])
def test_an_accelerometer_that_was_away(kind: str, board: Board) -> None:
    """The window is broken meanwhile; afterwards it fills anew, with nothing of before."""
    away = Fault(kind, "lsm9ds1-ag", 1_500_000_000, 4_200_000_000)
    world = {f"acceleration-{axis}": (lambda t, k=k: sway(t)[k]) for k, axis in enumerate(AXES)}
    seen = live(board, build(board, "motion").path, 11.5, world, faults=(away,))
    errors = [record.device_t_ns / 1e9 for record in seen.of("error")]
    assert errors and min(errors) >= 1.5 and max(errors) < 4.3
    back = min(t for record in seen.of("sample") if (t := record.device_t_ns / 1e9) > max(errors))
    assert back < 5.5
    first = seen.of("infer")[0].device_t_ns / 1e9
    assert back + 5.0 - 0.15 <= first < back + 5.5  # 128 rows at 25 Hz


def voice(t: float) -> float:
    """Hold each sample until the next, so that the microphone's phase does not matter."""
    return float(MELODY[min(int(t * 16000), len(MELODY) - 1)]) / FULL_SCALE_SOUND


@pytest.fixture(scope="session")
def hearing(board: Board) -> Seen:
    return live(board, build(board, "keyword").path, 2.5, {"sound": voice})


def test_keyword_hears_without_a_gap(hearing: Seen) -> None:
    """Every window's features, made on the device, are those of the host for the very samples."""
    card = load_model("keyword")
    features = card.features
    assert isinstance(features, LogMel)
    tensor = HostModel(card.path).input
    mel = logmel.LogMel()
    infers = hearing.of("infer")
    assert len(infers) >= 12 and not hearing.of("error")
    # When the first sample was taken is the microphone's affair: find it, then hold every window to it.
    told = [record.text("in_crc") for record in infers]
    starts = [s for s in range(550, 650) if _crc(mel, MELODY, s, tensor.scale, tensor.zero_point) == told[0]]
    assert starts, "the first window is nowhere in the sound"
    step = features.every_frames * mel.spec.stride
    expected = [_crc(mel, MELODY, starts[0] + k * step, tensor.scale, tensor.zero_point) for k in range(len(told))]
    assert told == expected


def _crc(mel: logmel.LogMel, pcm: np.ndarray, start: int, scale: float, zero_point: int) -> str:
    frames = mel.spectrogram(pcm[start : start + mel.spec.samples])
    return f"{zlib.crc32(logmel.quantize(frames, scale, zero_point).tobytes()):08x}"


def test_keyword_keeps_its_deadline(hearing: Seen) -> None:
    assert [record.integer("late") for record in hearing.of("infer")] == [0] * len(hearing.of("infer"))
    times = [record.number("t") or 0 for record in hearing.of("infer")]
    assert all(0.08 < b - a < 0.12 for a, b in pairwise(times))


@pytest.mark.parametrize(
    ("state", "sound"),
    [
        ("flat", lambda t: 0.0),
        ("offset", lambda t: 0.4 + 0.01 * math.sin(900 * t)),
        ("clipped", lambda t: 3.0 * math.sin(900 * t)),
    ],
)
def test_what_the_microphone_gives_is_judged(state: str, sound: object, board: Board) -> None:
    seen = live(board, build(board, "keyword").path, 1.5, {"sound": sound})  # type: ignore[dict-item]
    assert [record.text("state") for record in seen.of("sound")] == [state]


def test_good_sound_needs_no_word(hearing: Seen) -> None:
    assert not hearing.of("sound")


def test_another_model_goes_in(board: Board) -> None:
    """Six kinds of weather in the image that was linked for two."""
    image = build(board, "weather", model=load_model("sky")).path
    seen = live(board, image, 3 * 3600, {"temperature": lambda t: -4.0, "humidity": lambda t: 92.0})
    assert seen.of("boot")[0].text("model") == "sky"
    labels = load_model("sky").labels
    assert seen.of("infer") and all(record.text("label") in labels for record in seen.of("infer"))
