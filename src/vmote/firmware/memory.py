# SPDX-License-Identifier: Apache-2.0
"""What an image takes of its board."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MemoryUse:
    """What an image takes of one region of its board, from the ELF."""

    region: str
    used: int
    size: int
