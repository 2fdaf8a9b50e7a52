# SPDX-License-Identifier: Apache-2.0
"""GPIOTE: pins as events and tasks (PS 6.10)."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from vmote.soc.nrf52840.gpio import Gpio
from vmote.soc.nrf52840.nordic import Fabric, NordicPeripheral

CHANNELS, CONFIG = 8, 0x510
EVENT, TASK = 1, 3
RISING, FALLING, TOGGLE = 1, 2, 3


class Gpiote(NordicPeripheral):
    """Eight channels, and PORT, the event of all pins that sense."""

    events: ClassVar = {**{f"IN[{n}]": 0x100 + 4 * n for n in range(CHANNELS)}, "PORT": 0x17C}

    def __init__(self, name: str, base: int, fabric: Fabric, irq: int, ports: list[Gpio]) -> None:
        super().__init__(name, base, fabric, irq)
        self.ports = ports
        self._levels = [False] * CHANNELS
        for n in range(CHANNELS):
            self._special(f"CONFIG[{n}]", CONFIG + 4 * n, write=partial(self._configure, n))
            for label, offset, kind in (("OUT", 0x000, 0), ("SET", 0x030, RISING), ("CLR", 0x060, FALLING)):
                task = partial(self._drive, n, kind)
                fabric.tasks[base + offset + 4 * n] = task
                self._special(f"TASKS_{label}[{n}]", offset + 4 * n, write=partial(self._on_task, task))
        for index, port in enumerate(ports):
            port.any_watchers.append(partial(self._changed, index))
            port.on_detect.append(partial(self.event, "PORT"))

    def _pin(self, config: int) -> tuple[Gpio, int]:
        return self.ports[config >> 13 & 1], config >> 8 & 31

    def _configure(self, n: int, value: int) -> None:
        self.words[CONFIG // 4 + n] = value
        port, pin = self._pin(value)
        if value & 3 == TASK:
            port.set_from_gpiote(pin, bool(value >> 20 & 1))
        self._levels[n] = port.level(pin)

    def _drive(self, n: int, kind: int) -> None:
        config = int(self.words[CONFIG // 4 + n])
        if config & 3 != TASK:
            return
        port, pin = self._pin(config)
        polarity = kind or config >> 16 & 3
        if polarity:
            port.set_from_gpiote(pin, not port.level(pin) if polarity == TOGGLE else polarity == RISING)

    def _changed(self, index: int, changed: int) -> None:
        for n in range(CHANNELS):
            config = int(self.words[CONFIG // 4 + n])
            if config & 3 != EVENT or config >> 13 & 1 != index or not changed >> (config >> 8 & 31) & 1:
                continue
            port, pin = self._pin(config)
            was, now = self._levels[n], port.level(pin)
            self._levels[n] = now
            polarity = config >> 16 & 3
            if was != now and polarity in (TOGGLE, RISING if now else FALLING):
                self.event(f"IN[{n}]")
