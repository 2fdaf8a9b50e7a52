# SPDX-License-Identifier: Apache-2.0
"""A board's buttons on Renode: what a scenario presses, as commands at their instants."""

from __future__ import annotations

from vmote.engine.renode.commands import line_path
from vmote.engine.renode.faults import Change
from vmote.platforms import Board
from vmote.scenario.stimulus import Channel, Switch

PRESSED = "button"  # the quantity


def press(board: Board, *, on: bool) -> tuple[str, ...]:
    """Return the commands that press every button of a board, or let go of it."""
    return tuple(f"{path} Pressed {str(on).lower()}" for path in _buttons(board))


def presses(board: Board, channel: Channel | None, now_ns: int) -> list[Change]:
    """Return what is pressed from now on."""
    on = channel is not None and channel.value_at(now_ns) >= 0.5
    at = [Change(now_ns, press(board, on=on), by_finger=True)] if channel is not None or now_ns else []
    for stretch in channel.stretches if isinstance(channel, Switch) else ():
        at += [
            Change(t_ns, press(board, on=on), by_finger=True) for t_ns, on in zip(stretch, (True, False), strict=True)
        ]
    return [change for change in at if change.t_ns >= now_ns and change.commands]


def _buttons(board: Board) -> list[str]:
    return [line_path(board, name, "out") for name, part in board.parts.items() if part.model == "button"]
