# SPDX-License-Identifier: Apache-2.0
"""Written motion into movers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmote.scenario import pieces_motion as pm
from vmote.scenario.pieces import Piece
from vmote.scenario.signals.compose import Placement
from vmote.scenario.signals.gestures import gesture
from vmote.scenario.signals.grid import Grid, generator
from vmote.scenario.signals.motion import Machine, Mover, Moves, Tremor, Turn, Walk

if TYPE_CHECKING:
    from vmote.scenario.making import Maker

GESTURE_S = 1.2


def movers(pieces: list[Piece], grid: Grid, maker: Maker) -> list[tuple[Mover, Placement, float]]:
    """Return all that moves the device."""
    from vmote.scenario.making import place, turns  # noqa: PLC0415 (making knows this module's pieces by kind only)

    out: list[tuple[Mover, Placement, float]] = []
    lying = (0.0, 0.0)
    for rest in sorted((piece for piece in pieces if isinstance(piece, pm.Rest)), key=lambda rest: rest.at):
        angles = rest.rest.roll, rest.rest.pitch
        over = rest.over if rest.at > 0 else 0.0
        out.append((Turn(grid, rest.at, over, (angles[0] - lying[0], angles[1] - lying[1])), Placement(), 1.0))
        lying = angles
        maker.tell_as(rest, Placement(rest.at, rest.at + (rest.for_ or maker.duration)), None)
    for number, piece in enumerate(pieces):
        name = f"motion/{number}"
        placement = place(piece, None)
        mover: Mover
        match piece:
            case pm.Gesture():
                length = piece.for_ or GESTURE_S
                spec = piece.gesture
                draw = int(generator(maker.seed, name).integers(2**31))
                move = gesture(
                    spec.name, length, grid.hertz, person=spec.person, seed=draw, size=spec.size, sloppy=spec.sloppy,
                    mirrored=spec.mirrored,
                )  # fmt: skip
                mover = Moves.of(grid, move, turns(piece, grid, maker.duration))
                placement = place(piece, length)
            case pm.Walking():
                mover = Walk(grid, piece.at, piece.walking)
                if not placement.always and placement.fade == 0:
                    placement = Placement(placement.start, placement.end, 0.3, placement.every, placement.times)
            case pm.Tremor():
                mover = Tremor(grid, piece.tremor.sd, maker.seed, name)
            case pm.Vibration():
                mover = Machine(grid, piece.at, piece.vibration, "xyz".index(piece.axis), maker.seed, name)
            case _:
                continue
        out.append((mover, placement, piece.gain))
        maker.tell(piece, placement)
    return out
