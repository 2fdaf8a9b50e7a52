# SPDX-License-Identifier: Apache-2.0
"""The world in a file: read it (`load`), turn it into samples (`render`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vmote.scenario.model import Scenario
    from vmote.scenario.stimulus import Stimulus

__all__ = ["load", "render"]


def load(path: str | Path, *, allow_outside: bool = False) -> Scenario:
    """Read and validate a scenario file; `allow_outside` lets it name data files outside its folder."""
    from vmote.scenario.loading import load as read  # noqa: PLC0415 (engines import this package without pydantic)

    return read(path, allow_outside=allow_outside)


def render(scenario: Scenario) -> Stimulus:
    """Make the samples, faults and truth of a scenario."""
    from vmote.scenario.rendering import render as make  # noqa: PLC0415

    return make(scenario)
