# SPDX-License-Identifier: Apache-2.0
"""TIMER, a counter on the 16 MHz clock (PS 6.30)."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from vmote.soc.clock import Alarm
from vmote.soc.nrf52840.nordic import SHORTS, Fabric, NordicPeripheral
from vmote.soc.peripheral import Register
from vmote.soc.ticker import Ticker

PCLK_HZ = 16_000_000
MODE, BITMODE, PRESCALER, CC = 0x504, 0x508, 0x510, 0x540
WIDTHS = {0: 16, 1: 8, 2: 24, 3: 32}


class Timer(NordicPeripheral):
    """Counts time, or COUNT tasks in counter mode."""

    tasks: ClassVar = {"START": 0x000, "STOP": 0x004, "COUNT": 0x008, "CLEAR": 0x00C, "SHUTDOWN": 0x010}
    events: ClassVar = {f"COMPARE[{n}]": 0x140 + 4 * n for n in range(6)}
    registers: ClassVar = (
        Register("SHORTS", SHORTS, write="write_shorts"),
        Register("MODE", MODE, writable=3),
        Register("BITMODE", BITMODE, write="write_bitmode"),
        Register("PRESCALER", PRESCALER, reset=4, write="write_prescaler"),
    )

    def __init__(self, name: str, base: int, fabric: Fabric, irq: int, channels: int) -> None:
        super().__init__(name, base, fabric, irq)
        self.channels = channels
        self._ticker = Ticker(fabric.clock, PCLK_HZ)
        self._ticker.divider = 16
        self._counted = 0
        self._alarms: list[Alarm | None] = [None] * channels
        fabric.rewired.append(self._plan_all)
        for n in range(channels):
            fabric.tasks[base + 0x40 + 4 * n] = partial(self._capture, n)
            self._special(f"TASKS_CAPTURE[{n}]", 0x40 + 4 * n, write=partial(self._on_task, partial(self._capture, n)))
            self._special(f"CC[{n}]", CC + 4 * n, write=partial(self._write_cc, n))

    @property
    def _wrap(self) -> int:
        return 1 << WIDTHS[self.words[BITMODE // 4] & 3]

    @property
    def _counts_tasks(self) -> bool:
        return bool(self.words[MODE // 4] & 3)

    def _count(self) -> int:
        return (self._counted if self._counts_tasks else self._ticker.count) % self._wrap

    def _capture(self, n: int) -> None:
        self.words[CC // 4 + n] = self._count()
        self._plan(n)

    def _write_cc(self, n: int, value: int) -> None:
        self.words[CC // 4 + n] = value
        self._plan(n)

    def write_bitmode(self, value: int) -> None:
        """Choose the width."""
        self.words[BITMODE // 4] = value & 3
        self._plan_all()

    def write_prescaler(self, value: int) -> None:
        """Choose the divider, a power of two up to 512."""
        self.words[PRESCALER // 4] = value & 0xF
        self._ticker.set(self._ticker.count)
        self._ticker.divider = 1 << min(value & 0xF, 9)
        self._plan_all()

    def task_start(self) -> None:
        """Count."""
        self._ticker.start()
        self._plan_all()

    def task_stop(self) -> None:
        """Hold the count."""
        self._ticker.stop()
        self._plan_all()

    def task_shutdown(self) -> None:
        """Stop; deprecated, and the same."""
        self.task_stop()

    def task_clear(self) -> None:
        """Count from 0."""
        self._counted = 0
        self._ticker.set(0)
        self._plan_all()

    def task_count(self) -> None:
        """Count one, in counter mode."""
        if self._counts_tasks and self._ticker.running:
            self._counted += 1
            for n in range(self.channels):
                if self.words[CC // 4 + n] == self._count():
                    self._compare(n)

    def write_shorts(self, value: int) -> None:
        """Choose what a compare does by itself."""
        self.words[SHORTS // 4] = value & 0x3F3F
        self._plan_all()

    def _on_inten(self, value: int) -> None:
        super()._on_inten(value)
        self._plan_all()

    def _on_event_write(self, event: str, value: int) -> None:
        super()._on_event_write(event, value)
        self._event_plain(event, plain=not self._inten & self._event_bit[event])
        self._plan(int(event[8]))

    def _plan_all(self) -> None:
        for n in range(self.channels):
            self._plan(n)

    def _plan(self, n: int) -> None:
        alarm = self._alarms[n]
        if alarm is not None:
            alarm.cancel()
            self._alarms[n] = None
        if not self._ticker.running or self._counts_tasks:
            return
        target = self.words[CC // 4 + n]
        if target >= self._wrap:
            return
        now = self._ticker.count
        reached = now + ((target - now - 1) % self._wrap) + 1
        event = f"COMPARE[{n}]"
        shorts = self.words[SHORTS // 4] >> n & 0x101
        listened = self.base + 0x140 + 4 * n in self.fabric.listeners
        if shorts or listened or self._inten & self._event_bit[event] or not self.words[0x140 // 4 + n]:
            self._alarms[n] = self.clock.at(self._ticker.cycle_at(reached), partial(self._due, n))
        else:
            # Nobody would notice the event again: do not wake for it until the firmware clears it.
            self._event_plain(event, plain=False)

    def _due(self, n: int) -> None:
        self._alarms[n] = None
        self._compare(n)
        self._plan(n)

    def _compare(self, n: int) -> None:
        shorts = self.words[SHORTS // 4]
        if shorts >> n & 1:
            self.task_clear()
        if shorts >> (8 + n) & 1:
            self.task_stop()
        self.event(f"COMPARE[{n}]")
