# SPDX-License-Identifier: Apache-2.0
"""A board's models put together: SoC, buses, parts, named pins, as board.yaml says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from vmote.errors import BadInput, nearest
from vmote.platforms import Board
from vmote.soc.bus import Bus, PageStore
from vmote.soc.clock import Clock
from vmote.soc.i2c import I2cBus
from vmote.soc.irq import IrqLines
from vmote.soc.memory import Memories
from vmote.soc.nrf52840.soc import Nrf52840, pin_number
from vmote.soc.sensors.hts221 import Hts221
from vmote.soc.sensors.registers import RegisterPart
from vmote.soc.world import Surroundings, World

PARTS: dict[str, type[RegisterPart]] = {"hts221": Hts221}


class Told(Protocol):
    """Who is told what the device does."""

    def console(self, text: bytes) -> None:
        """Bytes on the console."""

    def pin(self, name: str, on: bool) -> None:
        """A named pin switched."""

    def warning(self, text: str) -> None:
        """Something no model covers."""


class Device:
    """All that is outside of the core and its memories, from one reset to the next."""

    def __init__(
        self,
        board: Board,
        world: World,
        clock: Clock,
        store: PageStore,
        memories: Memories,
        told: Told,
        *,
        strict: bool = False,
        reset_reason: int = 0,
    ) -> None:
        self.board = board
        self.world = world
        self.clock = clock
        self.bus = Bus(store, told.warning, strict=strict)
        self.buses = {name: I2cBus(name) for name, wires in board.wiring.items() if "scl" in wires}
        by_pins = {
            (pin_number(str(board.wiring[name]["scl"])), pin_number(str(board.wiring[name]["sda"]))): wires
            for name, wires in self.buses.items()
        }
        if board.soc != "nrf52840":
            raise BadInput(f"there are no models for the SoC {board.soc!r}", hint=nearest(board.soc, ["nrf52840"]))
        self.soc = Nrf52840(self.bus, clock, memories, by_pins, told.console, reset_reason)
        self.parts: dict[str, RegisterPart] = {}
        for name, part in board.parts.items():
            model = PARTS.get(part.model)
            if model is None or part.address is None:
                continue
            self.parts[name] = model(name, Surroundings(world, clock))
            self.buses[part.bus].parts[part.address] = self.parts[name]
        self._pins(told)

    @property
    def irqs(self) -> IrqLines:
        """Return the lines into the core."""
        return self.soc.irqs

    def _pins(self, told: Told) -> None:
        self._on = dict.fromkeys(self.board.pins, False)
        for name, pin in self.board.pins.items():
            port = self.soc.ports[pin.port]
            port.watch(pin.pin, self._switch(name, told))
        self._feed()

    def _switch(self, name: str, told: Told) -> Callable[[bool], None]:
        pin = self.board.pins[name]
        port = self.soc.ports[pin.port]

        def switched(level: bool) -> None:
            on = port.is_output(pin.pin) and level == (pin.active == "high")
            if on != self._on[name]:
                self._on[name] = on
                told.pin(name, on)
                if pin.kind == "supply":
                    self._feed()

        return switched

    def _feed(self) -> None:
        """Switch parts and pull-ups as the supply pins say; what no pin feeds is always on."""
        off = {fed for name, pin in self.board.pins.items() if not self._on[name] for fed in pin.feeds}
        for name, part in self.parts.items():
            part.power(name not in off)
        for name, wires in self.buses.items():
            wires.pulled_up = name not in off
