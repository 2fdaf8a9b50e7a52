# SPDX-License-Identifier: Apache-2.0
"""A scenario's faults as commands for its start and its end, where a Renode model can express them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vmote.engine.renode.commands import part_path
from vmote.errors import BadInput, Unsupported, nearest
from vmote.platforms import Board
from vmote.scenario.stimulus import Fault

# The models of our own; Renode's have no such properties.
_I2C_PARTS = {"hs300x", "hts221", "lps22hb", "lsm9ds1-ag", "lsm9ds1-m"}
_MICROPHONES = {"mp34dt06", "analog-microphone"}
_KINDS = ("nack", "hold-bus", "freeze", "stale", "stuck-bits", "out-of-range", "vanish", "brown-out", "bit-flip")


@dataclass(frozen=True)
class Change:
    """What is done at an instant because of a fault, or by a finger."""

    t_ns: int
    commands: tuple[str, ...]
    by_finger: bool = False


def changes(fault: Fault, board: Board, address_of: Callable[[str], int]) -> list[Change]:
    """Return what happens at a fault's start and end; raises Unsupported for what no model can express."""
    if fault.kind not in _KINDS:
        raise BadInput(f"there is no fault {fault.kind!r}", hint=nearest(fault.kind, _KINDS))
    if fault.kind == "bit-flip":
        name, offset = fault.args.get("symbol"), int(fault.args.get("offset", 0))
        address = address_of(str(name)) + offset if name else int(fault.args["address"])
        return [Change(fault.start_ns, (f"observer FlipBit 0x{address:x} {int(fault.args['bit'])}",))]
    if fault.kind == "brown-out":
        ram = board.memory["ram"]
        lost = (memory for name, memory in board.memory.items() if name != "flash")
        return [
            Change(fault.start_ns, (f"observer PowerOff 0x{ram.base:x}",)),
            Change(fault.end_ns, (*(f"observer Forget 0x{m.base:x} {m.size}" for m in lost), "observer PowerOn")),
        ]
    begin, end = _of_a_part(fault, board)
    return [Change(fault.start_ns, begin), Change(fault.end_ns, end)]


def _of_a_part(fault: Fault, board: Board) -> tuple[tuple[str, ...], tuple[str, ...]]:
    part = board.parts.get(fault.part)
    if part is None:
        raise BadInput(f"there is no part {fault.part!r} that could fail", hint=nearest(fault.part, board.parts))
    told = _told_to_a_model(fault, part.model)
    if told is not None:
        path = part_path(board, fault.part)
        begin, end = told
        return tuple(f"{path} {words}" for words in begin), tuple(f"{path} {words}" for words in end)
    if part.address is not None and fault.kind in ("nack", "vanish", "hold-bus"):
        verb = "Hold" if fault.kind == "hold-bus" else "Refuse"
        words = f"sysbus.{part.bus} {verb} 0x{part.address:02x}"
        clocks = f" {fault.args['clocks']}" if "clocks" in fault.args else ""
        return (f"{words} true{clocks}",), (f"{words} false",)
    raise Unsupported(f"engine renode cannot make {fault.part} suffer {fault.kind!r}", hint="use engine qemu")


def _told_to_a_model(fault: Fault, model: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the properties of a part's model that are set at a fault's start and end; None if it has none for it."""
    microphone = model in _MICROPHONES
    if not microphone and model not in _I2C_PARTS:
        return None
    high = fault.args.get("value", "high") == "high"
    mask = int(fault.args.get("mask", 0)) & (0xFFFF if microphone else 0xFF)
    switches: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        "freeze": (("Frozen true",), ("Frozen false",)),
        # A signal has no data-ready bit that could go on rising: what it measured before is all there is.
        "stale": (("Frozen true",), ("Frozen false",)) if microphone else (("Stale true",), ("Stale false",)),
        "vanish": (("Absent true",), ("Absent false",)),
        "out-of-range": ((f"OutOfRange {1 if high else -1}",), ("OutOfRange 0",)),
        "stuck-bits": ((f"StuckValue {str(high).lower()}", f"StuckMask 0x{mask:02x}"), ("StuckMask 0",)),
    }
    return switches.get(fault.kind)
