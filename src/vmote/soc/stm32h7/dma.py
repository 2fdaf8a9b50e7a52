# SPDX-License-Identifier: Apache-2.0
"""DMA1 and DMA2 with their request multiplexer: a peripheral hands over whole buffers at once (RM 16, 18)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from vmote.soc.bus import Bus
from vmote.soc.clock import Clock
from vmote.soc.irq import IrqLines
from vmote.soc.memory import Memories
from vmote.soc.peripheral import Peripheral, Register

STREAMS = 8
FLAG_SHIFTS = (0, 6, 16, 22)  # of streams 0..3 in LISR, of 4..7 in HISR (RM 16.5.1)
TRANSFER_DONE, HALF_DONE, TRANSFER_ERROR = 1 << 5, 1 << 4, 1 << 3
ENABLE, ERROR_IRQ, HALF_IRQ, DONE_IRQ, CIRCULAR = 1, 1 << 2, 1 << 3, 1 << 4, 1 << 8
IRQS = ((11, 12, 13, 14, 15, 16, 17, 47), (56, 57, 58, 59, 60, 68, 69, 70))
TIGHTLY_COUPLED = ("itcm", "dtcm")  # only MDMA reaches these (RM 2.1)


class Stream:
    """One stream as a peripheral meets it."""

    def __init__(self, dma: Dma, n: int) -> None:
        self.dma = dma
        self.n = n
        self._at = 0x10 + 0x18 * n
        self.on_enable: Callable[[], None] | None = None

    def _word(self, offset: int) -> int:
        return int(self.dma.words[(self._at + offset) // 4])

    @property
    def enabled(self) -> bool:
        """Tell whether it waits for requests."""
        return bool(self._word(0) & ENABLE)

    @property
    def circular(self) -> bool:
        """Tell whether it begins anew by itself."""
        return bool(self._word(0) & CIRCULAR)

    @property
    def count(self) -> int:
        """Return how many items one turn has."""
        return self.dma.counts[self.n]

    @property
    def item_bytes(self) -> int:
        """Return the width of an item in memory (MSIZE)."""
        return 1 << (self._word(0) >> 13 & 3)

    def memory(self) -> memoryview | None:
        """Return the buffer in memory; None and a warning where this DMA reaches none."""
        address, size = self._word(0x0C), self.count * self.item_bytes
        stretch = self.dma.memories.find(address, size)
        if stretch is None or stretch.name in TIGHTLY_COUPLED:
            where = f"0x{address:08x}+{size}"
            self.dma.bus.warn_once(f"{self.dma.name}: {where} is out of its reach: no RAM, or TCM (RM 2.1)")
            self.flag(TRANSFER_ERROR)
            return None
        return stretch.bytes[address - stretch.base : address - stretch.base + size]

    def flag(self, bits: int) -> None:
        """Half a turn is done, or a whole one, or it failed."""
        dma, shift = self.dma, FLAG_SHIFTS[self.n % 4]
        dma.words[self.n // 4] |= bits << shift
        if bits & (TRANSFER_ERROR | TRANSFER_DONE) and not self.circular:
            dma.words[self._at // 4] &= ~ENABLE & 0xFFFFFFFF
            dma.words[(self._at + 4) // 4] = 0
        dma.update_irq(self.n)


class Dma(Peripheral):
    """One controller."""

    size: ClassVar = 0x400

    def __init__(
        self, number: int, base: int, bus: Bus, clock: Clock, irqs: IrqLines, memories: Memories, mux: DmaMux
    ) -> None:
        super().__init__(f"DMA{number}", base, bus, clock)
        self.memories = memories
        self.counts = [0] * STREAMS
        self._irqs = irqs
        self._lines = IRQS[number - 1]
        self._mux = mux
        self._first_channel = STREAMS * (number - 1)
        self.streams = [Stream(self, n) for n in range(STREAMS)]
        for name, offset in (("LISR", 0), ("HISR", 4)):
            self.add(Register(name, offset, writable=0))
        for half, name in enumerate(("LIFCR", "HIFCR")):
            self._special(name, 8 + 4 * half, partial(self._clear, half))
        for n in range(STREAMS):
            at = 0x10 + 0x18 * n
            for name, offset in (("NDTR", 4), ("PAR", 8), ("M0AR", 0xC), ("M1AR", 0x10), ("FCR", 0x14)):
                self.add(Register(f"S{n}{name}", at + offset, 0x21 if name == "FCR" else 0))
            self._special(f"S{n}CR", at, partial(self._write_cr, n))

    def _special(self, name: str, offset: int, write: Callable[[int], None]) -> None:
        self.add(Register(name, offset))
        word = self._first + offset // 4
        self.page.attrs[word] = 1  # PLAIN_READ
        self.page.writers[word] = write

    def _clear(self, half: int, value: int) -> None:
        self.words[half] &= ~value & 0xFFFFFFFF
        for n in range(4 * half, 4 * half + 4):
            self.update_irq(n)

    def _write_cr(self, n: int, value: int) -> None:
        word = (0x10 + 0x18 * n) // 4
        was = int(self.words[word])
        self.words[word] = value
        if value & ENABLE and not was & ENABLE:
            self.counts[n] = int(self.words[word + 1]) & 0xFFFF
            self._mux.enabled(self._first_channel + n)
        self.update_irq(n)

    def update_irq(self, n: int) -> None:
        """Set a stream's line from its flags and enables."""
        flags = int(self.words[n // 4]) >> FLAG_SHIFTS[n % 4]
        control = int(self.words[(0x10 + 0x18 * n) // 4])
        wanted = (
            (control & DONE_IRQ and flags & TRANSFER_DONE)
            or (control & HALF_IRQ and flags & HALF_DONE)
            or (control & ERROR_IRQ and flags & TRANSFER_ERROR)
        )
        self._irqs.set(self._lines[n], bool(wanted))


class DmaMux(Peripheral):
    """DMAMUX1: which peripheral's requests reach which stream."""

    size: ClassVar = 0x400
    registers: ClassVar = (
        *(Register(f"C{n}CR", 4 * n) for n in range(2 * STREAMS)),
        Register("CSR", 0x80, writable=0),
        Register("CFR", 0x84),
    )

    def __init__(self, base: int, bus: Bus, clock: Clock) -> None:
        super().__init__("DMAMUX1", base, bus, clock)
        self.controllers: list[Dma] = []
        self._served: dict[int, Callable[[], None]] = {}

    def serve(self, request: int, begin: Callable[[], None]) -> None:
        """Be told when a stream begins to wait for a request."""
        self._served[request] = begin

    def _request(self, channel: int) -> int:
        return int(self.words[channel]) & 0x7F

    def enabled(self, channel: int) -> None:
        """A stream was switched on: whoever serves its request may begin."""
        begin = self._served.get(self._request(channel))
        if begin is not None:
            begin()

    def stream(self, request: int) -> Stream | None:
        """Return the stream that waits for a request."""
        for channel in range(STREAMS * len(self.controllers)):
            stream = self.controllers[channel // STREAMS].streams[channel % STREAMS]
            if self._request(channel) == request and stream.enabled:
                return stream
        return None
