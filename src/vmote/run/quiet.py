# SPDX-License-Identifier: Apache-2.0
"""The world of a device that nobody wrote a scenario for: a quiet room, for as long as a test may want."""

from __future__ import annotations

from pathlib import Path

from vmote.scenario.loading import loads
from vmote.scenario.model import Scenario

_LASTS = "30d"
_AIR = """
  temperature: 21 degC
  humidity: 45 %RH
"""
_SOUND = """
  sound:
    - noise: white
      level: -70 dBFS
"""


def quiet_room(app: str, board: str, sounds: tuple[str, ...] = ()) -> Scenario:
    """Return a scenario in which nothing happens; `sounds` are pieces in the words of a scenario file."""
    heard = _SOUND + "".join(f"    - {piece}\n" for piece in sounds) if app == "keyword" else ""
    text = (
        f"schema: 1\ntitle: A quiet room\ndevice: {{app: {app}, board: {board}}}\nduration: {_LASTS}\n"
        f"world:{_AIR.rstrip()}{heard.rstrip() or ''}\n"
    )
    return loads(text, Path("quiet-room.yaml"))
