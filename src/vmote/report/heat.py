# SPDX-License-Identifier: Apache-2.0
"""A table of numbers as a small picture in a page: a pixel each, dark blue to yellow."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode

import numpy as np
from numpy.typing import NDArray

# Stops of the colour scale: even steps of brightness, so that it also reads in grey.
_STOPS = np.array([(13, 18, 48), (58, 30, 110), (133, 42, 125), (205, 70, 95), (245, 135, 55), (252, 225, 130)], float)


def heat(values: NDArray[np.float64]) -> str:
    """Return the data URI of a PNG: the first row at the bottom, the first column at the left."""
    low, high = float(values.min()), float(values.max())
    level = (values[::-1] - low) / ((high - low) or 1.0) * (len(_STOPS) - 1)
    pixels = np.stack([np.interp(level, np.arange(len(_STOPS)), _STOPS[:, c]) for c in range(3)], axis=-1)
    return f"data:image/png;base64,{b64encode(_png(np.rint(pixels).astype(np.uint8))).decode()}"


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """Write pixels (rows, columns, RGB) as a PNG."""
    rows, columns, _ = pixels.shape
    raw = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
