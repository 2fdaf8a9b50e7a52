# SPDX-License-Identifier: Apache-2.0
"""Sound for Renode: WAV of 32 bits, one channel, finer than any grain of a scenario's world."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from vmote.errors import Unsupported
from vmote.scenario.stimulus import Channel
from vmote.units import NS_PER_S, say_time

_FULL = 1 << 31
_AT_ONCE = 1 << 20
_LARGEST = 0xFFFFFFFF - 64  # RIFF counts bytes in 32 bits


def write_wav(path: Path, rate_hz: int, channel: Channel | None, duration_ns: int) -> None:
    """Write a channel's sound from its beginning to an instant, and one sample beyond."""
    count = duration_ns * rate_hz // NS_PER_S + 2
    if 4 * count > _LARGEST:
        raise Unsupported(
            f"engine renode takes sound as a WAV file, which does not hold {say_time(duration_ns)} of it",
            hint="use engine qemu, which hears what is said while the device runs, or shorten the scenario",
        )
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + 4 * count) + b"WAVEfmt ")
        file.write(struct.pack("<IHHIIHH", 16, 1, 1, rate_hz, 4 * rate_hz, 4, 32))
        file.write(b"data" + struct.pack("<I", 4 * count))
        for first in range(0, count, _AT_ONCE):
            size = min(_AT_ONCE, count - first)
            start_ns = first * NS_PER_S // rate_hz
            sound = np.zeros(size) if channel is None else channel.samples(start_ns, rate_hz, size)
            file.write(np.clip(np.rint(sound * _FULL), -_FULL, _FULL - 1).astype("<i4").tobytes())
