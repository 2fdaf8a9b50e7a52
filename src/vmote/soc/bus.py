# SPDX-License-Identifier: Apache-2.0
"""The peripheral bus: pages of registers that an engine answers by itself, and those that need a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

PAGE = 4096
WORDS = PAGE // 4

# Attributes of a word: the engine may read or write it without asking.
PLAIN_READ = 1
PLAIN_WRITE = 2
ASK_READ = 4  # reading has a side effect: the engine must never answer from memory

Reader = Callable[[], int]
Writer = Callable[[int], None]


class PageStore(Protocol):
    """Where a page's words, attributes and write masks live: the engine's shared memory, or a test's bytes."""

    def page(self, base: int) -> tuple[memoryview, memoryview, memoryview]:
        """Return words (`I`), attributes (`B`) and masks (`I`) of the page at `base`."""


class LocalPages:
    """Pages in this process: for tests of peripherals without an emulator."""

    def page(self, base: int) -> tuple[memoryview, memoryview, memoryview]:
        """Return fresh memory."""
        return (
            memoryview(bytearray(PAGE)).cast("I"),
            memoryview(bytearray(WORDS)),
            memoryview(bytearray(PAGE)).cast("I"),
        )


@dataclass
class Page:
    """4 KB of registers."""

    base: int
    words: memoryview
    attrs: memoryview
    masks: memoryview
    readers: dict[int, Reader] = field(default_factory=dict)
    writers: dict[int, Writer] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)


class Unmodelled(Exception):
    """Under `strict`, the firmware touched a register that no model covers."""


class Bus:
    """All pages; resolves what the engine could not answer by itself."""

    def __init__(self, store: PageStore, warn: Callable[[str], None], *, strict: bool = False) -> None:
        self._store = store
        self._warn = warn
        self._strict = strict
        self.pages: dict[int, Page] = {}
        self.elsewhere: dict[int, str] = {}  # peripherals without a model, by their addresses
        self.asks_more = False  # a register began to have a side effect when read: the engine has to know
        self._told: set[str] = set()
        self._unknown: set[int] = set()

    def page(self, base: int) -> Page:
        """Return the page at `base`, made when first asked for."""
        page = self.pages.get(base)
        if page is None:
            page = self.pages[base] = Page(base, *self._store.page(base))
        return page

    def warn_once(self, text: str) -> None:
        """Tell the observer something, the first time."""
        if text not in self._told:
            self._told.add(text)
            self._warn(text)

    def unmodelled(self, text: str) -> None:
        """Tell once of an access beyond the pages, in a part behind a controller, that no model covers."""
        self.warn_once(f"{text}, which no model covers")
        if self._strict:
            raise Unmodelled(text)

    def _unmodelled(self, page: Page | None, address: int, verb: str) -> None:
        """Tell of a register without a model once; from then on it is plain memory."""
        word = (address % PAGE) // 4
        name = (page.names.get(word) if page else None) or self._name_elsewhere(address & ~3)
        text = f"the firmware {verb} {name} at 0x{address & ~3:08x}"
        if address & ~3 not in self._unknown:
            self._unknown.add(address & ~3)
            self._warn(f"{text}, which no model covers")
        if self._strict:
            raise Unmodelled(text)
        if page is not None:
            page.attrs[word], page.masks[word] = PLAIN_READ | PLAIN_WRITE, 0xFFFFFFFF

    def _name_elsewhere(self, address: int) -> str:
        base = max((base for base in self.elsewhere if base <= address < base + PAGE), default=None)
        return (
            "a place where no peripheral is known" if base is None else f"{self.elsewhere[base]}+0x{address - base:03x}"
        )

    def ask_read(self, address: int) -> int:
        """Read a word that the engine asks about."""
        page = self.pages.get(address & ~(PAGE - 1))
        if page is None:
            self._unmodelled(None, address, "reads")
            return 0
        word = (address % PAGE) // 4
        reader = page.readers.get(word)
        if reader is not None:
            return reader() & 0xFFFFFFFF
        if page.attrs[word] & PLAIN_READ:
            return int(page.words[word])
        self._unmodelled(page, address, "reads")
        return int(page.words[word])

    def ask_write(self, address: int, value: int, size: int = 4) -> None:
        """Write a word that the engine asks about."""
        page = self.pages.get(address & ~(PAGE - 1))
        if page is None:
            self._unmodelled(None, address, "writes")
            return
        word = (address % PAGE) // 4
        writer = page.writers.get(word)
        if writer is not None:
            writer(value & 0xFFFFFFFF)
            return
        if not page.attrs[word] & PLAIN_WRITE:
            self._unmodelled(page, address, "writes")
            page.words[word] = value & 0xFFFFFFFF
            return
        shift = 8 * (address & 3)
        lanes = (0xFFFFFFFF if size == 4 else ((1 << 8 * size) - 1) << shift) & page.masks[word]
        page.words[word] = (page.words[word] & ~lanes) | ((value << shift) & lanes & 0xFFFFFFFF)

    # What an engine does by itself, for tests and for triggers between peripherals.

    def read(self, address: int) -> int:
        """Read a word as the guest would."""
        page = self.pages.get(address & ~(PAGE - 1))
        if page is not None and page.attrs[(address % PAGE) // 4] & PLAIN_READ:
            return int(page.words[(address % PAGE) // 4])
        return self.ask_read(address)

    def write(self, address: int, value: int) -> None:
        """Write a word as the guest would."""
        page = self.pages.get(address & ~(PAGE - 1))
        word = (address % PAGE) // 4
        if page is not None and page.attrs[word] & PLAIN_WRITE:
            mask = page.masks[word]
            page.words[word] = (page.words[word] & ~mask & 0xFFFFFFFF) | (value & mask)
            return
        self.ask_write(address, value)
