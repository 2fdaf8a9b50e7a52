# SPDX-License-Identifier: Apache-2.0
"""EXTI: edges of pins as interrupts of the Cortex-M7 (RM 21). Lines of other peripherals are stored, no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from vmote.soc.bus import Bus
from vmote.soc.clock import Clock
from vmote.soc.irq import IrqLines
from vmote.soc.peripheral import Peripheral, Register
from vmote.soc.stm32h7.gpio import Gpio

RTSR1, FTSR1, SWIER1, CPUIMR1, CPUPR1 = 0x00, 0x04, 0x08, 0x80, 0x88
PINS = 16
# Interrupts by the lines they stand for (RM 20.1.2, table 150).
IRQS = {**{6 + n: 1 << n for n in range(5)}, 23: 0x03E0, 40: 0xFC00}


def _stored() -> tuple[Register, ...]:
    """Return what nothing happens by."""
    offsets = (("RTSR", 0), ("FTSR", 4), ("SWIER", 8), ("D3PMR", 0xC), ("D3PCRL", 0x10), ("D3PCRH", 0x14))
    own = (RTSR1, FTSR1, SWIER1, CPUIMR1, CPUPR1)
    out = [
        Register(f"{name}{n + 1}", 0x20 * n + at) for n in range(3) for name, at in offsets if 0x20 * n + at not in own
    ]
    for n in range(3):
        for name, at, reset in (("IMR", 0x80, 0), ("EMR", 0x84, 0), ("PR", 0x88, 0)):
            if 0x10 * n + at not in own:
                out.append(Register(f"CPU{name}{n + 1}", 0x10 * n + at, reset))
    return tuple(out)


class Exti(Peripheral):
    """Sixteen lines, each of which follows one port's pin of its number, as SYSCFG says."""

    size: ClassVar = 0x400
    registers: ClassVar = (
        Register("RTSR1", RTSR1, writable=0x003FFFFF),
        Register("FTSR1", FTSR1, writable=0x003FFFFF),
        Register("SWIER1", SWIER1, write="write_swier1"),
        Register("CPUIMR1", CPUIMR1, 0xFFC00000, write="write_cpuimr1"),
        Register("CPUPR1", CPUPR1, write="write_cpupr1"),
        *_stored(),
    )

    def __init__(
        self, name: str, base: int, bus: Bus, clock: Clock, irqs: IrqLines, ports: Sequence[Gpio],
        port_of_line: Callable[[int], int],
    ) -> None:  # fmt: skip
        super().__init__(name, base, bus, clock)
        self._irqs, self._port_of_line = irqs, port_of_line
        for number, port in enumerate(ports):
            port.any_watchers.append(partial(self._moved, number))

    def _pend(self, *, on: int = 0, off: int = 0) -> None:
        self.words[CPUPR1 // 4] = pending = int(self.words[CPUPR1 // 4]) & ~off | on
        wanted = pending & int(self.words[CPUIMR1 // 4])
        for irq, lines in IRQS.items():
            self._irqs.set(irq, bool(wanted & lines))

    def _moved(self, number: int, levels: int, edges: int) -> None:
        chosen = edges & (levels & int(self.words[RTSR1 // 4]) | ~levels & int(self.words[FTSR1 // 4]))
        if chosen := chosen & 0xFFFF:
            self._pend(on=sum(1 << n for n in range(PINS) if chosen >> n & 1 and self._port_of_line(n) == number))

    def write_swier1(self, value: int) -> None:
        """Pend lines by hand."""
        self._pend(on=value & 0x003FFFFF)

    def write_cpuimr1(self, value: int) -> None:
        """Choose which lines interrupt."""
        self.words[CPUIMR1 // 4] = value
        self._pend()

    def write_cpupr1(self, value: int) -> None:
        """Ones clear."""
        self._pend(off=value)
