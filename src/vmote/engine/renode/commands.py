# SPDX-License-Identifier: Apache-2.0
"""The monitor commands that set a board up: text only, so that they can be read and tested without Renode."""

from __future__ import annotations

import re
from pathlib import Path

from vmote.errors import Unsupported
from vmote.platforms import Board

MACHINE = "device"

# Where each SoC's buses and registers are in our board.repl.
_CONSOLE = {"nrf52840": "sysbus.uart0", "stm32h747": "sysbus.usart1"}
_PORTS = {"nrf52840": "01", "stm32h747": "ABCDEFGHIJK"}
# What a part's model calls the lines of board.yaml.
_LINES = {
    "hts221": {"drdy": "DataReady"},
    "lps22hb": {"int": "Interrupt"},
    "lsm9ds1-ag": {"int1": "Interrupt1", "int2": "Interrupt2"},
    "lsm9ds1-m": {"drdy": "DataReady"},
}


def at(path: Path) -> str:
    """Write a path as the monitor takes it."""
    return "@" + str(path).replace("\\", "\\\\").replace(" ", "\\ ")


def platform_of(board: Board) -> Path:
    """Return a board's script, or say which engine has it."""
    script = board.folder / "board.resc"
    if board.soc not in _CONSOLE or not script.is_file():
        raise Unsupported(f"engine renode has no {board.name}: it has no {script.name}", hint="use engine qemu")
    return script


def set_up(board: Board, image: Path, nothing: Path, console_bytes: int) -> list[str]:
    """List the commands from an empty emulation to the reset vector.

    Our peripherals are there already; `nothing` is a script that takes the place of the one which loads them.
    """
    ports = _PORTS[board.soc]
    return [
        "emulation SetGlobalAdvanceImmediately true",  # as fast as it goes, not at the speed of a wall clock
        f'$name="{MACHINE}"',
        f"$bin={at(image)}",
        f"$parts={at(nothing)}",
        f"include {at(platform_of(board))}",
        f'emulation CreateObserver "observer" "{MACHINE}"',
        f"observer WatchConsole {_CONSOLE[board.soc]} {console_bytes}",
        *(
            f'observer WatchPin sysbus.gpio{ports[pin.port]} {pin.pin} "{name}" {str(pin.active == "high").lower()}'
            for name, pin in board.pins.items()
        ),
        "observer WatchFaults",
        *_wires(board),
    ]


def _wires(board: Board) -> list[str]:
    """List the commands that wire the parts' lines of board.yaml, but for those that board.repl has wired."""
    platform = board.folder / "board.repl"
    wired = platform.read_text(encoding="utf-8") if platform.is_file() else ""  # Renode says what its script misses
    out = []
    for name, part in board.parts.items():
        for line, pin in part.lines.items() if part.model != "button" else ():
            output = _LINES.get(part.model, {}).get(line)
            if output is None:
                raise Unsupported(f"engine renode has no line {line!r} of {name}", hint="use engine qemu")
            port, number = re.fullmatch(r"P(\d+|[A-Z])\.?(\d+)", pin).groups()  # type: ignore[union-attr]
            wire = f"{output} -> gpio{port}@{int(number)}"
            if wire not in wired:
                entry = f"{name.replace('-', '_')}: {{ {wire} }}"
                out.append(f'machine LoadPlatformDescriptionFromString "{entry}"')
    return out


def line_path(board: Board, name: str, line: str) -> str:
    """Return the path of a part without a bus: it hangs at the port of the pin that one of its lines is wired to."""
    pin = board.parts[name].lines[line].removeprefix("P")  # 1.11, J11
    return f"sysbus.gpio{pin[0]}.{name.replace('-', '_')}"


def part_path(board: Board, name: str) -> str:
    """Return a part's path in the emulation: its name in board.yaml, as board.repl writes it."""
    return f"sysbus.{board.parts[name].bus}.{name.replace('-', '_')}"
