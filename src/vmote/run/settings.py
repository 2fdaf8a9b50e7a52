# SPDX-License-Identifier: Apache-2.0
"""What a run wants of its image without compiling: how often it reads, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from vmote.errors import BadInput, nearest
from vmote.firmware.elf import Image
from vmote.firmware.insert import card_of, with_config
from vmote.platforms import Board
from vmote.run.request import Request
from vmote.scenario.model import Scenario
from vmote.units import parse_quantity

SWITCHES = ("profile", "quiet", "trace", "checksums")
OPTIONS = ("period", *SWITCHES)


@dataclass(frozen=True)
class Settings:
    """Settings that differ from what the image has; a period of None is the model card's own."""

    period_s: float | None = None
    profile: bool = False
    quiet: bool = False
    trace: bool = False
    checksums: bool = False


def settings_of(request: Request, scenario: Scenario, card_period_s: float | None) -> Settings:
    """Gather a run's settings from the command line, the scenario's `device: options:` and its `timescale:`."""
    where = f"{scenario.path}: device.options"
    options = scenario.device.options
    for name, value in options.items():
        if name not in OPTIONS:
            raise BadInput(f"{name!r} is no option of an image", where=where, hint=nearest(name, OPTIONS))
        if name in SWITCHES and not isinstance(value, bool):
            raise BadInput(f"{name}: {value!r} is neither true nor false", where=where)
    period = parse_quantity(str(options["period"]), "time", where=where) if "period" in options else card_period_s
    scaled = scenario.pace != 1 or "period" in options
    if scaled and period is None:
        raise BadInput("this image tells no period that could be scaled", where=str(scenario.path))
    return Settings(
        period_s=float(Fraction(period) / scenario.pace) if scaled and period is not None else None,
        profile=request.profile or bool(options.get("profile", False)),
        quiet=bool(options.get("quiet", False)),
        trace=request.trace or scenario.expect.golden or bool(options.get("trace", False)),  # golden holds every input
        checksums=request.checksums or bool(options.get("checksums", False)),
    )


def with_settings(image: Image, board: Board, request: Request, scenario: Scenario, out: Path) -> Image:
    """Return the image with a run's settings, the image itself where it needs none."""
    card = card_of(image)
    settings = settings_of(request, scenario, card.period_s if card else None)
    if settings == Settings():
        return image
    return with_config(
        image, board, out, period_s=settings.period_s, profile=settings.profile, quiet=settings.quiet,
        trace=settings.trace, checksums=settings.checksums,
    )  # fmt: skip
