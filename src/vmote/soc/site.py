# SPDX-License-Identifier: Apache-2.0
"""The seam between a board and its SoC: what a SoC is given, and what it must offer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol

from vmote.errors import BadInput, nearest
from vmote.platforms import Board
from vmote.soc.bus import Bus
from vmote.soc.clock import Clock
from vmote.soc.i2c import I2cBus
from vmote.soc.irq import IrqLines
from vmote.soc.memory import Memories
from vmote.soc.sensors.microphone import Microphone
from vmote.soc.world import World

# A SoC is a module with SPACES (where peripherals can be), IRQ_LINES, PRIORITY_BITS, SYSTICK_DIVIDER and build(site).
SOCS = {"nrf52840": "vmote.soc.nrf52840.soc", "stm32h747": "vmote.soc.stm32h7.soc"}


@dataclass
class Requests:
    """What models ask of the engine; it looks after each exchange."""

    reset: str | None = None  # a reset, and why: request, watchdog, pin, off, brown-out
    off: str | None = None  # the SoC switched itself off until a reset is asked for: what it did, in words
    wakes: bool = False  # then: whether anything can wake it
    core_hz: int = 0  # the clock to which the SoC's registers set the core; 0: the board's
    changed: list[tuple[int, int]] = field(default_factory=list)  # stretches of flash that were programmed


@dataclass
class Site:
    """Everything around a SoC."""

    board: Board
    bus: Bus
    clock: Clock
    memories: Memories
    buses: dict[str, I2cBus]  # by their names in board.yaml
    console: Callable[[bytes], None]
    world: World
    requests: Requests
    microphone: Microphone | None = None
    reset_reason: str = "power-on"
    kept: bytes | None = None  # what Soc.kept() returned before the reset


class Port(Protocol):
    """A GPIO port as a board sees it."""

    def watch(self, pin: int, told: Callable[[bool], None]) -> None:
        """Be told of each change of a pin's level or direction."""

    def drive(self, pin: int, level: bool | None) -> None:
        """Have something outside drive a pin; None lets go of it."""

    def level(self, pin: int) -> bool:
        """Return a pin's level now."""

    def is_output(self, pin: int) -> bool:
        """Tell whether the SoC drives a pin."""


class Soc(Protocol):
    """What a board and an engine need of a SoC."""

    irqs: IrqLines

    @property
    def ports(self) -> Sequence[Port]:
        """Return the GPIO ports, by number."""

    def pin(self, name: str) -> tuple[Port, int]:
        """Return a pin by the name that board.yaml gives it."""

    def flush(self) -> None:
        """The run is over: hand over what is under way."""

    def feed(self, data: bytes) -> None:
        """Send bytes to the console's receiving side."""

    def kept(self) -> bytes:
        """Return what outlives a reset, other than memories."""

    def program(self, address: int, value: int, size: int) -> bool:
        """Take a store into flash; False is a bus error."""


class SocModule(Protocol):
    """What a SoC's module offers."""

    SPACES: tuple[tuple[int, int], ...]
    IRQ_LINES: int
    PRIORITY_BITS: int
    SYSTICK_DIVIDER: int  # of the reference clock; 0: there is none

    def build(self, site: Site) -> Soc:
        """Put the SoC together."""


def soc_module(board: Board) -> SocModule:
    """Return the module that models a board's SoC."""
    if board.soc not in SOCS:
        where = str(board.folder / "board.yaml")
        raise BadInput(f"there are no models for the SoC {board.soc!r}", where=where, hint=nearest(board.soc, SOCS))
    module: SocModule = import_module(SOCS[board.soc])
    return module
