# SPDX-License-Identifier: Apache-2.0
"""A second reading of the RESD format, from its description alone: shares nothing with the writer, not even NumPy."""

from __future__ import annotations

import struct
from dataclasses import dataclass

AXES = {1: "<i", 2: "<iii", 3: "<iii", 4: "<I", 6: "<I", 7: "<Q", 8: "<iii"}


@dataclass(frozen=True)
class ReadBlock:
    sample: int
    channel: int
    samples: list[tuple[int, tuple[int, ...]]]  # absolute time, values


def read_resd(data: bytes) -> list[ReadBlock]:
    assert data[:8] == b"RESD\x01\0\0\0", data[:8]
    blocks, at = [], 8
    while at < len(data):
        kind, sample, channel, size = struct.unpack_from("<BHHQ", data, at)
        at += 13
        end = at + size
        assert end <= len(data), "a block reaches past the end of the file"
        (start,) = struct.unpack_from("<Q", data, at)
        at += 8
        period = 0
        if kind == 2:
            (period,) = struct.unpack_from("<Q", data, at)
            at += 8
            assert period > 0
        else:
            assert kind == 1, kind
        (metadata,) = struct.unpack_from("<Q", data, at)
        at += 8 + metadata
        form, samples = AXES[sample], []
        while at < end:
            if kind == 1:
                (time,) = struct.unpack_from("<Q", data, at)
                at += 8
            else:
                time = len(samples) * period
            samples.append((start + time, struct.unpack_from(form, data, at)))
            at += struct.calcsize(form)
        assert at == end, "samples do not fill their block"
        blocks.append(ReadBlock(sample, channel, samples))
    return blocks
