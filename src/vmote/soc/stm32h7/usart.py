# SPDX-License-Identifier: Apache-2.0
"""USART: bytes leave at the speed of the baud rate, by hand or by DMA (RM 51)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from vmote.soc.bus import Bus
from vmote.soc.clock import Clock
from vmote.soc.irq import IrqLines
from vmote.soc.peripheral import Peripheral, Register
from vmote.soc.stm32h7.dma import TRANSFER_DONE, DmaMux, Stream
from vmote.soc.stm32h7.rcc import Rcc

CR1, CR3, BRR, ISR, RDR, TDR = 0x00, 0x08, 0x0C, 0x1C, 0x24, 0x28
ENABLED, RECEIVES, SENDS, DONE_IRQ, EMPTY_IRQ = 1, 1 << 2, 1 << 3, 1 << 6, 1 << 7
DMA_SENDS = 1 << 7  # CR3.DMAT
RECEIVED, DONE, EMPTY, SENDER_READY, RECEIVER_READY = 1 << 5, 1 << 6, 1 << 7, 1 << 21, 1 << 22
BITS_PER_BYTE = 10
FIFO = 2  # the shift register and TDR


class Usart(Peripheral):
    """One USART whose kernel clock is its bus's (D2CCIP2R at reset)."""

    size: ClassVar = 0x400
    registers: ClassVar = (
        Register("CR1", CR1, write="write_cr1"),
        Register("CR2", 0x04),
        Register("CR3", CR3, write="write_cr3"),
        Register("BRR", BRR, writable=0xFFFF),
        Register("GTPR", 0x10),
        Register("RTOR", 0x14),
        Register("RQR", 0x18, writable=0),
        Register("ISR", ISR, DONE | EMPTY, writable=0),
        Register("ICR", 0x20, write="write_icr"),
        Register("RDR", RDR, read="read_rdr", writable=0),
        Register("TDR", TDR, write="write_tdr"),
        Register("PRESC", 0x2C),
    )

    def __init__(
        self, name: str, base: int, bus: Bus, clock: Clock, rcc: Rcc, irqs: IrqLines, irq: int, mux: DmaMux,
        request: int, sink: Callable[[bytes], None], *, second_bus: bool,
    ) -> None:  # fmt: skip
        super().__init__(name, base, bus, clock)
        self.asks(RDR, on=False)
        self._rcc, self._irqs, self._irq = rcc, irqs, irq
        self._mux, self._request, self._sink = mux, request, sink
        self._second = second_bus
        self._waiting = 0  # bytes in the shift register and TDR
        self._stream: Stream | None = None
        self._buffer = b""
        self._sent_from = 0
        mux.serve(request, self._begin_dma)

    def byte_cycles(self) -> int:
        """Return how many of the core's cycles a byte takes."""
        divider = max(int(self.words[BRR // 4]), 16)
        return BITS_PER_BYTE * divider * self.clock.hz // self._rcc.pclk_hz(second=self._second)

    def _flags(self, *, on: int = 0, off: int = 0) -> None:
        self.words[ISR // 4] = (int(self.words[ISR // 4]) | on) & ~off & 0xFFFFFFFF
        flags, control = int(self.words[ISR // 4]), int(self.words[CR1 // 4])
        self.asks(RDR, on=bool(flags & RECEIVED))
        self._irqs.set(self._irq, bool(flags & control & (DONE_IRQ | EMPTY_IRQ | RECEIVED)))

    def write_cr1(self, value: int) -> None:
        """Enable; a sender and a receiver say that they are ready."""
        self.words[CR1 // 4] = value
        on = value & ENABLED
        ready = (SENDER_READY if on and value & SENDS else 0) | (RECEIVER_READY if on and value & RECEIVES else 0)
        self._flags(on=ready, off=(SENDER_READY | RECEIVER_READY) & ~ready)
        self._begin_dma()

    def write_cr3(self, value: int) -> None:
        """Choose DMA."""
        self.words[CR3 // 4] = value
        self._begin_dma()

    def write_icr(self, value: int) -> None:
        """Clear flags."""
        self._flags(off=value & ~(EMPTY | RECEIVED))

    def read_rdr(self) -> int:
        """Take the received byte."""
        self._flags(off=RECEIVED)
        return int(self.words[RDR // 4])

    @property
    def _may_send(self) -> bool:
        return int(self.words[CR1 // 4]) & (ENABLED | SENDS) == ENABLED | SENDS

    # --- by hand ---

    def write_tdr(self, value: int) -> None:
        """Send one byte."""
        if not self._may_send:
            self.bus.warn_once(f"{self.name} is written to while it does not send (UE and TE)")
            return
        self._sink(bytes((value & 0xFF,)))
        self._waiting = min(self._waiting + 1, FIFO)
        self._flags(off=DONE | (EMPTY if self._waiting == FIFO else 0))
        if self._waiting == 1:
            self.clock.after(self.byte_cycles(), self._byte_left)

    def _byte_left(self) -> None:
        self._waiting -= 1
        self._flags(on=EMPTY | (0 if self._waiting else DONE))
        if self._waiting:
            self.clock.after(self.byte_cycles(), self._byte_left)

    # --- by DMA ---

    def _begin_dma(self) -> None:
        if self._stream is not None or not self._may_send or not int(self.words[CR3 // 4]) & DMA_SENDS:
            return
        stream = self._mux.stream(self._request)
        view = stream.memory() if stream is not None and stream.count else None
        if stream is None or view is None:
            return
        self._stream, self._buffer, self._sent_from = stream, bytes(view), self.clock.now
        self._flags(off=DONE)
        self.clock.after(len(self._buffer) * self.byte_cycles(), self._dma_done)

    def _dma_done(self) -> None:
        stream, data = self._stream, self._buffer
        self._stream, self._buffer = None, b""
        if data:
            self._sink(data)
        self._flags(on=DONE | EMPTY)
        if stream is not None:
            stream.flag(TRANSFER_DONE)
        self._begin_dma()

    # --- receiving ---

    def feed(self, data: bytes) -> None:
        """Put bytes on the receiving wire, one after the other."""
        for n, byte in enumerate(data):
            self.clock.after((n + 1) * self.byte_cycles(), partial(self._byte_came, byte))

    def _byte_came(self, byte: int) -> None:
        if int(self.words[CR1 // 4]) & (ENABLED | RECEIVES) == ENABLED | RECEIVES:
            self.words[RDR // 4] = byte
            self._flags(on=RECEIVED)

    def flush(self) -> None:
        """Hand over what has left of a buffer under way: the run is over."""
        sent = min((self.clock.now - self._sent_from) // self.byte_cycles(), len(self._buffer))
        if self._stream is not None and sent > 0:
            self._sink(self._buffer[:sent])
            self._buffer = self._buffer[sent:]
            self._sent_from += sent * self.byte_cycles()
