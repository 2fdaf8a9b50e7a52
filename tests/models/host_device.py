# SPDX-License-Identifier: Apache-2.0
"""An app on the host: a scenario's world through the Python references, TFLM and the card's decision.

Not a device: no timing, no faults, no registers. It tells within seconds whether a model can meet a scenario at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmote import checks
from vmote.console import Console
from vmote.engine.base import Counters, End, Stop
from vmote.features import zscore
from vmote.features.decimate import decimate
from vmote.features.logmel import LogMel, LogMelSpec, quantize
from vmote.firmware.card import LogMel as LogMelCard
from vmote.firmware.card import ModelCard, ZScore, load_model
from vmote.golden.decision import Decider
from vmote.golden.host import HostModel
from vmote.scenario import load, render
from vmote.scenario.stimulus import Stimulus
from vmote.trace import Identity, Trace
from vmote.verdict import Verdict

SENSOR_HZ = 119
WAKE_NS = 120_000_000  # the motion app fetches what the FIFO holds this often


def play(path: Path, model: str) -> tuple[Verdict, Trace]:
    """Let a model meet a scenario on the host; return the verdict on its own expectations."""
    scenario = load(path)
    stimulus = render(scenario)
    card = load_model(model)
    host = HostModel(card.path)
    decider = Decider(card, host.output)
    console = Console()
    console.feed(0, f"@boot app={card.app} model={card.name}\n".encode())
    heard, held, candidate, quiet = "", 0, "", 0
    for n, (t_ns, given) in enumerate(_inputs(card, host, stimulus)):
        out = host.run(given)
        label, score = decider.decide(out)
        t = f"{t_ns / 1e9:.3f}"
        values = ",".join(str(v) for v in np.frombuffer(out, np.int8))
        console.feed(t_ns, f"@infer n={n} t={t} out={values} label={label} score={score:.3f} cycles=1\n".encode())
        held = held + 1 if label == candidate else 1
        candidate = label
        if held >= card.decision.hold and t_ns >= quiet and label != heard:
            heard = label
            console.feed(t_ns, f"@heard t={t} label={label} score={score:.3f}\n".encode())
            if label in card.decision.alert:
                quiet = t_ns + card.decision.refractory_ms * 1_000_000
    identity = Identity("host", card.app, "host", "tflm", model, "host", "", path.stem, "", "")
    stop = Stop(End.TIME, stimulus.duration_ns)
    trace = Trace(identity, stop, Counters(0, 0), tuple(console.lines), tuple(console.records))
    return checks.judge(scenario, trace, stimulus.truth), trace


def _inputs(card: ModelCard, host: HostModel, stimulus: Stimulus) -> Iterator[tuple[int, bytes]]:
    if isinstance(card.features, LogMelCard):
        return _sound(card.features, host, stimulus)
    return _motion(card.features, host, stimulus)


def _motion(features: ZScore, host: HostModel, stimulus: Stimulus) -> Iterator[tuple[int, bytes]]:
    count = int(stimulus.duration_ns * SENSOR_HZ // 10**9)
    axes = [stimulus.channels[q.name].samples(0, SENSOR_HZ, count) for q in features.quantities]
    rows = decimate(np.rint(np.stack(axes, axis=1) * 1e6).astype(np.int64), SENSOR_HZ, round(1 / features.period_s))
    scale, zero = host.input.scale, host.input.zero_point
    stored = np.stack(
        [
            zscore.quantize(rows[:, k].astype(np.int32), q.mean, q.std, scale, zero)
            for k, q in enumerate(features.quantities)
        ],
        axis=1,
    )
    for end in range(features.window, len(stored) + 1, features.stride):
        seen = round(end * features.period_s * 1e9)
        yield -(-seen // WAKE_NS) * WAKE_NS, stored[end - features.window : end].tobytes()


def _sound(features: LogMelCard, host: HostModel, stimulus: Stimulus) -> Iterator[tuple[int, bytes]]:
    names = ("sample_rate", "window_ms", "stride_ms", "frames", "bands", "low_hz", "high_hz")
    spec = LogMelSpec(**{name: getattr(features, name) for name in names})
    count = stimulus.duration_ns * spec.sample_rate // 10**9
    wave = stimulus.channels["sound"].samples(0, spec.sample_rate, int(count))
    pcm: NDArray[np.int16] = np.clip(np.rint(wave * 32767), -32768, 32767).astype(np.int16)
    frames = quantize(LogMel(spec).spectrogram(pcm), host.input.scale, host.input.zero_point)
    for end in range(spec.frames, len(frames) + 1, features.every_frames):
        samples = (end - 1) * spec.stride + spec.window
        yield samples * 10**9 // spec.sample_rate, frames[end - spec.frames : end].tobytes()
