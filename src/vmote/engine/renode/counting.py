# SPDX-License-Identifier: Apache-2.0
"""What the core executed, as Renode's side (csharp/Counting.cs) tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmote.engine.base import Pass
from vmote.engine.profile import Counted, Profile
from vmote.engine.renode.commands import MACHINE, at
from vmote.errors import EngineFailure
from vmote.firmware.elf import Symbol
from vmote.platforms import Memory

MARKER = "inference_invoke"  # the function around which an inference is counted
_WIDE = (0b11101, 0b11110, 0b11111)  # the first five bits of a 32-bit instruction (ARMv7-M ARM, A5.1)


def count_commands(symbols: Mapping[str, Symbol], folder: Path) -> list[str]:
    """List the commands that have everything counted; given once the image is loaded."""
    marker = symbols.get(MARKER)
    functions = folder / "functions.txt"
    named = {s.address & ~1: f"{s.address & ~1:x} {s.size} {name}\n" for name, s in symbols.items() if s.function}
    functions.write_text("".join(line for _, line in sorted(named.items())), encoding="utf-8")
    return [
        f'emulation CreateCounting "counting" "{MACHINE}"',
        "counting CountBlocks",
        *([f"counting WatchPasses 0x{marker.address & ~1:x}"] if marker is not None else []),
        f"counting FollowCalls {at(functions)}",
    ]


def read_passes(answer: str) -> tuple[Pass, ...]:
    """Read the passes through the marker."""
    try:
        return tuple(Pass(*map(int, line.split())) for line in answer.splitlines() if line.strip())
    except (TypeError, ValueError) as error:
        raise EngineFailure(f"Renode told of passes as {answer[:200]!r}") from error


def read_stacks(path: Path) -> dict[str, int]:
    """Read collapsed stacks: `main;loop;infer 1234`, instructions spent in the innermost."""
    found: dict[str, int] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        stack, _, count = line.rpartition(" ")
        if stack and count.isdigit():
            found[stack] = found.get(stack, 0) + int(count)
    return found


def profile_of(lines: Iterable[str], memories: Mapping[str, Memory], read: Callable[[int, int], bytes]) -> Profile:
    """Spread the counts of blocks over their instructions, whose lengths the code itself tells."""
    cells = {name: np.zeros(memory.size // 2, dtype=np.uint64) for name, memory in memories.items()}
    for line in lines:
        words = line.split()
        pc, count, times = int(words[0], 16), int(words[1]), int(words[2])
        for name, memory in memories.items():
            if memory.base <= pc < memory.base + memory.size:
                size = min(4 * count, memory.base + memory.size - pc)
                _spread(cells[name], (pc - memory.base) // 2, read(pc, size), count, times)
    return Profile(tuple(Counted(memories[name].base, counts) for name, counts in cells.items()))


def _spread(cells: NDArray[np.uint64], index: int, code: bytes, count: int, times: int) -> None:
    offset = 0
    for _ in range(count):
        if offset + 1 >= len(code):
            break
        cells[index + offset // 2] += np.uint64(times)
        offset += 4 if code[offset + 1] >> 3 in _WIDE else 2
