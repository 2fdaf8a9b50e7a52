# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of scenario files, made from the models, for editors that complete and check as one types.

`python -m vmote.scenario.schema docs/scenario.schema.json` writes it anew; a test holds the published one against it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from vmote.scenario.model import Scenario
from vmote.scenario.pieces import Colour
from vmote.scenario.pieces_motion import FACE_ANGLES, GESTURES
from vmote.scenario.signal_types import FAMILIES, FAMILY_MARK, family_type


class _Written(GenerateJsonSchema):
    """What is written may be shorter than what is meant: a text for a mapping, one item for a list."""

    def nullable_schema(self, schema: Any) -> Any:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> Any:
        return self.generate_inner(schema["schema"])  # defaults are the models' business


def json_schema() -> dict[str, Any]:
    """Return the schema of a whole scenario file."""
    whole = Scenario.model_json_schema(by_alias=True, schema_generator=_Written, ref_template="#/$defs/{model}")
    definitions: dict[str, Any] = whole.pop("$defs", {})
    for family in FAMILIES:
        adapter: TypeAdapter[Any] = TypeAdapter(family_type(family))
        made = adapter.json_schema(by_alias=True, schema_generator=_Written, ref_template="#/$defs/{model}")
        definitions |= made.pop("$defs", {})
        definitions[family] = made
    whole["properties"].pop("path", None)
    _shorthands(whole, definitions)
    _refer([whole, definitions])
    named = {name: definitions[name] for name in sorted(definitions)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vmote scenario",
        **{key: value for key, value in whole.items() if key != "title"},
        "$defs": named,
    }


def _refer(part: Any) -> None:
    """Put references to the families' definitions where their marks stand."""
    if isinstance(part, dict):
        if FAMILY_MARK in part:
            part["$ref"] = f"#/$defs/{part.pop(FAMILY_MARK)}"
        for value in part.values():
            _refer(value)
    elif isinstance(part, list):
        for value in part:
            _refer(value)


# Where a text, or one item instead of a list, stands for more: definition -> what it may be written as.
_AS_TEXT = {
    "scalar": "a constant, such as 3 degC",
    "FaultItem": None,
    "Labelled": "such as snow 07:00-10:00",
    "Conclusion": "such as snow 07:00-10:00",
    "Never": "a label, or snow 07:00-10:00",
    "Said": "a line, or @record key=value",
    "Led": "such as builtin on 07:00-10:00",
    "Recovery": "such as 2h",
    "SoundNoiseSpec": "a colour",
    "WordSpec": "what is said",
    "RecordingSpec": "a file's name",
    "RestSpec": "how it lies, such as face-up",
    "GestureSpec": "its name",
}
_WORDS = {"SoundNoiseSpec": get_args(Colour), "RestSpec": tuple(FACE_ANGLES), "GestureSpec": GESTURES}
_MAY_BE_EMPTY = ("WalkingSpec", "TremorSpec", "ClickSpec", "BabbleSpec")


def _shorthands(whole: dict[str, Any], definitions: dict[str, Any]) -> None:
    """Allow what the readers allow besides the full form."""
    for name, text in _AS_TEXT.items():
        if name in definitions and text:
            short: dict[str, Any] = {"type": "string", "description": text}
            if name in _WORDS:
                short["enum"] = list(_WORDS[name])
            definitions[name] = {"anyOf": [definitions[name], short]}
    for name in _MAY_BE_EMPTY:
        if name in definitions:
            definitions[name] = {"anyOf": [definitions[name], {"type": "null"}]}
    # One item instead of a list, wherever a list of mappings may stand.
    for holder in [whole, *definitions.values()]:
        for form in holder.get("anyOf", [holder]):
            for key, value in form.get("properties", {}).items():
                if value.get("type") == "array" and key not in ("tags", "harmonics"):
                    form["properties"][key] = {"anyOf": [value, value["items"]]}
    for family in ("scalar", "sound", "motion", "weather"):
        form = definitions[family]
        many = form["anyOf"][0] if "anyOf" in form else form
        definitions[family] = {"anyOf": [*form.get("anyOf", [form]), many["items"]]}
    rates = definitions["Rates"]["properties"]
    for key in ("recall", "precision"):
        rates[key] = {"anyOf": [rates[key], rates["accuracy"]]}


def text() -> str:
    """Return the schema as it is published."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False, sort_keys=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
