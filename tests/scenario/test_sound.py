# SPDX-License-Identifier: Apache-2.0
"""Sound: levels, ratios, colours, words and rooms are measured, not believed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vmote.errors import BadInput
from vmote.scenario import speech
from vmote.scenario.speech import Utterance, speak
from vmote.scenario.stimulus import Stimulus
from vmote.units import NS_PER_S

World = Callable[..., Stimulus]
RATE = 16_000
needs_speech = pytest.mark.skipif(bool(speech.missing()), reason=speech.missing() or "there")


def sound(stimulus: Stimulus, start: float = 0.0, length: float | None = None) -> np.ndarray:
    seconds = stimulus.duration_ns / NS_PER_S - start if length is None else length
    return stimulus.channels["sound"].samples(round(start * NS_PER_S), RATE, round(seconds * RATE))


def level(samples: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(samples**2)) + 1e-12))


def spectrum(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    parts = samples[: len(samples) // 4096 * 4096].reshape(-1, 4096) * np.hanning(4096)
    return np.fft.rfftfreq(4096, 1 / RATE), (np.abs(np.fft.rfft(parts)) ** 2).mean(axis=0)


@pytest.mark.parametrize("piece", ["noise: white", "noise: pink", "noise: brown", "tone: {frequency: 440 Hz}"])
def test_levels_are_what_they_say(world: World, piece: str) -> None:
    assert level(sound(world(f"  sound: {{{piece}, level: -30 dBFS}}\n", "8s"))) == pytest.approx(-30, abs=0.5)


@pytest.mark.parametrize(
    ("colour", "slope"), [("white", 0), ("pink", -3.01), ("brown", -6.02), ("blue", 3.01), ("violet", 6.02)]
)
def test_colours_fall_or_rise_by_the_octave(world: World, colour: str, slope: float) -> None:
    f, power = spectrum(sound(world(f"  sound: {{noise: {colour}, level: -20 dBFS}}\n", "40s")))
    octaves = [power[(f >= low) & (f < 2 * low)].mean() for low in (100, 200, 400, 800, 1600)]
    steps = np.diff(10 * np.log10(octaves))
    assert np.mean(steps) == pytest.approx(slope, abs=0.4)


def test_noise_is_mixed_at_its_ratio(world: World) -> None:
    tone = "{tone: {frequency: 3 kHz}, at: 2s, for: 2s, snr: 12 dB}"
    body = f"  sound:\n    - {{noise: pink, level: -40 dBFS}}\n    - {tone}\n"
    stimulus = world(body, "6s")
    noise = level(sound(stimulus, 0, 2))
    both = 10 ** (level(sound(stimulus, 2, 2)) / 10) - 10 ** (noise / 10)
    assert 10 * np.log10(both) - noise == pytest.approx(12, abs=0.7)


def test_an_snr_above_silence_is_refused(world: World) -> None:
    with pytest.raises(BadInput, match="above silence"):
        world("  sound: [{tone: {frequency: 1 kHz}, snr: 3 dB}]\n", "1s")


def test_a_tone_has_its_frequency_and_harmonics(world: World) -> None:
    f, power = spectrum(sound(world("  sound: {tone: {frequency: 500 Hz, harmonics: [0.5, 0.1]}}\n", "4s")))
    heights = [10 * np.log10(power[np.argmin(abs(f - k * 500))]) for k in (1, 2, 3, 4)]
    assert heights[1] - heights[0] == pytest.approx(-6.02, abs=0.5)
    assert heights[2] - heights[0] == pytest.approx(-20, abs=0.5)
    assert heights[3] - heights[0] < -50


@pytest.mark.parametrize(("shape", "middle"), [("linear", 1000.0), ("logarithmic", 600.0)])
def test_a_chirp_glides(world: World, shape: str, middle: float) -> None:
    stimulus = world(f"  sound: {{chirp: {{from: 200 Hz, to: 1800 Hz, shape: {shape}}}, at: 1s, for: 2s}}\n", "4s")
    for at, wanted in ((1.02, 200), (2.0, middle), (2.98, 1800)):
        part = sound(stimulus, at - 0.01, 0.02)
        crossings = np.flatnonzero((part[:-1] < 0) & (part[1:] >= 0))
        measured = RATE * (len(crossings) - 1) / (crossings[-1] - crossings[0])
        assert measured == pytest.approx(wanted, rel=0.12)
    assert level(sound(stimulus, 3.1, 0.5)) < -100


def test_a_filter_takes_out_what_it_should(world: World) -> None:
    f, power = spectrum(sound(world("  sound: {noise: white, filter: {lowpass: 1 kHz, order: 4}}\n", "10s")))
    low, high = power[(f > 100) & (f < 800)].mean(), power[(f > 3900) & (f < 4100)].mean()
    assert 10 * np.log10(low / high) == pytest.approx(
        56.1, abs=1.5
    )  # four poles, bilinear: 80 lg(tan(pi/4) / tan(pi/16))


def test_sound_ends_in_silence_and_stays_in_scale(world: World) -> None:
    stimulus = world("  sound: {noise: white, level: 0 dBFS}\n", "1s")
    assert np.max(np.abs(sound(stimulus))) <= 1.0
    assert not stimulus.channels["sound"].samples(2 * NS_PER_S, RATE, 100).any()
    assert stimulus.channels["sound"].value_at(3 * NS_PER_S) == 0.0


def test_clicks_repeat(world: World) -> None:
    body = "  sound: {click: , at: 500ms, level: -20 dBFS, repeat: {every: 250ms, times: 3}}\n"
    loud = np.abs(sound(world(body, "2s"))).reshape(-1, 800).max(axis=1) > 0.02
    assert np.flatnonzero(loud).tolist() == [10, 15, 20]


@needs_speech
def test_a_word_is_there_for_as_long_as_its_truth_says(world: World) -> None:
    body = '  sound:\n    - {noise: pink, level: -60 dBFS}\n    - {word: "yes", at: 1s, snr: 30 dB}\n'
    stimulus = world(body, "3s")
    (window,) = stimulus.truth
    assert window.label == "yes" and window.start_ns == NS_PER_S and 0.3 < (window.end_ns - window.start_ns) / 1e9 < 0.7
    end = window.end_ns / 1e9
    assert level(sound(stimulus, 1.0, end - 1.0)) > -33
    assert level(sound(stimulus, end + 0.05, 1.0)) < -58
    assert level(sound(stimulus, 0, 0.95)) < -58


@needs_speech
def test_the_second_word_is_the_first_again(world: World) -> None:
    """The synthesiser's own state must not leak from one utterance into the next."""
    one = speak([Utterance("yes"), Utterance("no"), Utterance("yes")])
    assert np.array_equal(one[0], one[2])
    speech_cache = speech.cache_folder()
    for file in speech_cache.glob("*.pcm"):
        file.unlink()
    assert np.array_equal(speak([Utterance("yes")])[0], one[0])


