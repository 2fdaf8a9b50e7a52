# SPDX-License-Identifier: Apache-2.0
"""Whether a board runs an app, and on which engines: known before anything is built."""

from __future__ import annotations

from vmote.engine import ENGINES
from vmote.errors import BadInput, Unsupported, nearest
from vmote.platforms import load_board
from vmote.scenario.model import known_apps


def check_able(engine: str, board: str, app: str) -> None:
    """Refuse an engine or app that does not exist; raise Unsupported where the board runs not it, or not on it."""
    if engine not in ENGINES:
        raise BadInput(f"there is no engine {engine!r}", hint=nearest(engine, ENGINES))
    if app not in (known := known_apps()):
        raise BadInput(f"there is no app {app!r}", hint=nearest(app, known))
    device = load_board(board)
    if app not in device.apps:
        raise Unsupported(f"board {board} does not run app {app} yet", hint=f"it runs {', '.join(device.apps)}")
    runs_on = device.engines
    if engine not in runs_on:
        raise Unsupported(f"board {board} does not run on engine {engine} yet", hint=f"it runs on {', '.join(runs_on)}")
