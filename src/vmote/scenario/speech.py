# SPDX-License-Identifier: Apache-2.0
"""Synthetic speech: a word in a voice, as samples. Each utterance is a function of its words; see `speech_child`.

from vmote.scenario.speech import Utterance, speak

yes, no = speak([Utterance("yes", voice="en-us+f3"), Utterance("no", speed=200)], rate=16000)
"""

from __future__ import annotations

import ctypes.util
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

from vmote.errors import BadInput, Missing, nearest
from vmote.scenario.signals.grid import Floats

VERSION = "2"
FLITE = "flite/"
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
    if hasattr(os, "fork") and (system := ctypes.util.find_library("espeak-ng")):
        return ("library", system, "")
    command = shutil.which("espeak-ng")
    return ("command", command) if command else None


@cache
def flite_voices() -> tuple[str, ...]:
    """List the voices of `flite`, where it is installed: a second synthesiser, for voices unlike the first one's."""
    command = shutil.which("flite")
    if command is None:
        return ()
    ran = subprocess.run([command, "-lv"], capture_output=True, text=True, timeout=20, check=False)
    return tuple(f"{FLITE}{name}" for name in ran.stdout.partition(":")[2].split())


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
    mine = {i: _by_flite(utterance) for i, utterance in enumerate(batch) if utterance.voice.startswith(FLITE)}
    others = iter(_by_espeak([utterance for i, utterance in enumerate(batch) if i not in mine]))
    return [mine[i] if i in mine else next(others) for i in range(len(batch))]


def _by_espeak(batch: Sequence[Utterance]) -> list[tuple[int, bytes]]:
    if not batch:
        return []
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


def _by_flite(utterance: Utterance) -> tuple[int, bytes]:
    """Speak with flite, which takes a stretch and a pitch in hertz where espeak-ng takes words a minute and a scale."""
    command = shutil.which("flite")
    if command is None:
        raise Missing(f"{utterance.voice!r} is a voice of flite, which is not installed", hint="apt install flite")
    if utterance.voice not in flite_voices():
        raise BadInput(f"flite has no voice {utterance.voice!r}", hint=nearest(utterance.voice, flite_voices()))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "said.wav"
        settings = [
            f"duration_stretch={160 / utterance.speed:.3f}",
            f"int_f0_target_mean={60 + 1.6 * utterance.pitch:.1f}",
        ]
        words = [command, "-voice", utterance.voice.removeprefix(FLITE)]
        words += [word for setting in settings for word in ("--setf", setting)]
        ran = subprocess.run(
            [*words, "-t", utterance.text, "-o", str(out)], capture_output=True, timeout=60, check=False
        )
        if ran.returncode != 0 or not out.is_file():
            raise Missing(f"flite failed on {utterance.text!r}: {ran.stderr.decode(errors='replace').strip()}")
        with wave.open(str(out)) as sound:
            return sound.getframerate(), sound.readframes(sound.getnframes())


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
    engine = ("flite",) if utterance.voice.startswith(FLITE) else synthesiser() or ("none",)
    file = Path(engine[1]) if len(engine) > 1 else Path()
    identity = [engine[0], file.name, file.stat().st_size if file.is_file() else 0]  # another version, another voice
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
