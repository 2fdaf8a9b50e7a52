# SPDX-License-Identifier: Apache-2.0
"""PPI: events that trigger tasks without the core (PS 6.16)."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from vmote.soc.nrf52840.nordic import Fabric, NordicPeripheral

CHANNELS, FIXED, GROUPS = 20, 12, 6
CHEN, CHENSET, CHENCLR, CH, CHG, FORK = 0x500, 0x504, 0x508, 0x510, 0x800, 0x910
# Channels that are wired for good (PS 6.16.1, table 76), as far as both ends are modelled: RTC0 to TIMER0.
WIRED = {30: (0x4000B140, 0x4000800C), 31: (0x4000B140, 0x40008000)}


class Ppi(NordicPeripheral):
    """Keeps the fabric's table of listeners as its registers say."""

    tasks: ClassVar = {}
    interrupts: ClassVar[bool] = False

    def __init__(self, name: str, base: int, fabric: Fabric) -> None:
        super().__init__(name, base, fabric)
        self._enabled = 0
        for offset, set_ in ((CHEN, None), (CHENSET, True), (CHENCLR, False)):
            self._special("CHEN" + {None: "", True: "SET", False: "CLR"}[set_], offset, write=partial(self._chen, set_))
        for n in range(CHANNELS):
            self._special(f"CH[{n}].EEP", CH + 8 * n, write=partial(self._wire, CH + 8 * n))
            self._special(f"CH[{n}].TEP", CH + 4 + 8 * n, write=partial(self._wire, CH + 4 + 8 * n))
        for n in range(CHANNELS + FIXED):
            self._special(f"FORK[{n}].TEP", FORK + 4 * n, write=partial(self._wire, FORK + 4 * n))
        for n in range(GROUPS):
            self._special(f"CHG[{n}]", CHG + 4 * n, write=partial(self._wire, CHG + 4 * n))
            for offset, on in ((0, True), (4, False)):
                task = partial(self._group, n, on)
                fabric.tasks[base + 8 * n + offset] = task
                self._special(f"TASKS_CHG[{n}]", 8 * n + offset, write=partial(self._on_task, task))

    def _chen(self, set_: bool | None, value: int) -> None:
        if set_ is None:
            self._enabled = value
        elif set_:
            self._enabled |= value
        else:
            self._enabled &= ~value
        for offset in (CHEN, CHENSET, CHENCLR):
            self.words[offset // 4] = self._enabled
        self._connect()

    def _group(self, n: int, on: bool) -> None:
        self._chen(on, int(self.words[CHG // 4 + n]))

    def _wire(self, offset: int, value: int) -> None:
        self.words[offset // 4] = value
        self._connect()

    def _connect(self) -> None:
        self.fabric.listeners.clear()
        for n in range(CHANNELS + FIXED):
            if not self._enabled >> n & 1:
                continue
            if n < CHANNELS:
                event, task = int(self.words[CH // 4 + 2 * n]), int(self.words[CH // 4 + 2 * n + 1])
            elif n in WIRED:
                event, task = WIRED[n]
            else:
                continue
            for target in (task, int(self.words[FORK // 4 + n])):
                if not target:
                    continue
                action = self.fabric.tasks.get(target)
                if action is None:
                    self.bus.warn_once(f"PPI channel {n}: 0x{target:08x} is not a task that is modelled")
                elif event:
                    self.fabric.listeners.setdefault(event, []).append(action)
        for told in self.fabric.rewired:
            told()
