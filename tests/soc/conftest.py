# SPDX-License-Identifier: Apache-2.0
"""A board without a core: the test itself reads and writes registers, and lets time pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from vmote.platforms import Board, load_board
from vmote.scenario.stimulus import Fault, Stimulus
from vmote.soc.bus import LocalPages
from vmote.soc.clock import Clock
from vmote.soc.device import Device
from vmote.soc.memory import Memories, Stretch
from vmote.soc.sensors.part import Sensor
from vmote.soc.world import Surroundings, World


class Curve:
    """A quantity as a function of seconds."""

    def __init__(self, function: Callable[[float], float]) -> None:
        self.function = function

    def value_at(self, t_ns: int) -> float:
        """Return a value."""
        return self.function(t_ns / 1e9)

    def samples(self, start_ns: int, rate_hz: float, count: int) -> NDArray[np.float64]:
        """Return values."""
        return np.array([self.function(start_ns / 1e9 + n / rate_hz) for n in range(count)])


@dataclass
class Told:
    """What a device told."""

    text: bytearray = field(default_factory=bytearray)
    pins: list[tuple[str, bool]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def console(self, text: bytes) -> None:
        """Bytes."""
        self.text += text

    def pin(self, name: str, on: bool) -> None:
        """A pin."""
        self.pins.append((name, on))

    def warning(self, text: str) -> None:
        """A warning."""
        self.warnings.append(text)

    def fault(self, fault: Fault) -> None:
        """A fault of supply or RAM."""
        self.faults.append(fault)


class Rig:
    """A whole board."""

    def __init__(
        self, *faults: Fault, board: Board | None = None, strict: bool = False, **curves: Callable[[float], float]
    ) -> None:
        board = board or load_board("nano33ble-sense")
        self.clock = Clock(board.clock_hz)
        channels = {name.replace("_", "-"): Curve(function) for name, function in curves.items()}
        self.world = World(Stimulus(channels, 10**15))
        self.ram = bytearray(0x40000)
        self.flash = bytearray(b"\xff" * 0x100000)
        self.told = Told()
        memories = Memories(
            Stretch("flash", 0, memoryview(self.flash)), Stretch("ram", 0x20000000, memoryview(self.ram))
        )
        self.device = Device(
            board, self.world, self.clock, LocalPages(), memories, self.told, strict=strict, faults=faults
        )
        self.bus = self.device.bus

    def w(self, address: int, value: int) -> None:
        """Write a register."""
        self.bus.write(address, value)

    def r(self, address: int) -> int:
        """Read a register."""
        return self.bus.read(address)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(self.clock.now + round(seconds * self.clock.hz))

    def until(self, address: int, limit_s: float = 1.0) -> float:
        """Wait for a register to be other than 0; return how long that took."""
        begin = self.clock.now
        while not self.r(address):
            due = self.clock.next_due()
            assert due is not None and due - begin <= limit_s * self.clock.hz, f"nothing at 0x{address:08x}"
            self.clock.advance(due)
        return (self.clock.now - begin) / self.clock.hz

    def irq(self, line: int) -> bool:
        """Tell an interrupt line's level."""
        return bool(self.device.irqs.levels >> line & 1)

    def power_sensors(self) -> None:
        """Switch supply and pull-ups on."""
        for base, pin in ((0x50000000, 22), (0x50000300, 0), (0x50000000, 17)):
            self.w(base + 0x518, 1 << pin)
            self.w(base + 0x508, 1 << pin)


class Bench:
    """One part, with wires to it."""

    def __init__(self, kind: type[Sensor], **curves: Callable[[float], float]) -> None:
        self.clock = Clock(64_000_000)
        channels = {name.replace("_", "-"): Curve(function) for name, function in curves.items()}
        self.world = World(Stimulus(channels, 10**15))
        self.told: list[str] = []
        self.part = kind("part", Surroundings(self.world, self.clock, self.told.append))
        self.part.power(True)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(self.clock.now + round(seconds * self.clock.hz))

    def write(self, register: int, *values: int) -> None:
        """Write registers over I2C."""
        assert self.part.i2c_start(read=False)
        assert all(self.part.i2c_write(byte) for byte in (register, *values))
        self.part.i2c_stop()

    def read(self, register: int, count: int = 1) -> list[int]:
        """Read registers over I2C."""
        assert self.part.i2c_start(read=False)
        assert self.part.i2c_write(register)
        assert self.part.i2c_start(read=True)
        values = [self.part.i2c_read() for _ in range(count)]
        self.part.i2c_stop()
        return values

    def int16(self, register: int, count: int) -> list[int]:
        """Read pairs of registers as signed numbers."""
        raw = bytes(self.read(register, 2 * count))
        return [int.from_bytes(raw[2 * n : 2 * n + 2], "little", signed=True) for n in range(count)]


@pytest.fixture
def rig() -> type[Rig]:
    """Make boards."""
    return Rig


@pytest.fixture
def bench() -> type[Bench]:
    """Make parts."""
    return Bench
