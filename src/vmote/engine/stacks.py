# SPDX-License-Identifier: Apache-2.0
"""Which address belongs to the foot of a stack, so that a fault there can be called an overflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

_GUARD, _BOTTOM = "stack_guard", "stack_bottom"  # what our own images call them
_FOOT = 64  # Zephyr's guard is 32 bytes, at the foot of each thread's stack; a store with an offset may land beside it
_SMALLEST = 128  # what is smaller is a variable with `stack` in its name


class Named(Protocol):
    """A symbol."""

    @property
    def address(self) -> int:
        """Where it is."""

    @property
    def size(self) -> int:
        """How long it is."""


def overflowed(address: int, symbols: Mapping[str, Named]) -> str:
    """Return the name of the stack below whose foot an address lies; empty where it lies below none."""
    guard, bottom = symbols.get(_GUARD), symbols.get(_BOTTOM)
    if guard is not None and bottom is not None and guard.address - _FOOT <= address < bottom.address:
        return _GUARD
    for name, symbol in symbols.items():
        if "stack" in name.lower() and symbol.size >= _SMALLEST and abs(address - symbol.address) < _FOOT:
            return name
    return ""
