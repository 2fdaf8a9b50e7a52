# SPDX-License-Identifier: Apache-2.0
"""TWI and TWIM: one I2C master with two register interfaces (PS 6.31, 6.32)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from vmote.soc.clock import Alarm
from vmote.soc.i2c import I2cBus
from vmote.soc.nrf52840.nordic import Fabric, NordicPeripheral
from vmote.soc.peripheral import Register

ERRORSRC, ENABLE, RXD, TXD, FREQUENCY = 0x4C4, 0x500, 0x518, 0x51C, 0x524
RX_PTR, RX_MAXCNT, RX_AMOUNT, TX_PTR, TX_MAXCNT, TX_AMOUNT = 0x534, 0x538, 0x53C, 0x544, 0x548, 0x54C
PSEL_SCL, PSEL_SDA, ADDRESS = 0x508, 0x50C, 0x588
ENABLED_TWI, ENABLED_TWIM = 5, 6
OVERRUN, ANACK, DNACK = 1, 2, 4
BYTE_BITS, START_BITS = 9, 1


class Twi(NordicPeripheral):
    """Which interface is meant follows from ENABLE."""

    tasks: ClassVar = {
        "STARTRX": 0x000, "STARTTX": 0x008, "STOP": 0x014, "SUSPEND": 0x01C, "RESUME": 0x020,
    }  # fmt: skip
    events: ClassVar = {
        "STOPPED": 0x104, "RXDREADY": 0x108, "TXDSENT": 0x11C, "ERROR": 0x124, "BB": 0x138, "SUSPENDED": 0x148,
        "RXSTARTED": 0x14C, "TXSTARTED": 0x150, "LASTRX": 0x15C, "LASTTX": 0x160,
    }  # fmt: skip
    shorts: ClassVar = {
        0: ("BB", "SUSPEND"), 1: ("BB", "STOP"),
        7: ("LASTTX", "STARTRX"), 8: ("LASTTX", "SUSPEND"), 9: ("LASTTX", "STOP"),
        10: ("LASTRX", "STARTTX"), 11: ("LASTRX", "SUSPEND"), 12: ("LASTRX", "STOP"),
    }  # fmt: skip
    registers: ClassVar = (
        Register("ERRORSRC", ERRORSRC, write="write_errorsrc"),
        Register("ENABLE", ENABLE, write="write_enable"),
        Register("PSEL.SCL", PSEL_SCL, reset=0xFFFFFFFF),
        Register("PSEL.SDA", PSEL_SDA, reset=0xFFFFFFFF),
        Register("RXD", RXD, read="read_rxd", writable=0),
        Register("TXD", TXD, write="write_txd"),
        Register("FREQUENCY", FREQUENCY, reset=0x04000000),
        Register("RXD.PTR", RX_PTR),
        Register("RXD.MAXCNT", RX_MAXCNT, writable=0xFFFF),
        Register("RXD.AMOUNT", RX_AMOUNT, writable=0),
        Register("RXD.LIST", 0x540),
        Register("TXD.PTR", TX_PTR),
        Register("TXD.MAXCNT", TX_MAXCNT, writable=0xFFFF),
        Register("TXD.AMOUNT", TX_AMOUNT, writable=0),
        Register("TXD.LIST", 0x550),
        Register("ADDRESS", ADDRESS, writable=0x7F),
    )

    def __init__(self, name: str, base: int, fabric: Fabric, irq: int, wires_at: Callable[[int, int], I2cBus]) -> None:
        """`wires_at` finds the bus that is connected to the pins in PSEL.SCL and PSEL.SDA."""
        super().__init__(name, base, fabric, irq)
        self._wires_at = wires_at
        self.wires = I2cBus("nothing")
        self._idle()

    def _idle(self) -> None:
        self._alarm: Alarm | None = None
        self._stalled = ""  # what waits for the bus to move again
        self._mode = ""  # "tx", "rx" or nothing on the bus
        self._addressed = False
        self._txd: int | None = None  # written, not yet sent
        self._unread = False  # RXD holds a byte
        self._suspended = False
        self._stopping = False
        self._receiving = False

    def bits(self, count: int) -> int:
        """Return how many cycles bits take: the frequency is a fraction of 16 MHz (PS 6.31.7.11)."""
        step = max(int(self.words[FREQUENCY // 4]), 0x00100000)
        return -(-count * (self.clock.hz << 32) // (step * 16_000_000))

    def _later(self, bits: int, action: str) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._stalled = ""
        self._alarm = self.clock.after(self.bits(bits), partial(self._act, action))

    def _act(self, action: str) -> None:
        """Do what is due, unless the bus is held: then no event tells of it, however long it lasts (PS 6.31)."""
        if self.wires.held:
            self._stalled = action
        else:
            getattr(self, action)()

    def _bus_changed(self) -> None:
        if self._stalled and not self.wires.held:
            self._later(START_BITS, self._stalled)

    @property
    def _dma(self) -> bool:
        return self.words[ENABLE // 4] == ENABLED_TWIM

    def write_enable(self, value: int) -> None:
        """Switch on as one of the two, or off."""
        self.words[ENABLE // 4] = value & 0xF
        if value & 0xF not in (0, ENABLED_TWI, ENABLED_TWIM):
            self.bus.warn_once(f"{self.name}.ENABLE = {value & 0xF}: only TWI (5) and TWIM (6) are modelled there")
        if not value & 0xF:
            if self._alarm is not None:
                self._alarm.cancel()
            self.wires.stop()
            self._idle()

    def write_errorsrc(self, value: int) -> None:
        """Clear the bits that are written as ones."""
        self.words[ERRORSRC // 4] &= ~value & 0xFFFFFFFF

    def _error(self, source: int) -> None:
        self.words[ERRORSRC // 4] |= source
        self.event("ERROR")

    # --- tasks ---

    def _ready(self) -> bool:
        if self.words[ENABLE // 4] in (ENABLED_TWI, ENABLED_TWIM):
            wires = self._wires_at(int(self.words[PSEL_SCL // 4]), int(self.words[PSEL_SDA // 4]))
            if wires is not self.wires:
                self.wires = wires
                wires.changed.append(self._bus_changed)
            return True
        self.bus.warn_once(f"{self.name} is started while it is disabled")
        return False

    def task_starttx(self) -> None:
        """Send a start condition and write."""
        if not self._ready():
            return
        self._mode, self._addressed, self._stopping, self._suspended = "tx", False, False, False
        if self._dma:
            count = int(self.words[TX_MAXCNT // 4])
            self.event("TXSTARTED")
            self._later(START_BITS + BYTE_BITS * (1 + count), "_dma_sent")
        elif self._txd is not None:
            self._later(START_BITS + 2 * BYTE_BITS, "_byte_sent")

    def task_startrx(self) -> None:
        """Send a start condition and read."""
        if not self._ready():
            return
        self._mode, self._addressed, self._stopping, self._suspended = "rx", False, False, False
        if self._dma:
            count = int(self.words[RX_MAXCNT // 4])
            self.event("RXSTARTED")
            self._later(START_BITS + BYTE_BITS * (1 + count), "_dma_received")
        else:
            self._unread = False
            self._later(START_BITS + BYTE_BITS, "_read_addressed")

    def task_stop(self) -> None:
        """End the transfer: a byte being received is not acknowledged, then a stop condition follows."""
        if self._dma:
            self._stopping = True
            if self._alarm is None or self._mode == "":
                self._later(START_BITS, "_stopped")
            return
        self._stopping = True
        self._suspended = False
        if not self._receiving:
            self._later(START_BITS, "_stopped")

    def task_suspend(self) -> None:
        """Hold the bus after the byte under way."""
        self._suspended = True
        if self._dma:
            self.event("SUSPENDED")

    def task_resume(self) -> None:
        """Go on after a suspension."""
        was, self._suspended = self._suspended, False
        if not was or self._dma:
            return
        if self._mode == "rx" and not self._receiving:
            self._receive_next()
        elif self._mode == "tx" and self._txd is not None and self._alarm is None:
            self._later(BYTE_BITS, "_byte_sent")

    def _stopped(self) -> None:
        self._alarm = None
        self.wires.stop()
        self._mode, self._stopping, self._receiving, self._txd = "", False, False, None
        self.event("STOPPED")

    # --- the legacy interface, byte by byte ---

    def write_txd(self, value: int) -> None:
        """Queue a byte."""
        self._txd = value & 0xFF
        if self._mode == "tx" and self._alarm is None and not self._suspended and not self._dma:
            self._later(BYTE_BITS if self._addressed else START_BITS + 2 * BYTE_BITS, "_byte_sent")

    def _byte_sent(self) -> None:
        self._alarm = None
        byte, self._txd = self._txd, None
        if not self._addressed:
            self._addressed = True
            if not self.wires.start(int(self.words[ADDRESS // 4]), read=False):
                self._mode = ""
                self._error(ANACK)
                return
        if not self.wires.write(byte or 0):
            self._error(DNACK)
            return
        self.event("BB")
        self.event("TXDSENT")

    def _read_addressed(self) -> None:
        self._alarm = None
        self._addressed = True
        if not self.wires.start(int(self.words[ADDRESS // 4]), read=True):
            self._mode = ""
            self._error(ANACK)
            return
        if self._stopping:
            self._stopped()
            return
        self._receive_next()

    def _receive_next(self) -> None:
        self._receiving = True
        self.event("BB")  # the shortcuts take effect when this byte is over
        self._later(BYTE_BITS, "_byte_received")

    def _byte_received(self) -> None:
        self._alarm = None
        self._receiving = False
        self.words[RXD // 4] = self.wires.read()
        self._unread = True
        if self._stopping:
            self._later(START_BITS, "_stopped")
        self.event("RXDREADY")

    def read_rxd(self) -> int:
        """Take the byte; unless held, the next one is received."""
        value = int(self.words[RXD // 4])
        was, self._unread = self._unread, False
        if was and self._mode == "rx" and not (self._stopping or self._suspended or self._receiving or self._dma):
            self._receive_next()
        return value

    # --- EasyDMA, a buffer at a time ---

    def _dma_sent(self) -> None:
        self._alarm = None
        count = int(self.words[TX_MAXCNT // 4])
        self.words[TX_AMOUNT // 4] = 0
        if not self.wires.start(int(self.words[ADDRESS // 4]), read=False):
            self._mode = ""
            self._error(ANACK)
            return
        view = self.fabric.dma(self.name, int(self.words[TX_PTR // 4]), count) if count else None
        for n in range(count):
            if not self.wires.write(view[n] if view is not None else 0):
                self.words[TX_AMOUNT // 4] = n
                self._error(DNACK)
                return
        self.words[TX_AMOUNT // 4] = count
        self._dma_end("LASTTX")

    def _dma_received(self) -> None:
        self._alarm = None
        count = int(self.words[RX_MAXCNT // 4])
        self.words[RX_AMOUNT // 4] = 0
        if not self.wires.start(int(self.words[ADDRESS // 4]), read=True):
            self._mode = ""
            self._error(ANACK)
            return
        view = self.fabric.dma(self.name, int(self.words[RX_PTR // 4]), count) if count else None
        for n in range(count):
            byte = self.wires.read()
            if view is not None:
                view[n] = byte
        self.words[RX_AMOUNT // 4] = count
        self._dma_end("LASTRX")

    def _dma_end(self, event: str) -> None:
        """The LAST events come while the last byte is on the wire; a whole buffer is one step here, so at its end."""
        self._mode = ""
        self.event(event)
        if self._stopping and self._alarm is None:
            self._later(START_BITS, "_stopped")
