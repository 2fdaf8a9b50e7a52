# SPDX-License-Identifier: Apache-2.0
"""What the firmware's build needs of a board: `memory.ld` and `board.h`, written from board.yaml."""

from __future__ import annotations

import re

from vmote.errors import BadInput
from vmote.platforms import Board

_PIN = re.compile(r"^P(?:(\d+)\.|([A-K]))(\d+)$")  # P1.03, or PH7
_NOTE = "SPDX-License-Identifier: Apache-2.0\n * Written from board.yaml by vmote; changes here are lost."


def memory_ld(board: Board) -> str:
    """Write the linker's MEMORY command: the board's true sizes."""
    rights = {"flash": "rx", "ram": "rwx"}
    lines = [
        f"    {name.upper()} ({rights.get(name, 'rw')}) : ORIGIN = {memory.base:#010x}, LENGTH = {memory.size:#x}"
        for name, memory in board.memory.items()
    ]
    dma = "DMA" if "dma" in board.memory else "RAM"
    body = "\n".join(lines)
    return f'/* {_NOTE} */\nMEMORY\n{{\n{body}\n}}\nREGION_ALIAS("DMA_RAM", {dma})\n'


def board_h(board: Board) -> str:
    """Write the board's pins, addresses and sizes as a C header."""
    out = [f'#define BOARD_NAME "{board.name}"', f"#define BOARD_CLOCK_HZ {board.clock_hz}U"]
    for name, memory in board.memory.items():
        out.append(f"#define BOARD_{_macro(name)}_BASE {memory.base:#010x}U")
        out.append(f"#define BOARD_{_macro(name)}_SIZE {memory.size:#x}U")
    for bus, ends in board.wiring.items():
        for end, value in ends.items():
            number = _pin_number(board, f"wiring.{bus}.{end}", value) if isinstance(value, str) else value
            out.append(f"#define BOARD_{_macro(bus)}_{_macro(end)} {number}U")
    for name, part in board.parts.items():
        if part.address is not None:
            out.append(f"#define BOARD_{_macro(name)}_ADDRESS {part.address:#04x}U")
    for name, pin in board.pins.items():
        out.append(f"#define BOARD_PIN_{_macro(name)} {pin.port * 32 + pin.pin}U")
        out.append(f"#define BOARD_PIN_{_macro(name)}_ACTIVE {int(pin.active == 'high')}")
    leds = [
        f'{{"{name}", {pin.port * 32 + pin.pin}U, {"true" if pin.active == "high" else "false"}}}'
        for name, pin in board.pins.items()
        if pin.kind == "led"
    ]
    out.append(f"#define BOARD_LEDS {', '.join(leds)}")
    body = "\n".join(out)
    return f"/* {_NOTE} */\n#ifndef VMOTE_BOARD_H\n#define VMOTE_BOARD_H\n\n{body}\n\n#endif\n"


def _macro(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def _pin_number(board: Board, key: str, text: str) -> int:
    match = _PIN.match(text)
    if not match:
        raise BadInput(f"{key} is {text!r}; a pin is written like P1.03 or PH7", where=str(board.folder / "board.yaml"))
    number, letter, pin = match.groups()
    return (int(number) if number else ord(letter) - ord("A")) * 32 + int(pin)
