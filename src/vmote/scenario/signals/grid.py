# SPDX-License-Identifier: Apache-2.0
"""The time axis all generators share: a rate, cut into blocks, so that long worlds are made as they are read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BLOCK = 1 << 16


@dataclass(frozen=True)
class Grid:
    """Samples at `rate` from time 0 on, `count` of them, in blocks."""

    rate: Fraction
    count: int

    @property
    def hertz(self) -> float:
        """Return the rate as a float."""
        return float(self.rate)

    @property
    def size(self) -> int:
        """Return how long a block is: a short world is one block of its own length."""
        return min(BLOCK, self.count)

    @property
    def blocks(self) -> int:
        """Return how many blocks there are; the last may reach past the end."""
        return -(-self.count // self.size)

    def times(self, k: int) -> Floats:
        """Return block k's times in seconds."""
        first = k * self.size
        index = np.arange(first, first + self.size, dtype=np.float64)
        return index * float(self.rate.denominator) / float(self.rate.numerator)


class Source(Protocol):
    """Something that yields its samples block by block; any block may be asked for, ascending order is fastest."""

    def block(self, k: int) -> Floats:
        """Return block k, which the caller may change."""


def generator(seed: int, name: str, k: int = 0) -> np.random.Generator:
    """Return the random numbers of one block of one piece: other pieces and other blocks do not shift them."""
    digest = hashlib.sha256(name.encode()).digest()[:16]
    entropy = [seed & 0xFFFFFFFF, seed >> 32, *np.frombuffer(digest, dtype="<u4").tolist(), k]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
