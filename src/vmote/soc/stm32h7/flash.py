# SPDX-License-Identifier: Apache-2.0
"""FLASH: latency, unlocking, programming and erasing of both banks (RM 4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from vmote.soc.bus import PLAIN_READ, Bus
from vmote.soc.clock import Clock
from vmote.soc.memory import Memories
from vmote.soc.peripheral import Peripheral, Register
from vmote.soc.site import Requests

BANKS, BANK_BYTES, SECTOR_BYTES = 2, 0x100000, 0x20000  # RM 4.3.4
KEYR, CR, SR, CCR, OPTCR = 0x04, 0x0C, 0x10, 0x14, 0x18
KEYS = (0x45670123, 0xCDEF89AB)  # RM 4.9.2
LOCK, PROGRAM, ERASE_SECTOR, ERASE_BANK, START = 1, 1 << 1, 1 << 2, 1 << 3, 1 << 7  # CR (RM 4.9.4)
BUSY, QUEUED, DONE, SEQUENCE_ERROR = 1, 1 << 2, 1 << 16, 1 << 18  # SR (RM 4.9.5)
PROGRAM_NS, ERASE_NS = 100_000, 1_000_000_000  # DS12930 table 56: a flash word, a sector, typical at x64
WORDS = 8  # of 32 bits in a flash word


class Flash(Peripheral):
    """Two banks, each locked until its keys are written. Nothing halts meanwhile: flags tell."""

    size: ClassVar = 0x400
    registers: ClassVar = (
        Register("ACR", 0x00, 0x37, writable=0x3F),
        Register("OPTKEYR", 0x08),
        Register("OPTCR", OPTCR, 1),
        Register("OPTSR_CUR", 0x1C, 0x0006F0F0 & ~(1 << 22), writable=0),  # BCM4 clear: the Cortex-M4 does not boot
        Register("OPTSR_PRG", 0x20),
        *(Register(f"SR{bank + 1}", SR + 0x100 * bank, writable=0) for bank in range(BANKS)),
    )

    def __init__(self, base: int, bus: Bus, clock: Clock, memories: Memories, requests: Requests) -> None:
        super().__init__("FLASH", base, bus, clock)
        self._requests = requests
        self._memory = next(stretch for stretch in memories.stretches if stretch.name == "flash")
        # How many keys came in order; None after a wrong one, which locks the bank until the next reset.
        self._keys: list[int | None] = [0] * BANKS
        self._written = [0] * BANKS  # words of the flash word under way
        for bank in range(BANKS):
            at = 0x100 * bank
            self._special(f"KEYR{bank + 1}", KEYR + at, 0, partial(self._key, bank))
            self._special(f"CR{bank + 1}", CR + at, 0x31, partial(self._control, bank))
            self._special(f"CCR{bank + 1}", CCR + at, 0, partial(self._clear, bank))

    def _special(self, name: str, offset: int, reset: int, write: Callable[[int], None]) -> None:
        self.add(Register(name, offset, reset))
        word = self._first + offset // 4
        self.page.attrs[word] = PLAIN_READ
        self.page.writers[word] = write

    def _word(self, offset: int, bank: int) -> int:
        return int(self.words[(offset + 0x100 * bank) // 4])

    def _put(self, offset: int, bank: int, value: int) -> None:
        self.words[(offset + 0x100 * bank) // 4] = value & 0xFFFFFFFF

    def _key(self, bank: int, value: int) -> None:
        came = self._keys[bank]
        if came is None or not self._word(CR, bank) & LOCK:
            return
        if value != KEYS[came]:
            self._keys[bank] = None
        elif came + 1 < len(KEYS):
            self._keys[bank] = came + 1
        else:
            self._keys[bank] = 0
            self._put(CR, bank, self._word(CR, bank) & ~LOCK)

    def _clear(self, bank: int, value: int) -> None:
        self._put(SR, bank, self._word(SR, bank) & ~(value & 0x07EF0000))

    def _control(self, bank: int, value: int) -> None:
        if self._word(CR, bank) & LOCK:
            return
        self._put(CR, bank, value & ~START)
        if value & START:
            self._erase(bank, value)

    def _erase(self, bank: int, control: int) -> None:
        first, size = bank * BANK_BYTES, BANK_BYTES
        if control & ERASE_SECTOR and not control & ERASE_BANK:
            first, size = first + (control >> 8 & 7) * SECTOR_BYTES, SECTOR_BYTES
        elif not control & ERASE_BANK:
            return
        self._memory.bytes[first : first + size] = b"\xff" * size
        start = self._memory.base + first
        self._requests.changed.append((start, start + size))
        self._busy(bank, ERASE_NS * (size // SECTOR_BYTES))

    def _busy(self, bank: int, ns: int) -> None:
        self._put(SR, bank, self._word(SR, bank) | BUSY | QUEUED)
        self.clock.at_ns(self.clock.ns() + ns, partial(self._ready, bank))

    def _ready(self, bank: int) -> None:
        self._put(SR, bank, self._word(SR, bank) & ~(BUSY | QUEUED) | DONE)

    def program(self, address: int, value: int, size: int) -> bool:
        """Take a store; False is a bus error: the bank is locked, or PG is not set (RM 4.3.9)."""
        bank = (address - self._memory.base) // BANK_BYTES
        if self._word(CR, bank) & (LOCK | PROGRAM) != PROGRAM:
            self._put(SR, bank, self._word(SR, bank) | SEQUENCE_ERROR)
            return False
        at = address - self._memory.base
        view = self._memory.bytes[at : at + size]
        view[:] = (int.from_bytes(view, "little") & value).to_bytes(size, "little")
        self._requests.changed.append((address, address + size))
        self._written[bank] = (self._written[bank] + 1) % WORDS
        if not self._written[bank]:
            self._busy(bank, PROGRAM_NS)
        return True
