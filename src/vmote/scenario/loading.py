# SPDX-License-Identifier: Apache-2.0
"""A scenario file into a Scenario, or every problem it has, each with its line and column."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from vmote.errors import BadInput, VmoteError, nearest
from vmote.scenario import tree
from vmote.scenario.model import DEFAULT_BOARD, Scenario
from vmote.scenario.written import reading_with
from vmote.units import parse_quantity

MAX_PROBLEMS = 50


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a scenario."""

    line: int
    column: int
    key: str
    what: str
    hint: str = ""


class BadScenario(BadInput):
    """A scenario that cannot be used, with all its problems."""

    def __init__(self, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        shown = [self._say(problem) for problem in problems[:MAX_PROBLEMS]]
        if len(problems) > MAX_PROBLEMS:
            shown.append(f"… and {len(problems) - MAX_PROBLEMS} more")
        super().__init__("\n".join(shown))

    def _say(self, problem: Problem) -> str:
        key = f"{problem.key}: " if problem.key else ""
        hint = f"\n  {problem.hint}" if problem.hint else ""
        return f"{self.path}:{problem.line}:{problem.column}: {key}{problem.what}{hint}"


def load(path: str | Path, *, allow_outside: bool = False) -> Scenario:
    """Read and validate a scenario file."""
    where = Path(path)
    return loads(tree.read_text(where), where, allow_outside=allow_outside)


def loads(text: str, path: Path, *, allow_outside: bool = False) -> Scenario:
    """Validate a scenario's text; `path` names it in messages and is the folder its data files are sought in."""
    root = tree.parse(text, str(path))
    if not isinstance(root.value, dict):
        raise BadScenario(
            str(path),
            [Problem(root.mark.line, root.mark.column, "", "a scenario is a mapping", "start with `schema: 1`")],
        )
    data: dict[str, Any] = {key: value for key, value in root.value.items() if key != "path"}
    parts, leds = _board_parts(data)
    known = {"folder": path.parent, "allow_outside": allow_outside, "duration_s": _duration(data)}
    with reading_with(**known, parts=parts, leds=leds):
        try:
            scenario = Scenario.model_validate(data)
        except ValidationError as error:
            problems = [_locate(root, detail) for detail in error.errors(include_url=False)]
            if "path" in root.value:
                problems.append(_locate(root, {"type": "extra_forbidden", "loc": ("path",), "msg": "", "input": None}))
            problems.sort(key=lambda problem: (problem.line, problem.column))
            raise BadScenario(str(path), list(dict.fromkeys(problems))) from None
    return scenario.model_copy(update={"path": path})


def _duration(data: dict[str, Any]) -> float | None:
    """Return the duration before anything is validated, for windows are checked against it."""
    try:
        return parse_quantity(data["duration"], "time")
    except (KeyError, TypeError, BadInput):
        return None


def _board_parts(data: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the board's parts and LEDs, where the board is known: faults and checks name them."""
    from vmote.platforms import load_board  # noqa: PLC0415

    try:
        board = load_board(str(data["device"].get("board", DEFAULT_BOARD)))
    except (KeyError, AttributeError, VmoteError):
        return (), ()
    return tuple(board.parts), tuple(name for name, pin in board.pins.items() if pin.kind == "led")


def _locate(root: tree.Node, detail: ErrorDetails) -> Problem:
    mark, node, said = tree.locate(root, detail["loc"])
    what, hint = _say(detail, node)
    return Problem(mark.line, mark.column, said, what, hint)


def _say(detail: ErrorDetails, node: tree.Node) -> tuple[str, str]:
    """Return what is wrong and the way out, in the words of this project rather than the library's."""
    kind, context = detail["type"], detail.get("ctx", {})
    found = detail.get("input")
    if kind == "vmote":
        return str(context["what"]), str(context["hint"])
    if kind == "extra_forbidden":
        return "this key is not known here", _known_keys(detail)
    if kind == "missing":
        return f"the key {str(detail['loc'][-1])!r} is missing", ""
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return _no_kind(detail)
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return f"{_what(found)} stands where a mapping is expected", ""
    if kind == "list_type":
        return f"{_what(found)} stands where a list is expected", ""
    return f"{_what(found)}: {detail['msg'][0].lower()}{detail['msg'][1:]}", ""


def _what(found: object) -> str:
    if isinstance(found, dict):
        return "a mapping"
    if isinstance(found, list):
        return "a list"
    return "nothing" if found is None else repr(found)[:80]


def _known_keys(detail: ErrorDetails) -> str:
    known = known_keys(detail["loc"][:-1])
    return nearest(str(detail["loc"][-1]), known) if known else ""


def _no_kind(detail: ErrorDetails) -> tuple[str, str]:
    kinds = _kinds_at(detail["loc"])
    found = detail.get("input")
    if not isinstance(found, dict):
        return f"{_what(found)} is not a piece", f"a piece is a mapping with one of: {', '.join(kinds)}"
    present = [kind for kind in kinds if kind in found]
    if len(present) > 1:
        return f"one piece cannot be {' and '.join(present)} at once", "make them two items of a list"
    placing = {"at", "for", "gain", "fade", "filter", "repeat", "truth", "level", "snr", "replace", "crossfade"}
    odd = [str(key) for key in found if key not in placing]
    return "this piece does not say its kind", nearest(odd[0] if odd else "", kinds)


def _kinds_at(loc: tree.Loc) -> list[str]:
    return [str(name)[1:-1] for name in _branch(loc, tags=True)]


def known_keys(loc: tree.Loc) -> list[str]:
    """Return the keys the models know at a place of the file."""
    return [str(name) for name in _branch(loc, tags=False)]


def _branch(loc: tree.Loc, *, tags: bool) -> list[str]:
    """Walk the models along a validation path."""
    from vmote.scenario.reflect import fields_of, tags_of  # noqa: PLC0415

    return tags_of(Scenario, loc) if tags else fields_of(Scenario, loc)
