# SPDX-License-Identifier: Apache-2.0
"""A baseline: the costs that later ones are held against, as a file that lies beside the scenarios."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

from vmote.errors import BadInput
from vmote.sweep.cost import SIZES, Cost

SCHEMA = 1
_AGAIN = "write it anew: vmote bench save"


def write_baseline(costs: list[Cost], path: Path) -> None:
    """Write costs, sorted, so that a change of one of them is a change of its lines only."""
    document = {"schema": SCHEMA, "costs": [cost.as_dict() for cost in sorted(costs, key=lambda cost: cost.key)]}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"the baseline cannot be written: {error.strerror}", where=str(path)) from error


def read_baseline(path: Path) -> list[Cost]:
    """Read costs, or say what is wrong with the file."""
    where = str(path)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadInput("there is no such baseline", where=where, hint="make one: vmote bench save") from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadInput(f"the baseline cannot be read: {error}", where=where, hint=_AGAIN) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise BadInput(f"this is no baseline of schema {SCHEMA}", where=where, hint=_AGAIN)
    listed = document.get("costs")
    if not isinstance(listed, list) or not listed:
        raise BadInput("the baseline holds no costs", where=where, hint=_AGAIN)
    return [_cost(item, f"{where}: costs[{number}]") for number, item in enumerate(listed)]


def _cost(item: object, where: str) -> Cost:
    names = {field.name for field in fields(Cost)}
    if not isinstance(item, dict) or set(item) != names:
        odd = sorted(set(item) ^ names) if isinstance(item, dict) else []
        what = f"keys missing or unknown: {', '.join(map(str, odd))}" if odd else "expected a mapping"
        raise BadInput(what, where=where, hint=_AGAIN)
    for name in (*SIZES, "inferences"):
        value = item[name]
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not (whole and value >= 0) and not (value is None and name != "inferences"):
            raise BadInput(f"{name} is {value!r}, expected a number", where=where, hint=_AGAIN)
    return Cost(**item)
