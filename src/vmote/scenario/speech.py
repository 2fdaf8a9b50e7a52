# SPDX-License-Identifier: Apache-2.0
"""Synthetic speech: a word in a voice, as samples. Each utterance is a function of its words; see `speech_child`.

from vmote.scenario.speech import Utterance, speak

yes, no = speak([Utterance("yes", voice="en-us+f3"), Utterance("no", speed=200)], rate=16000)
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import gcd
from pathlib import Path

import numpy as np

from vmote.errors import BadInput, Missing
from vmote.scenario.signals.grid import Floats

VERSION = "2"
INSTALL = "pip install 'vmote[speech]'"
BATCH = 64  # utterances asked for at once: answers must not fill the pipe's other end

# Voices that sound like different people, for those who need many: the base voice and a variant of espeak-ng.
ACCENTS = ("en-us", "en", "en-gb-scotland", "en-gb-x-rp", "en-029")
VARIANTS = (
    "", "+m1", "+m2", "+m3", "+m4", "+m5", "+m6", "+m7", "+m8", "+f1", "+f2", "+f3", "+f4", "+f5", "+klatt", "+klatt2",
    "+klatt3", "+klatt4", "+adam", "+Andy", "+Annie", "+anika", "+announcer", "+belinda", "+benjamin", "+david",
    "+edward", "+iven", "+linda", "+Mario", "+max", "+paul", "+rob", "+steph", "+travis", "+zac",
)  # fmt: skip


@dataclass(frozen=True)
class Utterance:
    """What is said, and by whom."""

    text: str
    voice: str = "en-us"
    speed: int = 160
    pitch: int = 50

    def request(self) -> dict[str, str | int]:
        """Return what the synthesiser is asked."""
        return {"text": self.text, "voice": self.voice, "speed": self.speed, "pitch": self.pitch}


def voices() -> list[str]:
    """List the voices of the synthesiser that tell people apart."""
    return [accent + variant for accent in ACCENTS for variant in VARIANTS]


def missing() -> str:
    """Say why nothing can be spoken on this machine; empty where it can."""
    if synthesiser() is None:
        return f"no speech synthesiser: {INSTALL}, or install the package espeak-ng"
    return ""


@cache
def synthesiser() -> tuple[str, ...] | None:
    """Find espeak-ng: the wheel's library first, for its version is the pinned one, then the system's command."""
    if importlib.util.find_spec("espeakng_loader") and hasattr(os, "fork"):
        import espeakng_loader  # noqa: PLC0415

        return ("library", str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path()))
    command = shutil.which("espeak-ng")
    return ("command", command) if command else None


def speak(utterances: Sequence[Utterance], rate: int = 16000, *, trim: bool = True) -> list[Floats]:
    """Return the samples (-1 … 1) of each utterance; what was spoken before comes from the cache."""
    found: dict[Utterance, Floats] = {}
    unknown = []
    for utterance in dict.fromkeys(utterances):
        cached = _read(_cache_file(utterance))
        if cached is None:
            unknown.append(utterance)
        else:
            found[utterance] = cached
    for low in range(0, len(unknown), BATCH):
        batch = unknown[low : low + BATCH]
        for utterance, (native, samples) in zip(batch, _synthesise(batch), strict=True):
            _write(_cache_file(utterance), native, samples)
            found[utterance] = _with_rate(native, samples)
    return [_finish(found[utterance], rate, trim) for utterance in utterances]


def _with_rate(rate: int, samples: bytes) -> Floats:
    """Keep the rate as the first value of the array, as the cache does."""
    return np.concatenate([[float(rate)], np.frombuffer(samples, dtype="<i2") / 32768.0])


def _finish(held: Floats, rate: int, trim: bool) -> Floats:
    native, samples = int(held[0]), held[1:]
    if trim:
        loud = np.flatnonzero(np.abs(samples) > 0.004)
        samples = samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:1]
    return resample(samples, native, rate)


def resample(samples: Floats, native: int, rate: int) -> Floats:
    """Change the rate of samples with a filter that keeps aliases out."""
    if native == rate:
        return samples.copy()
    from scipy.signal import resample_poly  # noqa: PLC0415

    common = gcd(native, rate)
    value: Floats = np.asarray(resample_poly(samples, rate // common, native // common), dtype=np.float64)
    return value


def _synthesise(batch: Sequence[Utterance]) -> list[tuple[int, bytes]]:
    engine = synthesiser()
    if engine is None:
        raise Missing("no speech synthesiser is installed", hint=f"{INSTALL}, or install the package espeak-ng")
    if engine[0] == "command":
        return [_by_command(engine[1], utterance) for utterance in batch]
    return _by_library(engine[1], engine[2], batch)


def _by_library(library: str, data: str, batch: Sequence[Utterance]) -> list[tuple[int, bytes]]:
    child = Path(__file__).with_name("speech_child.py")
    lines = "".join(json.dumps(utterance.request()) + "\n" for utterance in batch)
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(child), library, data],
        input=lines.encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    out, answers = io.BytesIO(ran.stdout), []
    for utterance in batch:
        head = out.readline().split()
        if len(head) != 2 or int(head[0]) < 0:
            why = ran.stderr.decode(errors="replace").strip().splitlines()
            raise Missing(f"the speech synthesiser failed on {utterance.text!r}: {why[-1] if why else 'no answer'}")
        if int(head[0]) == 0:
            raise _no_voice(utterance)
        answers.append((int(head[0]), out.read(int(head[1]))))
    return answers


def _by_command(command: str, utterance: Utterance) -> tuple[int, bytes]:
    words = [command, "--stdout", "-v", utterance.voice, "-s", str(utterance.speed), "-p", str(utterance.pitch)]
    ran = subprocess.run([*words, "--", utterance.text], capture_output=True, timeout=60, check=False)
    if ran.returncode != 0 or not ran.stdout.startswith(b"RIFF"):
        raise _no_voice(utterance)
    with wave.open(io.BytesIO(ran.stdout)) as sound:
        # Written to a pipe, the header cannot know the length.
        return sound.getframerate(), ran.stdout[44:][: 2 * ((len(ran.stdout) - 44) // 2)]


def _no_voice(utterance: Utterance) -> BadInput:
    return BadInput(
        f"the synthesiser has no voice {utterance.voice!r}",
        hint="such as en-us, en, en-gb-scotland, each with a variant: en-us+f3, en-us+m4, en+klatt2",
    )


def cache_folder() -> Path:
    """Return where generated speech is kept."""
    base = os.environ.get("VMOTE_CACHE") or os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "vmote" / "speech"


def _cache_file(utterance: Utterance) -> Path:
    engine = synthesiser() or ("none",)
    identity = [engine[0], Path(engine[1]).stat().st_size] if len(engine) > 1 else [engine[0]]
    words = json.dumps([VERSION, *identity, utterance.request()], sort_keys=True)
    return cache_folder() / f"{hashlib.sha256(words.encode()).hexdigest()[:32]}.pcm"


def _read(path: Path) -> Floats | None:
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    if len(raw) < 40 or len(raw) % 2 or hashlib.sha256(raw[32:]).digest() != raw[:32]:
        return None  # damaged: speak it again
    return _with_rate(int.from_bytes(raw[32:36], "little"), raw[36:])


def _write(path: Path, rate: int, samples: bytes) -> None:
    """Keep an utterance; a cache that cannot be written is none."""
    body = rate.to_bytes(4, "little") + samples
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(hashlib.sha256(body).digest() + body)
        Path(file.name).replace(path)
    except OSError:
        return
