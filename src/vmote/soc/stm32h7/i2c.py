# SPDX-License-Identifier: Apache-2.0
"""I2C as a master, by hand or by interrupts (RM 50)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from vmote.soc.bus import Bus
from vmote.soc.clock import Alarm, Clock
from vmote.soc.i2c import I2cBus
from vmote.soc.irq import IrqLines
from vmote.soc.peripheral import Peripheral, Register
from vmote.soc.stm32h7.rcc import Rcc

CR1, CR2, TIMINGR, ISR, ICR, RXDR, TXDR = 0x00, 0x04, 0x10, 0x18, 0x1C, 0x24, 0x28
READ, START, STOP, RELOAD, AUTOEND = 1 << 10, 1 << 13, 1 << 14, 1 << 24, 1 << 25
TX_EMPTY, TX_ASKS, RX_FULL, NACKED, STOPPED, COMPLETE, RELOADS, BUSY = (1 << n for n in (0, 1, 2, 4, 5, 6, 7, 15))
CLEARABLE = 0x3F38
BITS_PER_BYTE = 9


class I2c(Peripheral):
    """One controller on one pair of wires."""

    size: ClassVar = 0x400
    registers: ClassVar = (
        Register("CR1", CR1, write="write_cr1"),
        Register("CR2", CR2, write="write_cr2"),
        Register("OAR1", 0x08),
        Register("OAR2", 0x0C),
        Register("TIMINGR", TIMINGR),
        Register("TIMEOUTR", 0x14),
        Register("ISR", ISR, TX_EMPTY, write="write_isr"),
        Register("ICR", ICR, write="write_icr"),
        Register("PECR", 0x20, writable=0),
        Register("RXDR", RXDR, read="read_rxdr", writable=0),
        Register("TXDR", TXDR, write="write_txdr"),
    )

    def __init__(
        self, name: str, base: int, bus: Bus, clock: Clock, rcc: Rcc, irqs: IrqLines, irq: int, wires: I2cBus
    ) -> None:
        super().__init__(name, base, bus, clock)
        self._rcc, self._irqs, self._irq, self._wires = rcc, irqs, irq, wires
        self._left = 0
        self._idle = True
        self._alarm: Alarm | None = None
        self._stalled: Callable[[], None] | None = None  # what waits for the bus to move again
        wires.changed.append(self._bus_changed)
        self.asks(RXDR, on=False)

    def _byte_cycles(self) -> int:
        """Return the core's cycles for nine clocks of the bus (RM 50.4.9)."""
        timing = int(self.words[TIMINGR // 4])
        prescaler = (timing >> 28) + 1
        clocks = prescaler * ((timing >> 8 & 0xFF) + 1 + (timing & 0xFF) + 1)
        return BITS_PER_BYTE * clocks * self.clock.hz // self._rcc.pclk_hz()

    def _flags(self, *, on: int = 0, off: int = 0) -> None:
        self.words[ISR // 4] = flags = int(self.words[ISR // 4]) & ~off | on
        self.asks(RXDR, on=bool(flags & RX_FULL))
        control = int(self.words[CR1 // 4])
        # CR1: TXIE 1, RXIE 2, NACKIE 4, STOPIE 5, TCIE 6 (RM 50.7.1); they stand where their flags do.
        wanted = flags & control & (TX_ASKS | RX_FULL | NACKED | STOPPED | COMPLETE)
        self._irqs.set(self._irq, bool(wanted or (flags & RELOADS and control & COMPLETE)))

    def _later(self, action: Callable[[], None]) -> None:
        self._stalled = None
        self._alarm = self.clock.after(self._byte_cycles(), lambda: self._act(action))

    def _act(self, action: Callable[[], None]) -> None:
        """Do what is due, unless the bus is held: BUSY stays, and no other flag tells of it."""
        if self._wires.held:
            self._stalled = action
        else:
            action()

    def _bus_changed(self) -> None:
        if not int(self.words[CR1 // 4]) & 1:
            return
        if self._wires.held:  # SDA falls while SCL is high: a start condition to whoever listens (RM 50.7.7)
            self._flags(on=BUSY)
        elif self._stalled is not None:
            self._later(self._stalled)
        elif self._idle:
            self._flags(off=BUSY)

    @property
    def _control(self) -> int:
        return int(self.words[CR2 // 4])

    # --- registers ---

    def write_cr1(self, value: int) -> None:
        """Enable; switching off lets everything go."""
        self.words[CR1 // 4] = value
        if not value & 1:
            if self._alarm is not None:
                self._alarm.cancel()
            self._stalled, self._idle = None, True
            self.words[CR2 // 4] = self._control & ~(START | STOP)
            self._wires.stop()
            self._flags(on=TX_EMPTY, off=0xFFFFFFFF & ~TX_EMPTY)
        self._flags()

    def write_cr2(self, value: int) -> None:
        """Set a transfer up, start or stop it."""
        self.words[CR2 // 4] = value
        if not int(self.words[CR1 // 4]) & 1:
            return
        if value & START:
            self._flags(on=BUSY, off=COMPLETE | NACKED | TX_ASKS | RX_FULL)
            self._idle = False
            self._later(self._addressed)
        elif value & STOP:
            if self._wires.held:
                self._later(self._stop)
            else:  # at once: a driver may ask for the next start before it looks whether the stop is out
                self._stop()
        elif int(self.words[ISR // 4]) & RELOADS:
            self._left = value >> 16 & 0xFF
            self._flags(off=RELOADS)
            self._go_on()

    def write_isr(self, value: int) -> None:
        """Writing TXE throws away what waits in TXDR."""
        if value & TX_EMPTY:
            self._flags(on=TX_EMPTY)

    def write_icr(self, value: int) -> None:
        """Clear flags."""
        self._flags(off=value & CLEARABLE)

    def read_rxdr(self) -> int:
        """Take a byte; the bus goes on with the next."""
        byte = int(self.words[RXDR // 4])
        if int(self.words[ISR // 4]) & RX_FULL:
            self._flags(off=RX_FULL)
            self._go_on()
        return byte

    def write_txdr(self, value: int) -> None:
        """Send a byte that was asked for."""
        if not int(self.words[ISR // 4]) & TX_ASKS:
            return
        self._flags(off=TX_ASKS | TX_EMPTY)
        self._later(lambda: self._sent(value & 0xFF))

    # --- the transfer ---

    def _addressed(self) -> None:
        control = self._control
        self.words[CR2 // 4] = control & ~START
        self._left = control >> 16 & 0xFF
        if self._wires.start(control >> 1 & 0x7F, bool(control & READ)):
            self._go_on()
        else:
            self._refused()

    def _refused(self) -> None:
        self._flags(on=NACKED | TX_EMPTY)
        self._stop()  # the hardware ends a refused transfer by itself (RM 50.4.9)

    def _go_on(self) -> None:
        """Ask for the next byte, fetch it, or be done."""
        control = self._control
        if self._left == 0:
            if control & RELOAD:
                self._flags(on=RELOADS)
            elif control & AUTOEND:
                self._stop()
            else:
                self._flags(on=COMPLETE)
        elif control & READ:
            self._later(self._received)
        else:
            self._flags(on=TX_ASKS | TX_EMPTY)

    def _sent(self, byte: int) -> None:
        self._left -= 1
        if self._wires.write(byte):
            self._flags(on=TX_EMPTY)
            self._go_on()
        else:
            self._refused()

    def _received(self) -> None:
        self._left -= 1
        self.words[RXDR // 4] = self._wires.read()
        self._flags(on=RX_FULL)

    def _stop(self) -> None:
        self._wires.stop()
        self.words[CR2 // 4] = self._control & ~STOP
        self._idle = True
        self._flags(on=STOPPED, off=BUSY | COMPLETE | TX_ASKS)
