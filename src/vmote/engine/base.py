# SPDX-License-Identifier: Apache-2.0
"""What every engine can do, and how it says that it cannot."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from vmote.platforms import Board
from vmote.scenario.stimulus import Asked, Fault, Stimulus


class End(StrEnum):
    """Why an engine stopped executing."""

    TIME = "time"  # the asked-for virtual time is reached: the ordinary case, the engine can go on
    REACHED = "reached"  # a place in the program that was asked for; the engine can go on
    FAULT = "fault"  # the firmware faulted: see `FaultReport`
    LOCKUP = "lockup"  # a fault inside the fault handler: the core stands still
    RESET_LOOP = "reset-loop"  # the device kept resetting itself
    WALL = "wall"  # the wall-clock limit passed
    RECORDS = "records"  # the limit of what is observed passed: console bytes, its lines, changes of pins, warnings
    SILENCE = "silence"  # the device printed nothing for longer than allowed
    OFF = "off"  # the SoC switched itself off, and nothing can wake it
    INTERRUPTED = "interrupted"  # Ctrl-C


@dataclass(frozen=True)
class FaultReport:
    """The core's own account of a fault, decoded."""

    exception: str  # HardFault, BusFault …
    registers: dict[str, int]  # pc lr sp r0…r3 r12 xpsr cfsr hfsr bfar mmfar
    causes: tuple[str, ...]  # sentences decoded from CFSR and HFSR
    place: str = ""  # function, file and line of pc from the ELF's debug data


@dataclass(frozen=True)
class Stop:
    """Where and why `run_until` came back."""

    end: End
    t_ns: int
    detail: str = ""
    fault: FaultReport | None = None


@dataclass(frozen=True)
class Counters:
    """What the core did so far."""

    cycles: int  # of the board's clock, idle time included
    instructions: int  # executed
    extra: dict[str, int] = field(default_factory=dict)  # bus accesses, interrupts …: what the engine can tell


@dataclass(frozen=True)
class Pass:
    """One pass through the function that runs the model: when, and what it took."""

    start_ns: int
    end_ns: int
    instructions: int


@dataclass(frozen=True)
class Limits:
    """How much an untrusted image may use before it is stopped."""

    wall_s: float = 300.0
    console_bytes: int = 4_000_000
    lines: int = 250_000  # of the console
    changes: int = 250_000  # of pins, and warnings
    silence_ns: int | None = None
    resets: int = 8


class Snapshot(Protocol):
    """A device at an instant, kept by the engine that ran it."""

    @property
    def t_ns(self) -> int:
        """Virtual time since reset."""


class Observer(Protocol):
    """Who is told what the device does, as it happens, in virtual nanoseconds since reset."""

    def on_console(self, t_ns: int, text: bytes) -> None:
        """The device's UART sent bytes."""

    def on_pin(self, t_ns: int, name: str, on: bool) -> None:
        """A named output of the board (an LED, a sensor's supply) changed."""

    def on_warning(self, t_ns: int, text: str) -> None:
        """The firmware did something the models do not cover: said once for each place."""


class Engine(Protocol):
    """Executes an image. `start` once, `run_until` as often as wanted, `close` always."""

    name: str
    snapshots: bool  # whether `snapshot` can succeed at all

    def start(
        self, board: Board, image: Path, stimulus: Stimulus, observer: Observer, limits: Limits, *, strict: bool = False
    ) -> None:
        """Load the image into the board and stop at its reset vector."""

    def run_until(self, t_ns: int) -> Stop:
        """Execute until a virtual time, or until something ends the run earlier."""

    def run_to(self, symbol: str, limit_ns: int) -> Stop:
        """Execute until a function is entered (End.REACHED), a time is reached, or something ends the run."""

    def instructions_by_function(self) -> dict[str, int]:
        """Return instructions by function, most first; what lies in no function is `?`. Needs an engine that counts."""

    def instructions_by_stack(self) -> dict[str, int]:
        """Return instructions by call stack (`main;loop;infer`); nothing where that cannot be told. Needs counting."""

    def passes(self) -> tuple[Pass, ...]:
        """Return the passes through the model as the engine saw them; nothing where it cannot tell. Needs counting."""

    def inject(self, fault: Fault) -> None:
        """Make a fault happen from now on or at its start."""

    def set_quantity(self, quantity: str, value: float | None) -> None:
        """Hold a quantity of the world at a value from now on; None hands it back to the stimulus."""

    def read_memory(self, address: int, size: int) -> bytes:
        """Read the device's memory."""

    def write_memory(self, address: int, data: bytes) -> None:
        """Write the device's RAM."""

    def read_symbol(self, name: str) -> bytes:
        """Read a variable by its name in the image."""

    def write_symbol(self, name: str, data: bytes) -> None:
        """Write a variable by its name in the image."""

    def snapshot(self) -> Snapshot:
        """Keep the device as it stands; raises Unsupported where that cannot be, with the reason."""

    def has_met_world(self) -> bool:
        """Tell whether the stimulus has told on the device: a part has sensed it, or a fault has begun."""

    def return_to(self, snapshot: Snapshot) -> None:
        """Have the device as it was kept, with its world, observer and limits."""

    def restore(self, snapshot: Snapshot, stimulus: Stimulus, observer: Observer, limits: Limits) -> None:
        """Have the device as it was kept, in another world from then on; raises Unsupported where that cannot be."""

    def counters(self) -> Counters:
        """Return what was executed so far."""

    def asked(self) -> tuple[Asked, ...]:
        """Return what parts have sampled of the world so far, in order; nothing where the engine cannot tell."""

    def version(self) -> str:
        """Name the emulator and its version."""

    def logs(self) -> dict[str, str]:
        """Return what the emulator itself wrote, by file name: for the run's folder, never for its trace."""

    def close(self) -> None:
        """End the emulation; nothing of it survives. May be called twice."""
