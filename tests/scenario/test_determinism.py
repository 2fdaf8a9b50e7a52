# SPDX-License-Identifier: Apache-2.0
"""Same file and seed, same bytes: whatever the processor can do, however the world is read."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy._core import _multiarray_umath

from vmote.scenario import render, speech
from vmote.scenario.loading import loads

WORLD = """
schema: 1
title: everything that rests on a sine, a filter or luck
device: {app: motion}
duration: 6s
seed: 5
world:
  weather: {climate: {}}
  temperature:
    - diurnal: {swing: 10 K}
    - walk: {sd: 1 K, per: 1s, back: 3s}
    - noise: {sd: 0.1 K, colour: pink}
  humidity: {front: {change: 20 %RH, over: 5s}, at: 2s}
  sound:
    - noise: pink
      level: -40 dBFS
    - tone: {frequency: 440 Hz, harmonics: [0.3]}
      snr: 6 dB
      filter: {highpass: 300 Hz, lowpass: 5 kHz}
    - chirp: {from: 100 Hz, to: 3 kHz, shape: logarithmic}
      at: 2s
      for: 3s
  motion:
    - rest: {roll: 30 deg}
    - tremor:
    - gesture: wing
      at: 1s
    - walking:
      at: 4s
      for: 2s
    - vibration: {speed: 25 Hz, harmonics: [0.1 g], bearing: {fault: inner}}
imperfections:
  acceleration: {noise: 0.01 g, jitter: 100us}
"""
CODE = """
import json, sys
from pathlib import Path
from vmote.scenario.loading import loads
from vmote.scenario.rendering import render
stimulus = render(loads(sys.stdin.read(), Path("t.yaml")))
print(json.dumps([stimulus.sha256]))
"""


def digest_in(**environment: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", CODE],
        input=WORLD,
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=True,
    )
    (found,) = json.loads(ran.stdout)
    return str(found)


# What NumPy would use of this processor, from the plainest up: without them it computes with other instructions.
FEATURES: list[str] = list(_multiarray_umath.__cpu_dispatch__)


@pytest.mark.parametrize(
    "environment",
    [
        {"NPY_DISABLE_CPU_FEATURES": " ".join(FEATURES)},
        {"NPY_DISABLE_CPU_FEATURES": " ".join(FEATURES[1:])},
        {
            "PYTHONHASHSEED": "77",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "TZ": "Asia/Tokyo",
            "LC_ALL": "C",
        },
    ],
    ids=["plainest-processor", "older-processor", "other-hash-seed"],
)
def test_the_processor_does_not_show(environment: dict[str, str]) -> None:
    """NumPy computes exp and tanh with what the processor has, and their last bits differ: whole quanta do not."""
    assert digest_in(**environment) == render(loads(WORLD, Path("t.yaml"))).sha256


def test_the_hash_sees_every_part() -> None:
    whole = render(loads(WORLD, Path("t.yaml"))).sha256
    for old, new in [
        ("seed: 5", "seed: 6"),
        ("440 Hz", "441 Hz"),
        ("gesture: wing", "gesture: ring"),
        ("0.1 K", "0.11 K"),
        ("duration: 6s", "duration: 7s"),
    ]:
        assert render(loads(WORLD.replace(old, new, 1), Path("t.yaml"))).sha256 != whole


def test_the_hash_of_a_long_world_sees_a_recording_that_changes_late(tmp_path: Path) -> None:
    """Two million samples are two minutes of sound; the recording lies in the fourth, and differs at its end."""
    text = (
        "schema: 1\ntitle: long\ndevice: {app: keyword}\nduration: 200s\nworld:\n  sound:\n"
        "    - {recording: {file: late.csv, rate: 16 kHz}, at: 190s}\n"
    )
    found = set()
    for last in (0.25, 0.5, 0.25):
        (tmp_path / "late.csv").write_text("0\n" * 999 + f"{last}\n")
        found.add(render(loads(text, tmp_path / "t.yaml")).sha256)
    assert len(found) == 2


# A change here means that every world is another one than it was: say so where it is made, and raise the stimulus's
# version (vmote.scenario.rendering.VERSION).
KNOWN = "149dc8b362f18660db670e2da47186387903f289acfdcb7c0ad60452b9a98f6e"
SPOKEN = "e3f0fa7a626053c6"


def test_the_world_is_the_one_it_always_was() -> None:
    assert render(loads(WORLD, Path("t.yaml"))).sha256 == KNOWN


@pytest.mark.skipif(bool(speech.missing()), reason=speech.missing() or "there")
def test_words_are_the_ones_they_always_were() -> None:
    """The pinned synthesiser says the same on any machine, as 16-bit samples."""
    (yes,) = speech.speak([speech.Utterance("yes", voice="en-us+f3", speed=150, pitch=60)], rate=22050)
    whole = np.rint(yes * 32768).astype("<i2").tobytes()
    assert hashlib.sha256(whole).hexdigest()[:16] == SPOKEN
