# SPDX-License-Identifier: Apache-2.0
"""UARTE0 and UART0: one peripheral with two register interfaces (PS 6.33, 6.34)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import ClassVar

from vmote.soc.clock import Alarm
from vmote.soc.nrf52840.nordic import Fabric, NordicPeripheral
from vmote.soc.peripheral import Register

ENABLE, RXD, TXD, BAUDRATE = 0x500, 0x518, 0x51C, 0x524
RX_PTR, RX_MAXCNT, RX_AMOUNT, TX_PTR, TX_MAXCNT, TX_AMOUNT = 0x534, 0x538, 0x53C, 0x544, 0x548, 0x54C
ENABLED_UART, ENABLED_UARTE = 4, 8
BITS_PER_BYTE = 10  # start, 8, stop


class Uart(NordicPeripheral):
    """Sends bytes to a sink at the speed of its baud rate; receives what is fed to it at the same speed."""

    tasks: ClassVar = {
        "STARTRX": 0x000, "STOPRX": 0x004, "STARTTX": 0x008, "STOPTX": 0x00C, "SUSPEND": 0x01C, "FLUSHRX": 0x02C,
    }  # fmt: skip
    events: ClassVar = {
        "CTS": 0x100, "NCTS": 0x104, "RXDRDY": 0x108, "ENDRX": 0x110, "TXDRDY": 0x11C, "ENDTX": 0x120, "ERROR": 0x124,
        "RXTO": 0x144, "RXSTARTED": 0x14C, "TXSTARTED": 0x150, "TXSTOPPED": 0x158,
    }  # fmt: skip
    shorts: ClassVar = {
        3: ("CTS", "STARTRX"), 4: ("NCTS", "STOPRX"), 5: ("ENDRX", "STARTRX"), 6: ("ENDRX", "STOPRX"),
    }  # fmt: skip
    registers: ClassVar = (
        Register("ERRORSRC", 0x480, write="write_errorsrc"),
        Register("ENABLE", ENABLE, writable=0xF),
        Register("PSEL.RTS", 0x508, reset=0xFFFFFFFF),
        Register("PSEL.TXD", 0x50C, reset=0xFFFFFFFF),
        Register("PSEL.CTS", 0x510, reset=0xFFFFFFFF),
        Register("PSEL.RXD", 0x514, reset=0xFFFFFFFF),
        Register("RXD", RXD, read="read_rxd", writable=0),
        Register("TXD", TXD, write="write_txd"),
        Register("BAUDRATE", BAUDRATE, reset=0x04000000),
        Register("RXD.PTR", RX_PTR),
        Register("RXD.MAXCNT", RX_MAXCNT, writable=0xFFFF),
        Register("RXD.AMOUNT", RX_AMOUNT, writable=0),
        Register("TXD.PTR", TX_PTR),
        Register("TXD.MAXCNT", TX_MAXCNT, writable=0xFFFF),
        Register("TXD.AMOUNT", TX_AMOUNT, writable=0),
        Register("CONFIG", 0x56C, writable=0x1F),
    )

    def __init__(self, name: str, base: int, fabric: Fabric, irq: int, sink: Callable[[bytes], None]) -> None:
        super().__init__(name, base, fabric, irq)
        self._sink = sink
        self._sending: Alarm | None = None
        self._buffer = b""
        self._sent_from = 0
        self._tx_on = False
        self._rx_on = False
        self._rx_waiting: deque[int] = deque()  # on the wire, still to come
        self._rx_alarm: Alarm | None = None
        self._rx_fifo: deque[int] = deque()
        self._rx_at = 0

    @property
    def _dma(self) -> bool:
        return self.words[ENABLE // 4] == ENABLED_UARTE

    def byte_cycles(self) -> int:
        """Return how many cycles a byte takes: the baud rate is a fraction of 16 MHz (PS 6.34.10.26)."""
        step = max(int(self.words[BAUDRATE // 4]), 0x00004000)
        return -(-BITS_PER_BYTE * (self.clock.hz << 32) // (step * 16_000_000))

    # --- sending ---

    def task_starttx(self) -> None:
        """Send the buffer, or be ready for TXD."""
        self._tx_on = True
        if not self._dma:
            return
        if not self.words[ENABLE // 4]:
            self.bus.warn_once(f"{self.name} is started while it is disabled")
            return
        count = int(self.words[TX_MAXCNT // 4])
        view = self.fabric.dma(self.name, int(self.words[TX_PTR // 4]), count) if count else None
        self._buffer = bytes(view) if view is not None else b""
        self._sent_from = self.clock.now
        self.event("TXSTARTED")
        self._sending = self.clock.after(count * self.byte_cycles(), self._dma_done)

    def _dma_done(self) -> None:
        self._sending = None
        data, self._buffer = self._buffer, b""
        self.words[TX_AMOUNT // 4] = self.words[TX_MAXCNT // 4]
        if data:
            self._sink(data)
            self.event("TXDRDY")
        self.event("ENDTX")

    def flush(self) -> None:
        """Hand over what has left the wire of a buffer that is still being sent: the run is over."""
        sent = min((self.clock.now - self._sent_from) // self.byte_cycles(), len(self._buffer))
        if self._sending is not None and sent > 0:
            self._sink(self._buffer[:sent])
            self._buffer = self._buffer[sent:]
            self._sent_from += sent * self.byte_cycles()

    def task_stoptx(self) -> None:
        """Stop sending after the byte under way."""
        self._tx_on = False
        if self._sending is not None and self._dma:
            self._sending.cancel()
            self._sending = None
            total = len(self._buffer)
            sent = min((self.clock.now - self._sent_from) // self.byte_cycles() + 1, total)
            if sent:
                self._sink(self._buffer[:sent])
            self._buffer = b""
            self.words[TX_AMOUNT // 4] = sent
            self.clock.after(self.byte_cycles(), self._stopped_midway)
        else:
            self.event("TXSTOPPED")

    def _stopped_midway(self) -> None:
        self.event("ENDTX")
        self.event("TXSTOPPED")

    def write_txd(self, value: int) -> None:
        """Send one byte (UART)."""
        if self._tx_on and self.words[ENABLE // 4] == ENABLED_UART:
            self._sending = self.clock.after(self.byte_cycles(), lambda: self._byte_done(value & 0xFF))

    def _byte_done(self, byte: int) -> None:
        self._sending = None
        self._sink(bytes((byte,)))
        self.event("TXDRDY")

    # --- receiving ---

    def feed(self, data: bytes) -> None:
        """Put bytes on the receiving wire."""
        self._rx_waiting.extend(data)
        self._next_byte()

    def _next_byte(self) -> None:
        if self._rx_alarm is None and self._rx_waiting and self._rx_on:
            self._rx_alarm = self.clock.after(self.byte_cycles(), self._byte_came)

    def _byte_came(self) -> None:
        self._rx_alarm = None
        byte = self._rx_waiting.popleft()
        if self._dma:
            count = int(self.words[RX_MAXCNT // 4])
            view = self.fabric.dma(self.name, int(self.words[RX_PTR // 4]), count)
            if view is not None and self._rx_at < count:
                view[self._rx_at] = byte
            self._rx_at += 1
            self.event("RXDRDY")
            if self._rx_at >= count:
                self._end_rx()
        else:
            self._rx_fifo.append(byte)
            self.event("RXDRDY")
        self._next_byte()

    def _end_rx(self) -> None:
        self.words[RX_AMOUNT // 4] = self._rx_at
        self._rx_at = 0
        self._rx_on = False
        self.event("ENDRX")

    def read_rxd(self) -> int:
        """Take the oldest received byte (UART); the next one raises RXDRDY again (PS 6.33.4)."""
        if self._rx_fifo:
            self.words[RXD // 4] = self._rx_fifo.popleft()
            if self._rx_fifo:
                self.event("RXDRDY")
        return int(self.words[RXD // 4])

    def task_startrx(self) -> None:
        """Receive."""
        self._rx_on = True
        self._rx_at = 0
        if self._dma:
            self.event("RXSTARTED")
        self._next_byte()

    def task_stoprx(self) -> None:
        """Stop receiving."""
        if self._rx_on and self._dma:
            self._end_rx()
        self._rx_on = False
        self.event("RXTO")

    def task_flushrx(self) -> None:
        """Empty the receive FIFO into the buffer: there is nothing left in it here."""
        self.words[RX_AMOUNT // 4] = 0
        self.event("ENDRX")

    def task_suspend(self) -> None:
        """Stop both directions (UART)."""
        self._rx_on = self._tx_on = False

    def write_errorsrc(self, value: int) -> None:
        """Clear the bits that are written as ones."""
        self.words[0x480 // 4] &= ~value & 0xFFFFFFFF
