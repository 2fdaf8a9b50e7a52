# SPDX-License-Identifier: Apache-2.0
"""What the keyword models share: their examples, their features, and how they do in a long stream of sound."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmote.features.logmel import LogMel, LogMelSpec
from vmote.scenario.speech import cache_folder

from . import listening, speech
from .card import stated
from .recipe import Data, Examples, Floats, Recipe
from .speech import LABELS, NO, OTHER, RATE, SILENCE, YES, Bank, Mixer, Tick

SEED = 40
SPEC = LogMelSpec()
INPUT = (SPEC.frames, SPEC.bands, 1)
# Utterances of each keyword, other words, talks; then windows of each label.
SAID = {"train": (1500, 2600, 300), "validation": (150, 200, 40), "test": (250, 300, 60)}
WINDOWS = {"train": 4800, "validation": 300, "test": 500}
TEST_SNR = (10.0, 10.0)
EVERY_FRAMES = 5

DECISION: dict[str, Any] = {
    "kind": "argmax",
    "threshold": 0.8,
    "unsure": "unknown",
    "alert": ["yes", "no"],
    "average": 4,
    "hold": 2,
    "refractory_ms": 700,
}
DATA = (
    "vmote.scenario.speech (espeak-ng): 36 voices in 5 accents at many speeds and pitches, in rooms and not, at -40 to "
    "-14 dBFS, over white, pink, brown noise, babble, hum, knocks and far talk. `unknown` is other words, running talk "
    "and keywords of which the window holds less than half; `silence` is noise alone at -75 to -15 dBFS, or nothing. "
    "Training voices are also made larger and smaller by up to a quarter; at 0 to 35 dB SNR; the metrics are at 10 dB. "
    "False alarms: in three hours of those noises and three of other sentences by the voices never met, as it decides"
)
SPLIT = (
    "by voice: 21 voices to train, 5 to pick the epoch, 10 others to judge, each with all its accents; the other words "
    "and sentences of the test set were never heard either"
)
FEATURES = {
    "kind": "log-mel",
    "sample_rate": SPEC.sample_rate,
    "window_ms": SPEC.window_ms,
    "stride_ms": SPEC.stride_ms,
    "frames": SPEC.frames,
    "bands": SPEC.bands,
    "low_hz": SPEC.low_hz,
    "high_hz": SPEC.high_hz,
    "every_frames": EVERY_FRAMES,
}


def recipe(
    folder: Path,
    build: Callable[[Any, Data], Any],
    *,
    title: str,
    architecture: str,
    epochs: int,
    rate: float,
    decision: dict[str, Any] | None = None,
    notes: str = "",
    app: str = "keyword",
) -> Recipe:
    """Everything that the two networks have in common: the card, the data, what is measured."""
    rule = DECISION | (decision or {})
    return Recipe(
        folder=folder,
        card=stated(
            folder,
            app=app,
            title=title,
            architecture=architecture,
            takes=INPUT,
            gives=len(LABELS),
            labels=LABELS,
            decision=rule,
            data=DATA,
            split=SPLIT,
            notes=notes,
        ),
        data=make_data,
        build=build,
        seed=SEED,
        epochs=epochs,
        batch=64,
        rate=rate,
        smoothing=0.02,
        augment=augment,
        probe=lambda score: probe(score, rule),
    )


def make_data(tick: Tick) -> Data:
    """Make the three sets, or take them from the cache: they are minutes of work, and two models share them."""
    file = _cache_file()
    if file.is_file():
        with np.load(file) as held:
            sets = [Examples(held[f"{which}_x"], held[f"{which}_y"]) for which in WINDOWS]
        return Data(sets[0], sets[1], sets[2], FEATURES)
    sets = []
    for k, which in enumerate(WINDOWS):

        def part(share: float, what: str, k: int = k) -> None:
            tick((k + share) / 3, what)

        sets.append(_set(which, part))
    _keep(
        file,
        {f"{which}_{name}": getattr(made, name) for which, made in zip(WINDOWS, sets, strict=True) for name in "xy"},
    )
    return Data(sets[0], sets[1], sets[2], FEATURES)


def _cache_file() -> Path:
    """Name the cache after everything that the examples are made of."""
    import vmote  # noqa: PLC0415

    digest = hashlib.sha256(np.__version__.encode())
    product = Path(vmote.__file__).parent
    sources = [*product.glob("features/*.py"), *product.glob("scenario/signals/*.py"), product / "scenario/speech.py"]
    for file in (*sorted(sources), Path(__file__), Path(speech.__file__)):
        digest.update(file.read_bytes())
    return cache_folder().parent / "training" / f"keyword-{digest.hexdigest()[:16]}.npz"


def _keep(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.stem}.{os.getpid()}.npz")
    np.savez(part, **arrays)
    part.replace(path)


@cache
def bank(which: str) -> Bank:
    """Have a set's words said once."""
    return Bank.make(which, SEED, *SAID[which], lambda *_: None)


