# SPDX-License-Identifier: Apache-2.0
"""RTC, the 24-bit counter on the 32.768 kHz clock (PS 6.22)."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from vmote.soc.clock import Alarm
from vmote.soc.nrf52840.nordic import Fabric, NordicPeripheral
from vmote.soc.peripheral import Register
from vmote.soc.ticker import Ticker

LFCLK_HZ = 32768
WRAP = 1 << 24
EVTEN, EVTENSET, EVTENCLR, PRESCALER, CC = 0x340, 0x344, 0x348, 0x508, 0x540


class Rtc(NordicPeripheral):
    """Events come into being only when an interrupt or EVTEN asks for them (PS 6.22.6)."""

    tasks: ClassVar = {"START": 0x000, "STOP": 0x004, "CLEAR": 0x008, "TRIGOVRFLW": 0x00C}
    events: ClassVar = {"TICK": 0x100, "OVRFLW": 0x104, **{f"COMPARE[{n}]": 0x140 + 4 * n for n in range(4)}}
    registers: ClassVar = (
        Register("EVTEN", EVTEN, write="write_evten"),
        Register("EVTENSET", EVTENSET, write="write_evtenset"),
        Register("EVTENCLR", EVTENCLR, write="write_evtenclr"),
        Register("COUNTER", 0x504, read="read_counter", writable=0),
        Register("PRESCALER", PRESCALER, write="write_prescaler"),
    )

    def __init__(self, name: str, base: int, fabric: Fabric, irq: int, channels: int) -> None:
        super().__init__(name, base, fabric, irq)
        self.channels = channels
        self._ticker = Ticker(fabric.clock, LFCLK_HZ)
        self._started = False
        self._alarms: dict[str, Alarm] = {}
        for n in range(channels):
            self._special(f"CC[{n}]", CC + 4 * n, write=partial(self._write_cc, n))
        fabric.lfclk_listeners.append(self._lfclk)

    def read_counter(self) -> int:
        """Return the count."""
        return self._ticker.count % WRAP

    def _lfclk(self, on: bool) -> None:
        if on and self._started:
            self._ticker.start()
        else:
            self._ticker.stop()
        self._plan()

    def task_start(self) -> None:
        """Count."""
        self._started = True
        if self.fabric.lfclk_on:
            self._ticker.start()
        else:
            self.clock.at_ns(self.clock.ns() + 2_000_000, self._still_standing)
        self._plan()

    def _still_standing(self) -> None:
        if self._started and not self.fabric.lfclk_asked:
            self.bus.warn_once(f"{self.name} is started, but nobody started the LFCLK: it stands still (PS 6.22)")

    def task_stop(self) -> None:
        """Hold the count."""
        self._started = False
        self._ticker.stop()
        self._plan()

    def task_clear(self) -> None:
        """Count from 0."""
        self._ticker.set(0)
        self._plan()

    def task_trigovrflw(self) -> None:
        """Count from 16 ticks before the overflow."""
        self._ticker.set(0xFFFFF0)
        self._plan()

    def write_prescaler(self, value: int) -> None:
        """Set the divider; only while stopped."""
        if not self._started:
            self.words[PRESCALER // 4] = value & 0xFFF
            self._ticker.set(self._ticker.count)
            self._ticker.divider = (value & 0xFFF) + 1

    def _write_cc(self, n: int, value: int) -> None:
        self.words[CC // 4 + n] = value & (WRAP - 1)
        self._plan()

    def _set_evten(self, value: int) -> None:
        for offset in (EVTEN, EVTENSET, EVTENCLR):
            self.words[offset // 4] = value
        self._plan()

    def write_evten(self, value: int) -> None:
        """Choose which events exist."""
        self._set_evten(value)

    def write_evtenset(self, value: int) -> None:
        """Add to them."""
        self._set_evten(self.words[EVTEN // 4] | value)

    def write_evtenclr(self, value: int) -> None:
        """Take from them."""
        self._set_evten(self.words[EVTEN // 4] & ~value)

    def _on_inten(self, value: int) -> None:
        super()._on_inten(value)
        self._plan()

    def _next(self, event: str) -> int:
        now = self._ticker.count
        if event == "TICK":
            return now + 1
        target = 0 if event == "OVRFLW" else self.words[CC // 4 + int(event[8])]
        return now + ((target - now - 1) % WRAP) + 1

    def _plan(self) -> None:
        for alarm in self._alarms.values():
            alarm.cancel()
        self._alarms = {}
        if not self._ticker.running:
            return
        wanted = self._inten | self.words[EVTEN // 4]
        for event, bit in self._event_bit.items():
            if wanted & bit and not (event.startswith("COMPARE") and int(event[8]) >= self.channels):
                self._plan_one(event)

    def _plan_one(self, event: str) -> None:
        cycle = self._ticker.cycle_at(self._next(event))
        self._alarms[event] = self.clock.at(cycle, partial(self._due, event))

    def _due(self, event: str) -> None:
        self._plan_one(event)
        self.event(event)
