# SPDX-License-Identifier: Apache-2.0
"""How what is sensed differs from what is there."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, ValidationError
from pydantic import model_validator as validates
from pydantic_core import InitErrorDetails

from vmote.errors import nearest
from vmote.scenario.signal_types import Signal
from vmote.scenario.stimulus import QUANTITY_UNITS
from vmote.scenario.written import Difference, Number, Share, Span, Time, Value, Words, problem


class Drift(Words):
    """An error that grows with time."""

    by: Difference
    per: Span = 3600.0


class Dropped(Words):
    """Samples that get lost: for a lost one, the last that came is seen again."""

    share: Share
    every: Span  # how long a sample is


class Imperfection(Words):
    """How what is sensed differs from what is there."""

    offset: Difference | None = None
    gain: Annotated[Number, Field(ge=-1000, le=1000)] = 1.0
    drift: Drift | None = None
    noise: Difference | None = None  # white, its standard deviation
    quantize: Difference | None = None  # the step between two values
    low: Value | None = None  # clips below it …
    high: Value | None = None  # … and above it
    jitter: Time = 0.0  # standard deviation of the time at which a sample is taken
    drop: Dropped | None = None

    @validates(mode="after")
    def _sensible(self) -> Imperfection:
        if self.quantize is not None and self.quantize <= 0:
            raise problem("`quantize:` is a step above zero")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise problem("`low:` must be below `high:`")
        return self


def imperfect(value: object) -> object:
    """Let `acceleration` stand for its three axes, and read each quantity with its own units."""
    if not isinstance(value, dict):
        raise problem("imperfections are a mapping of quantities", "such as temperature: {offset: 0.5 K}")
    out: dict[str, Any] = {}
    problems: list[InitErrorDetails] = []
    for name, given in value.items():
        names = [f"{name}-{axis}" for axis in "xyz"] if f"{name}-x" in QUANTITY_UNITS else [str(name)]
        varying = [quantity for quantity in QUANTITY_UNITS if quantity != "button"]
        if names[0] not in varying:
            known = [*varying, "acceleration", "angular-rate", "magnetic-field"]
            error = problem("this quantity is not known", nearest(str(name), known))
            problems.append(InitErrorDetails(type=error, loc=(str(name),), input=given))
            continue
        try:
            out |= dict.fromkeys(names, Signal("imperfection", names[0]).read(given))
        except ValidationError as error_here:
            for detail in error_here.errors(include_url=False):
                said = detail.get("ctx", {})
                kind = problem(said["what"], said["hint"]) if detail["type"] == "vmote" else detail["type"]
                place = (str(name), *detail["loc"])
                problems.append(InitErrorDetails(type=kind, loc=place, input=detail["input"], ctx=said))
    if problems:
        raise ValidationError.from_exception_data("imperfections", problems)
    return out
