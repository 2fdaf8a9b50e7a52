# SPDX-License-Identifier: Apache-2.0
"""A board's models put together: SoC, buses, parts, named pins, as board.yaml says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from vmote.errors import BadInput, nearest
from vmote.platforms import Board
from vmote.scenario.stimulus import Fault
from vmote.soc.bus import Bus, PageStore
from vmote.soc.clock import Clock
from vmote.soc.faults import Faults
from vmote.soc.i2c import I2cBus
from vmote.soc.irq import IrqLines
from vmote.soc.lines import Lines, connect_bus
from vmote.soc.memory import Memories
from vmote.soc.sensors.button import Button
from vmote.soc.sensors.hs300x import Hs300x
from vmote.soc.sensors.hts221 import Hts221
from vmote.soc.sensors.lps22hb import Lps22hb
from vmote.soc.sensors.lsm9ds1_ag import Lsm9ds1Ag
from vmote.soc.sensors.lsm9ds1_m import Lsm9ds1M
from vmote.soc.sensors.microphone import Microphone
from vmote.soc.sensors.part import I2cSensor, Sensor
from vmote.soc.site import Port, Requests, Site, soc_module
from vmote.soc.world import Surroundings, World

PARTS: dict[str, type[Sensor]] = {
    "hts221": Hts221,
    "lps22hb": Lps22hb,
    "lsm9ds1-ag": Lsm9ds1Ag,
    "lsm9ds1-m": Lsm9ds1M,
    "hs300x": Hs300x,
    "mp34dt06": Microphone,
    "analog-microphone": Microphone,
    "button": Button,
}


class Told(Protocol):
    """Who is told what the device does."""

    def console(self, text: bytes) -> None:
        """Bytes on the console."""

    def pin(self, name: str, on: bool) -> None:
        """A named pin switched."""

    def warning(self, text: str) -> None:
        """Something no model covers."""

    def fault(self, fault: Fault) -> None:
        """A fault of supply or RAM is due."""


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
        reset_reason: str = "power-on",
        kept: bytes | None = None,
        faults: tuple[Fault, ...] = (),
    ) -> None:
        self.board = board
        self.world = world
        self.clock = clock
        self.bus = Bus(store, told.warning, strict=strict)
        self.buses = {name: I2cBus(name) for name, wires in board.wiring.items() if "scl" in wires}
        self.requests = Requests()
        self._told = told
        self.parts: dict[str, Sensor] = {}
        self._make_parts()
        microphones = (part for part in self.parts.values() if isinstance(part, Microphone))
        site = Site(
            board, self.bus, clock, memories, self.buses, told.console, world, self.requests,
            next(microphones, None), reset_reason, kept,
        )  # fmt: skip
        self.soc = soc_module(board).build(site)
        self._pins(told)
        self._lines()
        world.on_hold = self.world_changed
        bus_of = {name: self.buses[part.bus] for name, part in board.parts.items() if part.bus in self.buses}
        self.faults = Faults(clock, self.parts, bus_of, lambda name: name not in self._off(), told.fault)
        self.faults.resume(faults)
        self.requests.reset = None  # what is pressed while all this is put together was pressed before

    @property
    def irqs(self) -> IrqLines:
        """Return the lines into the core."""
        return self.soc.irqs

    def _make_parts(self) -> None:
        for name, part in self.board.parts.items():
            kind = PARTS.get(part.model)
            if kind is None:
                where = str(self.board.folder / "board.yaml")
                raise BadInput(f"part {name}: no model {part.model!r}", where=where, hint=nearest(part.model, PARTS))
            model = self.parts[name] = kind(name, Surroundings(self.world, self.clock, self.bus.unmodelled))
            if isinstance(model, I2cSensor) and part.address is not None:
                self.buses[part.bus].parts[part.address] = model

    def _lines(self) -> None:
        """Wire the parts' lines and the buses to the SoC's pins."""
        for name, wires in self.buses.items():
            wiring = self.board.wiring[name]
            scl, sda = (self._pin(f"bus {name}, {end}", str(wiring[end])) for end in ("scl", "sda"))
            connect_bus(wires, scl, sda)
        for name, part in self.board.parts.items():
            for line in part.lines:
                if line not in self.parts[name].lines:
                    where, hint = str(self.board.folder / "board.yaml"), nearest(line, self.parts[name].lines)
                    raise BadInput(f"part {name}: {part.model} has no line {line!r}", where=where, hint=hint)
            if part.lines:
                pins = {line: self._pin(f"part {name}, line {line}", pin) for line, pin in part.lines.items()}
                Lines(self.parts[name], self.clock, pins)

    def _pin(self, who: str, pin: str) -> tuple[Port, int]:
        try:
            port, number = self.soc.pin(pin)
            port.level(number)
        except (ValueError, IndexError) as error:
            where = str(self.board.folder / "board.yaml")
            raise BadInput(f"{who}: the {self.board.soc} has no pin {pin!r}", where=where) from error
        return port, number

    def world_changed(self, quantity: str) -> None:
        """Have the parts that take a quantity look at it again."""
        for name, part in self.board.parts.items():
            if quantity in part.quantities:
                self.parts[name].touched()

    def _pins(self, told: Told) -> None:
        self._on = {}
        for name, pin in self.board.pins.items():
            port = self.soc.ports[pin.port]
            # Off after most resets, not after one that left the pins alone.
            self._on[name] = port.is_output(pin.pin) and port.level(pin.pin) == (pin.active == "high")
            port.watch(pin.pin, self._switch(name, told))
        self._feed()

    def release_pins(self) -> None:
        """A reset lets go of all pins: tell of those that were on."""
        for name, on in self._on.items():
            if on:
                self._told.pin(name, False)

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

    def _off(self) -> set[str]:
        return {fed for name, pin in self.board.pins.items() if not self._on[name] for fed in pin.feeds}

    def _feed(self) -> None:
        """Switch parts and pull-ups as the supply pins say; what no pin feeds is always on."""
        off = self._off()
        for name, part in self.parts.items():
            if "vanish" not in part.faults:
                part.power(name not in off)
        for name, wires in self.buses.items():
            wires.pulled_up = name not in off
