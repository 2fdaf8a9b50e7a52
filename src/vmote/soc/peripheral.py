# SPDX-License-Identifier: Apache-2.0
"""A peripheral is a table of its registers; only those with side effects have a method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vmote.soc.bus import ASK_READ, PAGE, PLAIN_READ, PLAIN_WRITE, Bus
from vmote.soc.clock import Clock


@dataclass(frozen=True)
class Register:
    """One word. Without a method it is plain memory; with one, the method does all that an access does."""

    name: str
    offset: int
    reset: int = 0
    writable: int = 0xFFFFFFFF  # bits that a plain write changes
    read: str = ""  # method that answers a read
    write: str = ""  # method that is told of a write


class Peripheral:
    """Registers at a base address. `self.words` is its part of the page, indexed by offset // 4."""

    size: ClassVar[int] = PAGE
    registers: ClassVar[tuple[Register, ...]] = ()

    def __init__(self, name: str, base: int, bus: Bus, clock: Clock) -> None:
        self.name = name
        self.base = base
        self.bus = bus
        self.clock = clock
        self.page = bus.page(base & ~(PAGE - 1))
        self._first = (base % PAGE) // 4
        last = min(self._first + self.size // 4, PAGE // 4)
        self.words = self.page.words[self._first : last]
        for word in range(self._first, last):
            self.page.names.setdefault(word, f"{name}+0x{4 * (word - self._first):03x}")
        for register in self.registers:
            self.add(register)

    def add(self, register: Register) -> None:
        """Put a register into the page."""
        word = self._first + register.offset // 4
        page = self.page
        page.names[word] = f"{self.name}.{register.name}"
        page.words[word] = register.reset
        page.masks[word] = register.writable
        attrs = PLAIN_READ | PLAIN_WRITE
        if register.read:
            page.readers[word] = getattr(self, register.read)
            attrs = attrs & ~PLAIN_READ | ASK_READ
        if register.write:
            page.writers[word] = getattr(self, register.write)
            attrs &= ~PLAIN_WRITE
        page.attrs[word] = attrs

    def asks(self, offset: int, *, on: bool) -> None:
        """Say whether reading a register has a side effect just now; polled, its neighbours are cheap while not."""
        word = self._first + offset // 4
        attrs = self.page.attrs[word]
        if on and not attrs & ASK_READ:
            self.page.attrs[word] = attrs & ~PLAIN_READ | ASK_READ
            self.bus.asks_more = True
        elif not on and attrs & ASK_READ:
            self.page.attrs[word] = attrs & ~ASK_READ | PLAIN_READ
