# SPDX-License-Identifier: Apache-2.0
"""The device's memories as a DMA master or a debugger sees them."""

from __future__ import annotations

from dataclasses import dataclass

from vmote.errors import BadInput


@dataclass(frozen=True)
class Stretch:
    """One memory."""

    name: str
    base: int
    bytes: memoryview

    def holds(self, address: int, size: int) -> bool:
        """Tell whether a range lies inside."""
        return self.base <= address and address + size <= self.base + len(self.bytes)


class Memories:
    """All memories of a device."""

    def __init__(self, *stretches: Stretch) -> None:
        self.stretches = stretches

    def find(self, address: int, size: int) -> Stretch | None:
        """Return the memory that holds a range."""
        return next((stretch for stretch in self.stretches if stretch.holds(address, size)), None)

    def view(self, address: int, size: int) -> memoryview:
        """Return a range itself, not a copy."""
        stretch = self.find(address, size)
        if stretch is None:
            known = ", ".join(f"{s.name} 0x{s.base:08x}+0x{len(s.bytes):x}" for s in self.stretches)
            raise BadInput(f"0x{address:08x}+{size} is not inside one memory of the device", hint=f"it has: {known}")
        start = address - stretch.base
        return stretch.bytes[start : start + size]
