# SPDX-License-Identifier: Apache-2.0
"""General-purpose and basic timers that count up: update, four compares, a trigger for others (RM 43, 46)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from vmote.soc.bus import Bus
from vmote.soc.clock import Alarm, Clock
from vmote.soc.irq import IrqLines
from vmote.soc.peripheral import Peripheral, Register
from vmote.soc.stm32h7.rcc import Rcc
from vmote.soc.ticker import Ticker

CR1, CR2, DIER, SR, EGR, CNT, PSC, ARR, CCR1 = 0x00, 0x04, 0x0C, 0x10, 0x14, 0x24, 0x28, 0x2C, 0x34
ENABLED, NO_UPDATE, ONE_PULSE = 1, 1 << 1, 1 << 3
UPDATE = 1
TRIGGER_ON_UPDATE = 2  # CR2.MMS
COMPARES = 4


class Tim(Peripheral):
    """One timer. Flags are worked out when somebody looks, interrupts when they are due."""

    size: ClassVar = 0x400
    registers: ClassVar = (
        Register("CR1", CR1, write="write_cr1"),
        Register("CR2", CR2),
        Register("SMCR", 0x08),
        Register("DIER", DIER, write="write_dier"),
        Register("SR", SR, read="read_sr", write="write_sr"),
        Register("EGR", EGR, write="write_egr"),
        Register("CCMR1", 0x18),
        Register("CCMR2", 0x1C),
        Register("CCER", 0x20),
        Register("CNT", CNT, read="read_cnt", write="write_cnt"),
        Register("PSC", PSC, writable=0xFFFF),
        Register("ARR", ARR, write="write_arr"),
        *(Register(f"CCR{n + 1}", CCR1 + 4 * n, write=f"write_ccr{n + 1}") for n in range(COMPARES)),
        Register("BDTR", 0x44),
        Register("AF1", 0x60),
        Register("TISEL", 0x68),
    )

    def __init__(
        self, name: str, base: int, bus: Bus, clock: Clock, rcc: Rcc, irqs: IrqLines, irq: int, bits: int,
        *, second_bus: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(name, base, bus, clock)
        self._rcc, self._irqs, self._irq, self._second = rcc, irqs, irq, second_bus
        self._mask = (1 << bits) - 1
        self.words[ARR // 4] = self._mask
        self._ticker = Ticker(clock, 1)
        self._seen = 0  # the count up to which flags are worked out
        self._alarm: Alarm | None = None
        self.on_trigger: Callable[[], None] | None = None  # the timer began or ceased to trigger others

    # --- counting ---

    @property
    def _turn(self) -> int:
        return int(self.words[ARR // 4]) + 1

    @property
    def running(self) -> bool:
        """Tell whether it counts."""
        return bool(int(self.words[CR1 // 4]) & ENABLED)

    def period_cycles(self) -> tuple[int, int] | None:
        """Return the cycles between two triggers as a fraction (numerator, denominator); None where there are none."""
        if not self.running or int(self.words[CR2 // 4]) >> 4 & 7 != TRIGGER_ON_UPDATE:
            return None
        return self._turn * (int(self.words[PSC // 4]) + 1) * self.clock.hz, self._ticker.hz

    def _restart(self, count: int) -> None:
        """Count on from a value with the divider and clock as they are now."""
        self._ticker.hz = self._rcc.timer_hz(second=self._second)
        self._ticker.divider = int(self.words[PSC // 4]) + 1
        self._ticker.set(count)
        self._seen = count

    def _look(self) -> int:
        """Work out the flags of what was passed since; return the count."""
        total = self._ticker.count
        if total > self._seen:
            turn, flags = self._turn, 0
            if total // turn > self._seen // turn and not int(self.words[CR1 // 4]) & NO_UPDATE:
                flags |= UPDATE
            for n in range(COMPARES):
                at = int(self.words[CCR1 // 4 + n])
                if at < turn and (total - at) // turn > (self._seen - at) // turn:
                    flags |= 2 << n
            self._seen = total
            self.words[SR // 4] = int(self.words[SR // 4]) | flags
            if flags & UPDATE and int(self.words[CR1 // 4]) & ONE_PULSE:
                self.words[CR1 // 4] = int(self.words[CR1 // 4]) & ~ENABLED
                self._ticker.stop()
                self._restart(0)
        return self._ticker.count

    def _settle(self) -> None:
        """Set the line, and an alarm for the next thing that would raise it."""
        total = self._look()
        enabled = int(self.words[DIER // 4]) & 0x1F
        self._irqs.set(self._irq, bool(int(self.words[SR // 4]) & enabled))
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        waits = enabled & ~int(self.words[SR // 4])
        if not self.running or not waits:
            return
        turn = self._turn
        due = [(total // turn + 1) * turn] if waits & UPDATE else []
        for n in range(COMPARES):
            at = int(self.words[CCR1 // 4 + n])
            if waits >> (n + 1) & 1 and at < turn:
                due.append(total + ((at - total) % turn or turn))
        if due:
            self._alarm = self.clock.at(self._ticker.cycle_at(min(due)), self._settle)

    # --- registers ---

    def write_cr1(self, value: int) -> None:
        """Start and stop."""
        self._look()
        was = self.running
        self.words[CR1 // 4] = value & 0xFFFF
        if self.running and not was:
            self._restart(self._ticker.count % self._turn)
            self._ticker.start()
        elif was and not self.running:
            self._ticker.stop()
        self._settle()
        self._tell()

    def write_dier(self, value: int) -> None:
        """Choose interrupts."""
        self.words[DIER // 4] = value & 0xFFFF
        self._settle()

    def read_sr(self) -> int:
        """Return the flags as of now."""
        self._look()
        return int(self.words[SR // 4])

    def write_sr(self, value: int) -> None:
        """Zeros clear."""
        self._look()
        self.words[SR // 4] = int(self.words[SR // 4]) & value
        self._settle()

    def write_egr(self, value: int) -> None:
        """UG: begin anew with the prescaler written last; URS (CR1 bit 2) keeps the flag down."""
        if value & UPDATE:
            self._look()
            self._restart(0)
            if not int(self.words[CR1 // 4]) & (NO_UPDATE | 1 << 2):
                self.words[SR // 4] = int(self.words[SR // 4]) | UPDATE
            self._settle()

    def read_cnt(self) -> int:
        """Return the counter."""
        return self._ticker.count % self._turn

    def write_cnt(self, value: int) -> None:
        """Set the counter."""
        self._look()
        self._restart(value & self._mask)
        self._settle()

    def write_arr(self, value: int) -> None:
        """Set where it turns over (at once: the preload register is not modelled)."""
        self._look()
        count = self.read_cnt()
        self.words[ARR // 4] = value & self._mask
        self._restart(count)
        self._settle()
        self._tell()

    def _write_ccr(self, n: int, value: int) -> None:
        self._look()
        self.words[CCR1 // 4 + n] = value & self._mask
        self._settle()

    def write_ccr1(self, value: int) -> None:
        """Set the first compare."""
        self._write_ccr(0, value)

    def write_ccr2(self, value: int) -> None:
        """Set the second compare."""
        self._write_ccr(1, value)

    def write_ccr3(self, value: int) -> None:
        """Set the third compare."""
        self._write_ccr(2, value)

    def write_ccr4(self, value: int) -> None:
        """Set the fourth compare."""
        self._write_ccr(3, value)

    def _tell(self) -> None:
        if self.on_trigger is not None:
            self.on_trigger()
