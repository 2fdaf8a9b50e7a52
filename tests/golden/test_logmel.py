# SPDX-License-Identifier: Apache-2.0
"""The log-mel reference against plain floating point, and against its own promise of 32 bits."""

from __future__ import annotations

import numpy as np
import pytest

from vmote.features import fft
from vmote.features.logmel import LogMel, LogMelSpec, log2_q8, multiplier_of, quantize

T = np.arange(480) / 16000
EXTREMES = {
    "lowest": np.full(480, -32768),
    "alternating": np.array([32767, -32768] * 240),
    "square": np.where(np.sin(2 * np.pi * 1000 * T) >= 0, 32767, -32768),
    "impulse": np.eye(1, 480, 240, dtype=np.int64)[0] * 32767,
    "noise": np.random.default_rng(1).integers(-32768, 32768, 480),
}


def windowed(x: np.ndarray) -> np.ndarray:
    out = np.zeros((*x.shape[:-1], fft.POINTS), dtype=np.int64)
    out[..., : x.shape[-1]] = (x * LogMel().hann + 256) >> 9
    return out


@pytest.mark.parametrize("amplitude", [32767, 1000, 30])
def test_the_fft_is_one(amplitude: int) -> None:
    x = windowed(np.random.default_rng(0).integers(-amplitude, amplitude + 1, (16, 480)))
    expected = np.abs(2 * np.fft.rfft(x)) ** 2
    # Products are rounded to whole numbers, which shows where the input is but a few of them.
    assert np.max(np.abs(fft.power(x) - expected)) < 1e-2 * expected.mean()


@pytest.mark.parametrize("name", EXTREMES)
def test_nothing_leaves_its_bits(name: str) -> None:
    x = windowed(EXTREMES[name][np.newaxis])
    assert np.abs(x).max() < 1 << 22
    power = fft.power(x)
    assert np.sqrt(power.astype(float)).max() < 1 << 31  # so that re and im each fit an int32
    bands = LogMel()._bands(power.astype(np.uint64))
    assert bands.astype(float).max() < 2.0**63


def test_a_tone_shows_in_its_band_and_12_db_are_four_octaves_of_power() -> None:
    mel = LogMel()
    edges = np.linspace(*(2595 * np.log10(1 + np.array([125, 7500]) / 700)), 42)
    for band in (3, 12, 25, 38):
        hertz = 700 * (10 ** (edges[band + 1] / 2595) - 1)
        loud, soft = (mel.spectrogram((a * np.sin(2 * np.pi * hertz * T)).astype(np.int64))[0] for a in (16000, 4000))
        assert loud.argmax() == band
        assert loud[band] - soft[band] == pytest.approx(4 * 256, abs=3)


def test_every_bin_inside_gives_all_of_its_power() -> None:
    band, share = LogMel().shares
    inside = band >= 0
    assert not inside[0] and not inside[-1]
    assert ((share >= 0) & (share <= 2048)).all()
    assert set(band[inside].tolist()) == set(range(41))


def test_the_logarithm() -> None:
    values = np.array([1, 2, 3, 7, 1000, 123_456_789, (1 << 40) + 9, (1 << 63) - 1], dtype=np.uint64)
    assert np.abs(log2_q8(values) - 256 * np.log2(values.astype(float))).max() <= 0.55
    assert log2_q8(np.array([0], dtype=np.uint64))[0] == 0


def test_frames_follow_each_other() -> None:
    spec = LogMelSpec()
    x = np.random.default_rng(2).integers(-3000, 3000, spec.samples)
    frames = LogMel(spec).spectrogram(x)
    assert frames.shape == (49, 40)
    assert np.array_equal(LogMel(spec).spectrogram(x[320 : 320 + 480])[0], frames[1])


def test_silence_is_the_lowest_number() -> None:
    logs = LogMel().spectrogram(np.zeros(480))
    assert (logs == 0).all()
    assert (quantize(logs, 0.016, -3) == -128).all()


def test_quantization_is_within_one_step_of_floating_point() -> None:
    logs = np.arange(0, 16384, 7, dtype=np.int16)
    scale = 0.0213
    plain = np.clip(np.round((logs.astype(float) - 8192) / 2048 / scale) + 5, -128, 127)
    assert np.abs(quantize(logs, scale, 5) - plain).max() <= 1
    assert multiplier_of(scale) == round(65536 / (2048 * np.float32(scale)))


@pytest.mark.parametrize("spec", [LogMelSpec(window_ms=40), LogMelSpec(high_hz=9000), LogMelSpec(low_hz=8000)])
def test_impossible_numbers_are_refused(spec: LogMelSpec) -> None:
    with pytest.raises(ValueError, match="fit"):
        LogMel(spec)