@needs_speech
def test_voices_differ_and_words_differ() -> None:
    base, other, word, slow = speak(
        [Utterance("yes"), Utterance("yes", voice="en-us+f3"), Utterance("no"), Utterance("yes", speed=100)]
    )
    assert not any(np.array_equal(base, sample) for sample in (other, word, slow))
    assert len(slow) > len(base)


@needs_speech
def test_a_damaged_cache_is_spoken_anew() -> None:
    (good,) = speak([Utterance("door")])
    for file in speech.cache_folder().glob("*.pcm"):
        file.write_bytes(file.read_bytes()[:-20] + b"\0" * 20)
    assert np.array_equal(speak([Utterance("door")])[0], good)


@pytest.mark.skipif(not speech.flite_voices(), reason="flite is not installed")
def test_flite_speaks_too_where_it_is() -> None:
    one, two, slow = speak(
        [Utterance("yes", voice=v, speed=s) for v, s in (("flite/slt", 160), ("flite/kal", 160), ("flite/slt", 100))]
    )
    assert 0.2 < len(one) / RATE < 1.0 and not np.array_equal(one, two) and len(slow) > 1.3 * len(one)
    with pytest.raises(BadInput, match="flite has no voice"):
        speak([Utterance("yes", voice="flite/nobody")])


@needs_speech
def test_a_voice_that_is_not_there_is_named() -> None:
    with pytest.raises(BadInput, match="no voice 'xx-nobody'"):
        speak([Utterance("yes", voice="xx-nobody")])


@needs_speech
def test_a_room_makes_a_word_longer_and_keeps_its_loudness(world: World) -> None:
    dry, wet = (
        world(f'  sound: {{word: "no", at: 200ms, level: -26 dBFS{room}}}\n', "3s")
        for room in ("", ", room: {reverb: 600ms, wet: 40 %}")
    )
    assert wet.truth[0].end_ns - dry.truth[0].end_ns == pytest.approx(0.6e9, rel=0.05)
    tail = dry.truth[0].end_ns / 1e9 + 0.05
    assert level(sound(wet, tail, 0.2)) > level(sound(dry, tail, 0.2)) + 20


@needs_speech
def test_babble_is_many_voices_and_no_keyword(world: World) -> None:
    stimulus = world("  sound: {babble: {voices: 3}, for: 4s, level: -30 dBFS}\n", "5s")
    assert stimulus.truth == ()
    assert level(sound(stimulus, 0, 4)) == pytest.approx(-30, abs=0.5)


def test_without_a_synthesiser_a_word_says_what_is_missing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from vmote.errors import Missing  # noqa: PLC0415

    monkeypatch.setattr(speech, "synthesiser", lambda: None)
    monkeypatch.setenv("VMOTE_CACHE", "/nonexistent")
    with pytest.raises(Missing, match=r"vmote\[speech\]"):
        world('  sound: {word: "yes"}\n', "1s")
