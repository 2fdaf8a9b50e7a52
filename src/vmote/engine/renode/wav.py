# SPDX-License-Identifier: Apache-2.0
"""Sound for Renode: WAV of 32 bits, one channel, finer than any grain of a scenario's world."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from vmote.scenario.stimulus import Channel
from vmote.units import NS_PER_S

_FULL = 1 << 31
_AT_ONCE = 1 << 20


def write_wav(path: Path, rate_hz: int, channel: Channel, start_ns: int, count: int) -> None:
    """Write so many samples of a channel's sound from an instant on."""
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + 4 * count) + b"WAVEfmt ")
        file.write(struct.pack("<IHHIIHH", 16, 1, 1, rate_hz, 4 * rate_hz, 4, 32))
        file.write(b"data" + struct.pack("<I", 4 * count))
        for first in range(0, count, _AT_ONCE):
            size = min(_AT_ONCE, count - first)
            sound = channel.samples(start_ns + first * NS_PER_S // rate_hz, rate_hz, size)
            file.write(np.clip(np.rint(sound * _FULL), -_FULL, _FULL - 1).astype("<i4").tobytes())
