# SPDX-License-Identifier: Apache-2.0
"""How often each instruction was executed, and what that says of functions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vmote.firmware.elf import Symbol


@dataclass(frozen=True)
class Counted:
    """One memory: how often the instruction at `base + 2 n` was executed."""

    base: int
    times: NDArray[np.uint64]


@dataclass(frozen=True)
class Profile:
    """A run's instructions, by address."""

    memories: tuple[Counted, ...]

    @property
    def total(self) -> int:
        """Return the number of instructions."""
        return sum(int(memory.times.sum()) for memory in self.memories)

    def times(self, address: int) -> int:
        """Return how often the instruction at an address was executed."""
        for memory in self.memories:
            index = (address - memory.base) // 2
            if 0 <= index < len(memory.times):
                return int(memory.times[index])
        return 0

    def executed(self) -> Iterator[tuple[int, int]]:
        """Yield address and count of each instruction that was executed, by address."""
        for memory in self.memories:
            for index in np.flatnonzero(memory.times).tolist():
                yield memory.base + 2 * index, int(memory.times[index])

    def by_function(self, symbols: Mapping[str, Symbol]) -> dict[str, int]:
        """Return instructions by function, most first; what lies in none is `?`."""
        ordered = sorted((s.address, s.size, name) for name, s in symbols.items() if s.function)
        starts = [address for address, _, _ in ordered]
        out: dict[str, int] = {}
        for address, count in self.executed():
            index = bisect_right(starts, address) - 1
            start, size, name = ordered[index] if index >= 0 else (0, 0, "?")
            name = name if address < start + max(size, 2) else "?"
            out[name] = out.get(name, 0) + count
        return dict(sorted(out.items(), key=lambda item: (-item[1], item[0])))
