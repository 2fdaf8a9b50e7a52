# SPDX-License-Identifier: Apache-2.0
"""What the model was given at an inference: as the device told it, or else made anew on the host.

A device tells short inputs always, and long ones when the run has tracing. Where it did not, scaled readings are made
anew from the readings it told, and a spectrogram from the world's sound, which may be off by a frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmote.console import Record
from vmote.errors import VmoteError
from vmote.features import logmel
from vmote.firmware.card import LogMel, ZScore
from vmote.firmware.packing import PackedCard
from vmote.golden.features import FeatureReference
from vmote.golden.given import inferences
from vmote.golden.host import TensorSpec
from vmote.scenario.stimulus import Stimulus
from vmote.tflite.model import read_model
from vmote.trace import Trace
from vmote.units import NS_PER_S

TOLD = "as the device told them"
REMADE = "made anew on the host from the readings the device told"
WORLD = "made anew on the host from the world's sound"


@dataclass(frozen=True)
class Seen:
    """The input of one inference: a row for each quantity or band, a column for each reading or frame, oldest first."""

    n: str
    t_ns: int  # when the newest column was sensed, on the device's clock
    rows: tuple[str, ...]  # quantities; for a spectrogram the bands' centres in Hz, lowest first
    values: NDArray[np.float64]  # in standard deviations from the mean; for a spectrogram in dB
    step_ns: int  # from one column to the next, on the device's clock
    source: str
    spectrogram: bool = False

    @property
    def start_ns(self) -> int:
        """When the oldest column was sensed."""
        return self.t_ns - self.step_ns * len(self.values[0])


class Sight:
    """Looks up inputs of a run; nothing is computed before somebody asks."""

    def __init__(
        self, trace: Trace, stimulus: Stimulus, card: PackedCard | None, model: Path | None, clock_hz: float = 64e6
    ) -> None:
        self._trace = trace
        self._stimulus = stimulus
        self._clock_hz = clock_hz
        features = card.features if card else None
        self._features = _named(features, trace) if isinstance(features, ZScore) else features
        self._tensor = _input_of(model)

    def of(self, record: Record) -> Seen | None:
        """Return what the model was given for an `@infer` record; None where that cannot be known."""
        if self._features is None or self._tensor is None or record.kind != "infer":
            return None
        size = self._features.elements
        if told := self._told.get(record.line):
            return self._seen(record, told, TOLD) if len(told) == size else None
        if isinstance(self._features, ZScore):
            remade = self._remade.get(record.line)
            return self._seen(record, remade, REMADE) if remade else None
        heard = self._from_world(record, self._features, self._tensor)
        return self._seen(record, heard, WORLD) if heard else None

    @cached_property
    def _told(self) -> dict[int, bytes]:
        found = inferences(self._trace.records)
        return {inference.record.line: inference.given for inference in found if inference.given is not None}

    @cached_property
    def _remade(self) -> dict[int, bytes]:
        """Follow the readings through the whole run."""
        if self._features is None or self._tensor is None:
            return {}
        reference = FeatureReference(self._features, self._tensor)
        found = {}
        for record in self._trace.records:
            reference.note(record)
            if record.kind == "infer" and (window := reference.window()):
                found[record.line] = window
        return found

    def _from_world(self, record: Record, features: LogMel, tensor: TensorSpec) -> bytes | None:
        """Make the spectrogram of what was heard before the inference began; its time is that of its end."""
        channel = self._stimulus.channels.get("sound")
        spec = spec_of(features)
        length_ns = spec.samples * NS_PER_S // spec.sample_rate
        start_ns = self._heard_until_ns(record) - length_ns
        if channel is None or start_ns < 0:
            return None
        sound = np.clip(np.rint(channel.samples(start_ns, spec.sample_rate, spec.samples) * 32768), -32768, 32767)
        frames = logmel.LogMel(spec).spectrogram(sound.astype(np.int64))
        return logmel.quantize(frames, tensor.scale, tensor.zero_point).tobytes()

    def _heard_until_ns(self, record: Record) -> int:
        busy = (record.integer("cycles") or 0) / self._clock_hz
        return record.device_t_ns - round(busy * NS_PER_S) - _BEHIND_NS

    def _seen(self, record: Record, given: bytes, source: str) -> Seen:
        assert self._features is not None and self._tensor is not None
        stored = np.frombuffer(given, np.int8).astype(np.float64)
        real = (stored - self._tensor.zero_point) * self._tensor.scale
        step_ns = round(self._step_s() * NS_PER_S)
        if isinstance(self._features, LogMel):
            spec = spec_of(self._features)
            values = real.reshape(self._features.frames, self._features.bands).T * _DB_OF_ONE
            rows = tuple(f"{hz:.0f} Hz" for hz in band_centres(spec))
            until = self._heard_until_ns(record)
            return Seen(record.text("n"), until, rows, values, step_ns, source, spectrogram=True)
        rows = tuple(quantity.name for quantity in self._features.quantities)
        by_time = self._features.layout == "by-time"
        values = real.reshape(-1, len(rows)).T if by_time else real.reshape(len(rows), -1)
        return Seen(record.text("n"), record.device_t_ns, rows, values, step_ns, source)

    def _step_s(self) -> float:
        """Return the seconds between two columns: as the device itself says, for a run may have changed them."""
        for record in self._trace.of("boot"):
            if told := record.integer("period_us"):
                return told / 1e6
        assert self._features is not None
        return self._features.stride_ms / 1e3 if isinstance(self._features, LogMel) else self._features.period_s


# From the end of the newest frame to the beginning of the inference: the rest of its block, and the features' own time.
# Measured against a run that tells its features, the frames then lie within one of each other.
_BEHIND_NS = 35_000_000
_DB_OF_ONE = 8 * 10 * float(np.log10(2))  # a number of a spectrogram is eight octaves of power


def spec_of(features: LogMel) -> logmel.LogMelSpec:
    """Return a card's features as the spectrogram's arithmetic takes them."""
    return logmel.LogMelSpec(
        features.sample_rate, features.window_ms, features.stride_ms, features.frames, features.bands,
        features.low_hz, features.high_hz,
    )  # fmt: skip


def band_centres(spec: logmel.LogMelSpec) -> NDArray[np.float64]:
    """Return each band's centre in Hz: evenly spaced on the mel scale."""
    low, high = (2595.0 * np.log10(1.0 + hz / 700.0) for hz in (spec.low_hz, spec.high_hz))
    mel = np.linspace(low, high, spec.bands + 2)[1:-1]
    centres: NDArray[np.float64] = 700.0 * (10.0 ** (mel / 2595.0) - 1.0)
    return centres


def _named(features: ZScore, trace: Trace) -> ZScore:
    """Give a card's quantities the names under which the device tells its readings, which come in the same order."""
    for record in trace.of("sample"):
        names = [key.replace("_", "-") for key in record.fields if key not in ("n", "t")]
        if len(names) == len(features.quantities):
            quantities = (
                q.model_copy(update={"name": name}) for q, name in zip(features.quantities, names, strict=True)
            )
            return features.model_copy(update={"quantities": tuple(quantities)})
        break
    return features


def _input_of(path: Path | None) -> TensorSpec | None:
    """Read how a model's input is scaled; None where there is no model that can be read, or its input is not int8."""
    if path is None:
        return None
    try:
        model = read_model(path)
    except VmoteError:
        return None
    tensor = model.tensors[model.inputs[0]]
    if tensor.type != "int8" or not tensor.scale:
        return None
    return TensorSpec(tensor.shape, np.dtype(np.int8), tensor.scale, tensor.zero_points[0])