def _set(which: str, tick: Tick) -> Examples:
    tick(0.0, f"voices, {which}")
    rng = np.random.default_rng([SEED, 1, list(WINDOWS).index(which)])
    mixer = Mixer(bank(which), SPEC.samples, rng, warp=0.25 if which == "train" else 0.0)
    count = WINDOWS[which]
    snr = TEST_SNR if which == "test" else (0.0, 35.0)
    plan = [(YES, 1.0), (NO, 1.0), (OTHER, 1.0), (SILENCE, 1.0)] * count
    if which != "test":
        plan += [(OTHER, 1.0)] * (count // 2)
        plan += [(label, -1.0) for label in (YES, NO) for _ in range(count // 5)]
    windows, ys = [], []
    for label, inside in plan:
        share = 1.0 if inside > 0 else float(mixer.rng.uniform(0.1, 0.45))
        windows.append(mixer.window(label, snr, inside=share))
        ys.append(label if inside > 0 else OTHER)
    return Examples(features(np.stack(windows), tick, which), np.array(ys, dtype=np.int64))


def features(windows: NDArray[np.int16], tick: Tick, which: str) -> Floats:
    """Bring windows of sound to what the model takes: window × frame × band × 1."""
    mel = LogMel(SPEC)
    out = np.empty((len(windows), SPEC.frames, SPEC.bands, 1), dtype=np.float32)
    step = 64
    for low in range(0, len(windows), step):
        tick(0.2 + 0.8 * low / len(windows), f"log-mel, {which} {low}/{len(windows)}")
        out[low : low + step, :, :, 0] = mel.real(mel.spectrogram(windows[low : low + step]))
    return out


def augment(tf: Any, x: Any, seed: Any) -> Any:
    """Vary a batch of spectrograms: loudness, tilt, a voice a band higher or lower, a stretch or a band gone."""
    count = tf.shape(x)[0]

    def uniform(low: float, high: float, salt: int, shape: tuple[int, ...] = (1, 1, 1)) -> Any:
        return tf.random.stateless_uniform((count, *shape), seed=(seed, salt), minval=low, maxval=high)

    slope = tf.reshape(tf.linspace(-1.0, 1.0, SPEC.bands), (1, 1, -1, 1))
    x = x + uniform(-0.3, 0.3, 1) + uniform(-0.15, 0.15, 2) * slope
    moved = tf.stack([tf.roll(x, shift, axis=2) for shift in (-1, 0, 1)])
    pick = tf.one_hot(tf.cast(uniform(0, 3, 3, ()), tf.int32), 3)
    x = tf.einsum("knfbc,nk->nfbc", moved, pick)
    quiet = tf.reduce_mean(x, axis=(1, 2), keepdims=True)
    for axis, size, widest in ((1, SPEC.frames, 7.0), (2, SPEC.bands, 6.0)):
        start, width = uniform(0, float(size), 4 + axis), uniform(-widest, widest, 6 + axis)
        shape = [1, -1 if axis == 1 else 1, -1 if axis == 2 else 1, 1]
        at = tf.reshape(tf.range(size, dtype=tf.float32), shape)
        x = tf.where((at >= start) & (at < start + width), quiet, x)
    return x


Score = Callable[[Floats], NDArray[np.float64]]


def probe(score: Score, rule: dict[str, Any]) -> dict[str, float]:
    """Let the model listen to unseen voices in a stream, deciding as the device does."""
    found = listening.false_alarms(lambda sound: len(_heard(score, sound, rule)))
    found |= _hits(score, np.random.default_rng([SEED, 2]), rule)
    for snr in (0.0, 20.0):
        mixer = Mixer(bank("test"), SPEC.samples, np.random.default_rng([SEED, 3]))
        labels = np.arange(600) % len(LABELS)
        x = features(np.stack([mixer.window(int(k), (snr, snr)) for k in labels]), lambda *_: None, "")
        found[f"accuracy-at-{snr:.0f}-db"] = round(float((score(x).argmax(axis=1) == labels).mean()), 4)
    return found


def _hits(score: Score, rng: np.random.Generator, rule: dict[str, Any]) -> dict[str, float]:
    """Say a keyword every three seconds at 10 dB and count how often it is heard, within a second, and as what."""
    gap, count = 3 * RATE, 120
    sound = np.zeros(gap * count)
    noise = bank("test").noise["pink"]
    truth = []
    for k in range(count):
        label = (YES, NO)[k % 2]
        clips = bank("test").words[label]
        said = clips[int(rng.integers(len(clips)))]
        level = 10 ** (rng.uniform(-32, -16) / 20)
        start = k * gap + RATE
        bed = int(rng.integers(0, len(noise) - gap))
        sound[k * gap : (k + 1) * gap] = noise[bed : bed + gap] * level * 10 ** (-10 / 20)
        sound[start : start + len(said)] += level * said
        truth.append((label, start, start + len(said)))
    heard = _heard(score, np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int16), rule)
    right = sum(any(said == label and a <= at <= b + RATE for said, at in heard) for label, a, b in truth)
    return {"heard-in-stream-at-10-db": round(right / count, 4)}


def _heard(score: Score, sound: NDArray[np.int16], rule: dict[str, Any]) -> list[tuple[int, int]]:
    """Return label and time (in samples) of each keyword that the device would report: firmware/app/decide.c."""
    mel = LogMel(SPEC)
    frames = mel.real(mel.spectrogram(sound))
    starts = np.arange(0, len(frames) - SPEC.frames + 1, EVERY_FRAMES)
    scores = np.concatenate(
        [
            score(np.stack([frames[s : s + SPEC.frames] for s in starts[low : low + 2000]])[..., np.newaxis])
            for low in range(0, len(starts), 2000)
        ]
    )
    return _decided(scores, rule)


def _decided(scores: NDArray[np.float64], rule: dict[str, Any]) -> list[tuple[int, int]]:
    """Decide from the scores of successive windows."""
    found: list[tuple[int, int]] = []
    candidate = agreed = heard = -1
    quiet_until = 0
    for k in range(len(scores)):
        now = (k * EVERY_FRAMES + SPEC.frames) * SPEC.stride
        mean = scores[max(0, k - rule["average"] + 1) : k + 1].mean(axis=0)
        best = int(mean.argmax())
        best = best if mean[best] >= rule["threshold"] else OTHER
        agreed = agreed + 1 if best == candidate else 1
        candidate = best
        if agreed >= rule["hold"] and now >= quiet_until and best != heard:
            heard = best
            if best in (YES, NO):
                found.append((best, now))
                quiet_until = now + rule["refractory_ms"] * RATE // 1000
    return found
