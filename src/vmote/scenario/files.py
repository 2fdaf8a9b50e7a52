# SPDX-License-Identifier: Apache-2.0
"""Scenario files on disk."""

from __future__ import annotations

from pathlib import Path

from vmote.errors import BadInput

ENDINGS = (".yaml", ".yml")


def scenario_files(place: Path) -> list[Path]:
    """Return the scenario files of a folder, or the one that is named."""
    if place.is_dir():
        found = sorted(path for path in place.rglob("*") if path.suffix in ENDINGS and path.is_file())
        if not found:
            raise BadInput("there is no scenario in this folder", where=str(place), hint="they end in .yaml")
        return found
    if not place.is_file():
        raise BadInput("there is no such scenario, nor a folder of them", where=str(place))
    return [place]
