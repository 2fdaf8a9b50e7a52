# SPDX-License-Identifier: Apache-2.0
"""An STM32H747 without a core: registers are written and read as firmware would, time passes by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from vmote.platforms import load_board
from vmote.scenario.stimulus import Channel, Stimulus
from vmote.soc.bus import LocalPages
from vmote.soc.clock import Clock
from vmote.soc.device import Device
from vmote.soc.memory import Memories, Stretch
from vmote.soc.stm32h7.soc import Stm32h747
from vmote.soc.world import World

RCC, USART1, I2C3, TIM2, TIM6, DMA1, DMAMUX, ADC1 = (
    0x58024400, 0x40011000, 0x40005C00, 0x40000000, 0x40001000, 0x40020000, 0x40020800, 0x40022000,
)  # fmt: skip
SRAM1, DTCM = 0x30000000, 0x20000000


class Bench:
    """The device on the bench."""

    def __init__(self, channels: Mapping[str, Channel], *, strict: bool = False) -> None:
        board = load_board("portenta-h7")
        self.clock = Clock(board.clock_hz)
        self.memory = {name: bytearray(memory.size) for name, memory in board.memory.items()}
        views = (Stretch(n, board.memory[n].base, memoryview(data)) for n, data in self.memory.items())
        self.sent = b""
        self.warnings: list[str] = []
        world = World(Stimulus(dict(channels), 10**12))
        self.device = Device(board, world, self.clock, LocalPages(), Memories(*views), self, strict=strict)
        soc = self.device.soc
        assert isinstance(soc, Stm32h747)
        self.soc = soc
        self.bus = self.device.bus

    def console(self, text: bytes) -> None:
        self.sent += text

    def pin(self, name: str, on: bool) -> None:
        pass

    def warning(self, text: str) -> None:
        self.warnings.append(text)

    def fault(self, fault: object) -> None:
        raise AssertionError("no fault is due here")

    def write(self, address: int, value: int) -> None:
        self.bus.write(address, value)

    def read(self, address: int) -> int:
        return self.bus.read(address)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(self.clock.now + round(seconds * self.clock.hz))

    def line(self, irq: int) -> bool:
        """Tell whether an interrupt line is up."""
        return bool(self.device.irqs.levels >> irq & 1)

    def clocks_as_on_the_board(self) -> None:
        """480 MHz from the oscillator's 25 MHz, AHB 240 MHz, APB1 and APB2 120 MHz, timers 240 MHz."""
        self.write(RCC + 0x28, 2 | 5 << 4)
        self.write(RCC + 0x30, 191 | 1 << 9)
        self.write(RCC + 0x18, 8)
        self.write(RCC + 0x1C, 4 << 4 | 4 << 8)
        self.write(RCC + 0x10, 3)


@pytest.fixture
def strict() -> Bench:
    return Bench({}, strict=True)


@pytest.fixture
def bench() -> Bench:
    made = Bench({})
    made.clocks_as_on_the_board()
    return made
