# SPDX-License-Identifier: Apache-2.0
"""Families of pieces, validated by models that are loaded only where a scenario uses them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from vmote.scenario.stimulus import QUANTITY_UNITS
from vmote.scenario.written import reading_with
from vmote.units import UNITS

FAMILY_MARK = "vmote-family"
FAMILIES = ("scalar", "sound", "motion", "weather", "imperfection")


def family_type(family: str) -> Any:
    """Return the type that a family's signals have."""
    if family == "sound":
        from vmote.scenario.pieces_sound import SoundSignal  # noqa: PLC0415

        return SoundSignal
    if family == "motion":
        from vmote.scenario.pieces_motion import MotionSignal  # noqa: PLC0415

        return MotionSignal
    if family == "imperfection":
        from vmote.scenario.imperfections import Imperfection  # noqa: PLC0415

        return Imperfection
    from vmote.scenario.pieces import ScalarSignal, WeatherSignal  # noqa: PLC0415

    return WeatherSignal if family == "weather" else ScalarSignal


@cache
def _adapter(family: str) -> TypeAdapter[Any]:
    return TypeAdapter(family_type(family))


@dataclass(frozen=True)
class Signal:
    """Marks a field as a signal of a family, in the units of a quantity."""

    family: str
    quantity: str = ""

    def read(self, value: object) -> Any:
        """Validate a signal; its errors keep their places in the file."""
        dimension = UNITS[QUANTITY_UNITS[self.quantity]].dimension if self.quantity else ""
        with reading_with(dimension=dimension):
            return _adapter(self.family).validate_python(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {FAMILY_MARK: self.family}  # the schema's own module puts a reference in its place
