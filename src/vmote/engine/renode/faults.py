# SPDX-License-Identifier: Apache-2.0
"""A scenario's faults as commands for its start and its end, where a Renode model can express them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vmote.engine.renode.commands import part_path
from vmote.errors import BadInput, Unsupported, nearest
from vmote.platforms import Board
from vmote.scenario.stimulus import Fault

_OURS = {"hts221"}  # the models of our own; Renode's have no such properties
_KINDS = ("nack", "hold-bus", "freeze", "stale", "stuck-bits", "out-of-range", "vanish", "brown-out", "bit-flip")


@dataclass(frozen=True)
class Change:
    """What is done at an instant because of a fault."""

    t_ns: int
    commands: tuple[str, ...]


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
        return [
            Change(fault.start_ns, (f"observer PowerOff 0x{ram.base:x}",)),
            Change(fault.end_ns, (f"observer PowerOn 0x{ram.base:x} {ram.size}",)),
        ]
    begin, end = _of_a_part(fault, board)
    return [Change(fault.start_ns, begin), Change(fault.end_ns, end)]


def _of_a_part(fault: Fault, board: Board) -> tuple[tuple[str, ...], tuple[str, ...]]:
    part = board.parts.get(fault.part)
    if part is None:
        raise BadInput(f"there is no part {fault.part!r} that could fail", hint=nearest(fault.part, board.parts))
    high = fault.args.get("value", "high") == "high"
    if part.model in _OURS:
        path = part_path(board, fault.part)
        mask = int(fault.args.get("mask", 0)) & 0xFF
        switches = {
            "freeze": ("Frozen true", "Frozen false"),
            "stale": ("Stale true", "Stale false"),
            "vanish": ("Absent true", "Absent false"),
            "out-of-range": (f"OutOfRange {1 if high else -1}", "OutOfRange 0"),
        }
        if fault.kind in switches:
            begin, end = switches[fault.kind]
            return (f"{path} {begin}",), (f"{path} {end}",)
        if fault.kind == "stuck-bits":
            return (f"{path} StuckValue {str(high).lower()}", f"{path} StuckMask 0x{mask:02x}"), (
                f"{path} StuckMask 0",
            )
    if fault.kind in ("nack", "vanish") and part.address is not None:
        refuse = f"sysbus.{part.bus} Refuse 0x{part.address:02x}"
        return (f"{refuse} true",), (f"{refuse} false",)
    raise Unsupported(f"engine renode cannot make {fault.part} suffer {fault.kind!r}", hint="use engine qemu")
