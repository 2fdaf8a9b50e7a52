# SPDX-License-Identifier: Apache-2.0
"""A scenario's faults as commands for its start and its end, where a Renode model can express them."""

from __future__ import annotations

from dataclasses import dataclass

from vmote.engine.renode.commands import part_path
from vmote.errors import BadInput, Unsupported
from vmote.platforms import Board
from vmote.scenario.stimulus import Fault

_PARTS_WITH_FAULTS = {"hts221"}  # ours; Renode's own models have no such properties


@dataclass(frozen=True)
class Change:
    """What is done at an instant because of a fault."""

    t_ns: int
    commands: tuple[str, ...]


def changes(fault: Fault, board: Board) -> list[Change]:
    """Return what happens at a fault's start and end; raises Unsupported for what no model can express."""
    begin, end = _commands(fault, board)
    found = [Change(fault.start_ns, begin)]
    if end:
        found.append(Change(fault.end_ns, end))
    return found


def _commands(fault: Fault, board: Board) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if fault.kind == "bit-flip":
        raise Unsupported("engine renode cannot flip bits of RAM yet", hint="use engine qemu")
    if fault.kind == "brown-out":
        return ("machine Reset",), ()
    part = board.parts.get(fault.part)
    if part is None:
        raise BadInput(f"{board.name} has no part {fault.part!r}", hint=f"it has: {', '.join(board.parts)}")
    if fault.kind in ("nack", "vanish") and part.address is not None:
        refuse = f"sysbus.{part.bus} Refuse 0x{part.address:02x}"
        return (f"{refuse} true",), (f"{refuse} false",)
    if part.model in _PARTS_WITH_FAULTS:
        path = part_path(board, fault.part)
        if fault.kind == "freeze":
            return (f"{path} Frozen true",), (f"{path} Frozen false",)
        if fault.kind == "stuck-bits":
            high, low = int(fault.args.get("high", 0)), int(fault.args.get("low", 0))
            return (
                (f"{path} StuckHigh 0x{high:04x}", f"{path} StuckLow 0x{low:04x}"),
                (f"{path} StuckHigh 0", f"{path} StuckLow 0"),
            )
    raise Unsupported(f"engine renode cannot make {fault.part} suffer {fault.kind!r}", hint="use engine qemu")
