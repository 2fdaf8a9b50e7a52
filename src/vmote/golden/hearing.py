# SPDX-License-Identifier: Apache-2.0
"""Sound and its spectrograms: what the microphone gave the device, and what the device ought to have made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from vmote.features import logmel
from vmote.firmware.card import LogMel
from vmote.golden.agreement import FEATURES, SAMPLES, Agreement, Stage, differs, say_bytes
from vmote.golden.given import Inference
from vmote.golden.host import TensorSpec
from vmote.golden.recorded import Silent, Stretch, stretches
from vmote.scenario.stimulus import Stimulus
from vmote.soc.sensors.microphone import WAKE_UP_NS
from vmote.trace import Trace

_FULL_SCALE = 32767
# A window ended at most so long before its record: the ring, an inference, its words.
_SLACK_NS = 1_700_000_000


@dataclass
class Heard:
    """What could be held against the world, over a run."""

    samples: int = 0
    features: int = 0
    spoiled: int = 0  # windows that a fault of the scenario touches
    samples_differ: Stage | None = None
    features_differ: Stage | None = None
    inputs: dict[int, bytes] = field(default_factory=dict)  # place among the inferences -> input that its CRC confirms


def listen(trace: Trace, told: list[Inference], features: LogMel, tensor: TensorSpec, stimulus: Stimulus) -> Heard:
    """Follow every window of a run through the world's sound."""
    follower = _Follower(trace, told, features, tensor, stimulus)
    follower.follow()
    return follower.heard


