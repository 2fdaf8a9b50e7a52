# SPDX-License-Identifier: Apache-2.0
"""ADC1: single conversions by hand, and a timer's pace with whole halves of a DMA buffer at once (RM 26)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from vmote.soc.bus import Bus
from vmote.soc.clock import Alarm, Clock
from vmote.soc.irq import IrqLines
from vmote.soc.peripheral import Peripheral, Register
from vmote.soc.stm32h7.dma import HALF_DONE, TRANSFER_DONE, DmaMux, Stream
from vmote.soc.stm32h7.tim import Tim

ISR, IER, CR, CFGR, SQR1, DR = 0x00, 0x04, 0x08, 0x0C, 0x30, 0x40
READY, SAMPLED, CONVERTED, SEQUENCE_DONE, OVERRUN, LDO_READY = 1, 2, 4, 8, 16, 1 << 12
ENABLE, DISABLE, BEGIN, END, REGULATOR, DEEP_SLEEP, CALIBRATE = 1, 2, 4, 16, 1 << 28, 1 << 29, 1 << 31
CONVERSION_NS = 1000  # a conversion by hand; sampling time and resolution do not change it (fidelity ledger)
REQUEST = 9  # on DMAMUX1 (RM 18.3.2)

# Channel number, first instant in ns, samples a second, how many -> fractions of full scale, 0 to 1.
Analog = Callable[[int, int, float, int], NDArray[np.float64]]


class Adc(Peripheral):
    """One converter of 16 bits."""

    size: ClassVar = 0x100
    registers: ClassVar = (
        Register("ISR", ISR, write="write_isr"),
        Register("IER", IER, write="write_ier"),
        Register("CR", CR, DEEP_SLEEP, write="write_cr"),
        Register("CFGR", CFGR, 1 << 31),
        Register("CFGR2", 0x10),
        Register("SMPR1", 0x14),
        Register("SMPR2", 0x18),
        Register("PCSEL", 0x1C),
        Register("LTR1", 0x20),
        Register("HTR1", 0x24, 0x03FFFFFF),
        Register("SQR1", SQR1),
        Register("SQR2", 0x34),
        Register("SQR3", 0x38),
        Register("SQR4", 0x3C),
        Register("DR", DR, read="read_dr", writable=0),
        Register("DIFSEL", 0xC0),
        Register("CALFACT", 0xC4),
        Register("CALFACT2", 0xC8),
    )

    def __init__(
        self, name: str, base: int, bus: Bus, clock: Clock, irqs: IrqLines, irq: int, mux: DmaMux,
        triggers: dict[int, Tim], analog: Analog,
    ) -> None:  # fmt: skip
        super().__init__(name, base, bus, clock)
        self._irqs, self._irq, self._mux, self._triggers, self._analog = irqs, irq, mux, triggers, analog
        self._alarm: Alarm | None = None
        self._stream: Stream | None = None
        self._pace = (1, 1)
        self._origin = 0  # cycle of the trigger before the first
        self._taken = 0
        self._second_half = False
        for timer in triggers.values():
            timer.on_trigger = self._retrigger
        mux.serve(REQUEST, self._retrigger)

    def _flags(self, *, on: int = 0, off: int = 0) -> None:
        self.words[ISR // 4] = flags = int(self.words[ISR // 4]) & ~off | on
        self._irqs.set(self._irq, bool(flags & int(self.words[IER // 4])))

    # --- registers ---

    def write_isr(self, value: int) -> None:
        """Ones clear."""
        self._flags(off=value & ~LDO_READY)

    def write_ier(self, value: int) -> None:
        """Choose interrupts."""
        self.words[IER // 4] = value
        self._flags()

    def write_cr(self, value: int) -> None:
        """Wake, calibrate, enable, start, stop: each is done at once."""
        now = int(self.words[CR // 4])
        kept = value & (REGULATOR | DEEP_SLEEP | 0x40010300)
        if value & REGULATOR and not value & DEEP_SLEEP:
            self._flags(on=LDO_READY)
        state = now & (ENABLE | BEGIN) | value & (ENABLE | BEGIN)
        if value & DISABLE:
            state = 0
        if value & END:
            state &= ~BEGIN
        if state & ENABLE and not now & ENABLE:
            self._flags(on=READY)
        self.words[CR // 4] = kept | state
        if state & BEGIN and not now & BEGIN:
            self._begin()
        elif now & BEGIN and not state & BEGIN:
            self._cease()

    def read_dr(self) -> int:
        """Take a result."""
        self._flags(off=CONVERTED)
        return int(self.words[DR // 4])

    # --- converting ---

    def _channel(self) -> int:
        return int(self.words[SQR1 // 4]) >> 6 & 0x1F

    def _codes(self, cycle: int, rate_hz: float, count: int) -> NDArray[np.uint16]:
        """Convert: 16 bits, or what CFGR.RES leaves of them (RM 26.7.4)."""
        bits = {0: 16, 1: 14, 2: 12, 3: 10, 5: 14, 6: 12, 7: 8}.get(int(self.words[CFGR // 4]) >> 2 & 7, 16)
        level = self._analog(self._channel(), self.clock.ns(cycle), rate_hz, count)
        full = (1 << bits) - 1
        return np.clip(np.rint(level * full), 0, full).astype(np.uint16)

    def _begin(self) -> None:
        if int(self.words[CFGR // 4]) >> 10 & 3:  # EXTEN: wait for the trigger
            self._retrigger()
            return
        self.clock.after(self.clock.cycles(CONVERSION_NS), self._single)

    def _single(self) -> None:
        if not int(self.words[CR // 4]) & BEGIN:
            return
        self.words[DR // 4] = int(self._codes(self.clock.now, 1.0, 1)[0])
        self._flags(on=SAMPLED | CONVERTED | SEQUENCE_DONE)
        if int(self.words[CFGR // 4]) >> 13 & 1:  # CONT
            self.clock.after(self.clock.cycles(CONVERSION_NS), self._single)
        else:
            self.words[CR // 4] = int(self.words[CR // 4]) & ~BEGIN

    # --- paced by a timer into memory ---

    def _cease(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = self._stream = None

    def _retrigger(self) -> None:
        """Whatever the pace hangs on has changed: work out whether and how it goes on."""
        config = int(self.words[CFGR // 4])
        timer = self._triggers.get(config >> 5 & 0x1F)
        going = int(self.words[CR // 4]) & BEGIN and config >> 10 & 3
        pace = timer.period_cycles() if timer is not None and going else None
        stream = self._mux.stream(REQUEST) if config & 1 else None
        if pace is None or stream is None or not stream.count:
            self._cease()
            return
        if self._stream is stream and self._pace == pace:
            return
        self._cease()
        self._stream, self._pace, self._origin, self._taken, self._second_half = stream, pace, self.clock.now, 0, False
        self._wait_for_half()

    def _cycle_of(self, trigger: int) -> int:
        """Return the cycle of a trigger, counted from 1."""
        return self._origin + -(-trigger * self._pace[0] // self._pace[1])

    def _half(self) -> int:
        assert self._stream is not None
        half = self._stream.count // 2
        return self._stream.count - half if self._second_half else half

    def _wait_for_half(self) -> None:
        self._alarm = self.clock.at(self._cycle_of(self._taken + self._half()), self._half_done)

    def _half_done(self) -> None:
        """Half of the buffer was sampled meanwhile: convert it in one go."""
        stream = self._stream
        assert stream is not None
        count = self._half()
        view = stream.memory()
        if view is None or stream.item_bytes != 2:
            self._cease()
            return
        rate = self.clock.hz * self._pace[1] / self._pace[0]
        codes = self._codes(self._cycle_of(self._taken + 1), rate, count)
        first = stream.count - count if self._second_half else 0
        view[2 * first : 2 * (first + count)] = codes.tobytes()
        self._taken += count
        self.words[DR // 4] = int(codes[-1])
        done = self._second_half
        self._second_half = not done
        stream.flag(TRANSFER_DONE if done else HALF_DONE)
        if done and not stream.circular:
            self._cease()
        else:
            self._wait_for_half()
