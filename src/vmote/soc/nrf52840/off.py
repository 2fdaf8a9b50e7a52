# SPDX-License-Identifier: Apache-2.0
"""System OFF (PS 5.3.3): all but the pins stands still until one that senses, or the reset pin, resets the SoC."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vmote.soc.nrf52840.clock_power import RAM_BLOCKS, ClockPower
from vmote.soc.nrf52840.gpio import Gpio
from vmote.soc.nrf52840.nordic import Fabric

RAM, LARGE = 0x20000000, 0x20010000  # PS 4.2.3: eight blocks of two sections of 4 KB, and one of six of 32 KB
RETENTION = 16  # the first of the bits of RAM[n].POWER that keep a section in System OFF


def sections() -> Iterator[tuple[int, int, int, int]]:
    """Yield each section of RAM: block, number in it, address, size."""
    for block in range(RAM_BLOCKS - 1):
        for n in range(2):
            yield block, n, RAM + 0x2000 * block + 0x1000 * n, 0x1000
    for n in range(6):
        yield RAM_BLOCKS - 1, n, LARGE + 0x8000 * n, 0x8000


class SystemOff:
    """Switches the SoC off, and has it woken."""

    def __init__(
        self, fabric: Fabric, power: ClockPower, ports: list[Gpio], flush: Callable[[], None], *, reset_wired: bool
    ) -> None:
        """`reset_wired`: something outside can pull the reset pin."""
        self._fabric = fabric
        self._power = power
        self._ports = ports
        self._flush = flush
        self._reset_wired = reset_wired
        power.on_off = self.enter
        for port in ports:
            port.on_detect.append(self._detected)

    def enter(self) -> None:
        """Stop at once; RAM that is not retained is lost, and reads as zeros then."""
        requests = self._fabric.requests
        self._flush()
        self._fabric.clock.drop()
        for block, n, address, size in sections():
            if not self._power.ram_power(block) >> RETENTION + n & 1:
                self._fabric.memories.view(address, size)[:] = bytes(size)
        requests.off = "the firmware entered System OFF, and no pin senses that would wake it (PIN_CNF.SENSE)"
        requests.wakes = self._reset_wired or any(port.senses() for port in self._ports)
        if any(port.detect() for port in self._ports):
            self._detected()

    def _detected(self) -> None:
        requests = self._fabric.requests
        if requests.off is not None and requests.reset is None:
            requests.reset = "off"