class _Follower:
    """Goes through the inferences; where the sound began anew, it first finds where in the world they are."""

    def __init__(
        self, trace: Trace, told: list[Inference], features: LogMel, tensor: TensorSpec, stimulus: Stimulus
    ) -> None:
        self.told, self.features, self.heard = told, features, Heard()
        self.spec = logmel.LogMelSpec(
            features.sample_rate, features.window_ms, features.stride_ms, features.frames, features.bands,
            features.low_hz, features.high_hz,
        )  # fmt: skip
        self.sound = stretches(trace.asked, stimulus, ("sound",), _pcm, Silent("microphone", WAKE_UP_NS))
        mel = logmel.LogMel(self.spec)
        self.frames = [
            logmel.quantize(mel.spectrogram(stretch.values[:, 0]), tensor.scale, tensor.zero_point)
            if len(stretch.values) >= self.spec.window
            else np.zeros((0, self.spec.bands), dtype=np.int8)
            for stretch in self.sound
        ]

    def follow(self) -> None:
        at: tuple[int, int, int] | None = None  # stretch, the window's first sample, its n
        tried = 0
        for place, inference in enumerate(self.told):
            if inference.anew:
                at, tried = None, 0
            if at is None:
                start = self._find(inference)
                if start is None:
                    tried += 1
                    self._lost(inference, first=tried == 1)
                    continue
                at = (*start, inference.n)
            stretch, first, n = at
            self._hold(place, inference, stretch, first + (inference.n - n) * self._step)

    @property
    def _step(self) -> int:
        return self.features.every_frames * self.spec.stride

    def _find(self, inference: Inference) -> tuple[int, int] | None:
        """Find the window: by the checksum of all sound so far, or else by that of the features."""
        for by_sound in (True, False):
            for number, stretch in enumerate(self.sound):
                for first in self._candidates(stretch, inference):
                    said = self._sound_equal(stretch, first, inference) if by_sound else None
                    if said or (not by_sound and self._input(number, first) == _wanted(inference)):
                        return number, first
        return None

    def _candidates(self, stretch: Stretch, inference: Inference) -> range:
        t = inference.record.device_t_ns
        rate, stride = stretch.rate_hz, self.spec.stride
        last = int((t - stretch.start_ns) * rate / 1e9) - self.spec.samples
        first = int((t - _SLACK_NS - stretch.start_ns) * rate / 1e9) - self.spec.samples
        return range(max(first // stride, 0) * stride, max(last, -1) + 1, stride)

    def _since(self, first: int, inference: Inference) -> int | None:
        """Return where the sound began of which the device tells the checksum."""
        if inference.sound is None:
            return None
        frames = (inference.sound[0] - self.spec.window) // self.spec.stride + 1
        return first - (frames - self.spec.frames) * self.spec.stride

    def _sound_equal(self, stretch: Stretch, first: int, inference: Inference) -> bool | None:
        """Tell whether the sound since it began is the world's; None where that cannot be said."""
        begun = self._since(first, inference)
        if begun is None or inference.sound is None:
            return None
        count, told = inference.sound
        if begun < 0 or begun + count > len(stretch.values) or not stretch.known[begun : begun + count].all():
            return None
        return crc32(stretch.values[begun : begun + count, 0].astype("<i2").tobytes()) == told

    def _input(self, number: int, first: int) -> int | None:
        window = self._window(number, first)
        return None if window is None else crc32(window)

    def _window(self, number: int, first: int) -> bytes | None:
        """Return the features of a window of the world; None where a fault lies in it."""
        stretch, k = self.sound[number], first // self.spec.stride
        if first < 0 or not stretch.known[first : first + self.spec.samples].all():
            return None
        rows: NDArray[np.int8] = self.frames[number][k : k + self.spec.frames]
        return rows.tobytes() if len(rows) == self.spec.frames else None

    def _hold(self, place: int, inference: Inference, number: int, first: int) -> None:
        """Hold one window against the world: first its sound, then its features."""
        heard = self.heard
        equal = self._sound_equal(self.sound[number], first, inference)
        if equal is not None:
            heard.samples += 1
            if not equal and heard.samples_differ is None:
                heard.samples_differ = differs(
                    SAMPLES, heard.samples, inference, f"crc {inference.sound[1]:08x}" if inference.sound else "",
                    f"another: the {inference.sound[0] if inference.sound else 0} samples since the sound began",
                )  # fmt: skip
        window = self._window(number, first)
        if window is None:
            heard.spoiled += 1
            return
        heard.features += 1
        if crc32(window) == _wanted(inference):
            heard.inputs[place] = window
        elif heard.features_differ is None:
            host = f"{say_bytes(window)} (crc {crc32(window):08x})"
            device = f"crc {_wanted(inference) or 0:08x}"
            heard.features_differ = differs(
                FEATURES, heard.features, inference, device, host, self._where(inference, window)
            )

    def _where(self, inference: Inference, window: bytes) -> str:
        """Name the first number that differs, where the device told them all."""
        if inference.given is None or len(inference.given) != len(window):
            return ""
        k = next(k for k, (mine, yours) in enumerate(zip(inference.given, window, strict=True)) if mine != yours)
        values = [value - 256 if value > 127 else value for value in (inference.given[k], window[k])]
        frame, band = divmod(k, self.spec.bands)
        return f"first at frame {frame}, band {band}: device {values[0]}, host {values[1]}"

    def _lost(self, inference: Inference, *, first: bool) -> None:
        """No stretch of the world's sound is this window: a difference, unless a fault of the scenario explains it."""
        if self._excused(inference):
            self.heard.spoiled += 1
            return
        stage = SAMPLES if inference.sound is not None else FEATURES
        said = differs(
            stage, 1, inference, f"in_crc {_wanted(inference) or 0:08x}", "no window of the world's sound gives it"
        )
        if first and stage == SAMPLES and self.heard.samples_differ is None:
            self.heard.samples_differ = said
        elif first and self.heard.features_differ is None:
            self.heard.features_differ = said

    def _excused(self, inference: Inference) -> bool:
        for stretch in self.sound:
            for first in self._candidates(stretch, inference):
                part = stretch.known[first : first + self.spec.samples]
                if len(part) < self.spec.samples or not part.all():
                    return True
        return not self.sound


def stages_of(heard: Heard) -> tuple[Stage, Stage]:
    """Tell of samples and features."""
    spoiled = f"; {heard.spoiled} under a fault left out" if heard.spoiled else ""
    samples = heard.samples_differ or _told(SAMPLES, heard.samples, "sound up to each of {} windows equal", "", spoiled)
    features = heard.features_differ or _told(FEATURES, heard.features, "{} spectrograms equal", "", spoiled)
    return samples, features


def _told(name: str, count: int, equal: str, untold: str, more: str) -> Stage:
    if not count:
        why = untold or ("the device tells no checksum of its sound" if name == SAMPLES else "no window could be found")
        return Stage(name, Agreement.UNTOLD, 0, why + more)
    return Stage(name, Agreement.EQUAL, count, equal.format(count) + more)


def _wanted(inference: Inference) -> int | None:
    """Return the CRC of the input, as the device tells it or as its bytes have it."""
    try:
        return int(inference.record.text("in_crc"), 16)
    except ValueError:
        return None if inference.given is None else crc32(inference.given)


def _pcm(sound: NDArray[np.float64]) -> NDArray[np.int64]:
    """Bring sound to 16 bits as the boards' converters do at a gain of one."""
    return np.clip(np.rint(sound * _FULL_SCALE), -_FULL_SCALE - 1, _FULL_SCALE).astype(np.int64)
