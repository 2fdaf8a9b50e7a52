# SPDX-License-Identifier: Apache-2.0
"""The scenarios and the schema that are published are right, and enough."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from vmote.errors import BadInput
from vmote.platforms import board_names, load_board
from vmote.run import Request, execute
from vmote.scenario import schema, tree
from vmote.scenario.checking import check
from vmote.scenario.expect import Budgets, Expect, Rates
from vmote.scenario.faults import FAULTS
from vmote.scenario.imperfections import Imperfection
from vmote.scenario.loading import load
from vmote.scenario.pieces import SCALAR_KINDS
from vmote.scenario.pieces_motion import MOTION_KINDS
from vmote.scenario.pieces_sound import SOUND_KINDS
from vmote.scenario.starting import TEMPLATES, starting_text

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "scenarios").rglob("*.yaml"))
PUBLISHED = ROOT / "docs/scenario.schema.json"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    return jsonschema.Draft202012Validator(published)


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.stem}" for path in FILES])
def test_it_is_right(path: Path, validator: jsonschema.Draft202012Validator) -> None:
    if path.stem == "ten-minute-watch":
        load(path)  # rendering ten minutes is for the benchmark
    else:
        checked = check(path)
        assert checked.right and not checked.missing, checked
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# SPDX-License-Identifier: Apache-2.0")
    errors = [error.message for error in validator.iter_errors(tree.parse(text, str(path)).value)]
    assert not errors


def test_titles_say_what_each_is_for() -> None:
    titles = [load(path).title for path in FILES]
    assert len(set(titles)) == len(titles)
    assert all(len(title) > 12 and load(path).about for title, path in zip(titles, FILES, strict=True))


@pytest.mark.parametrize("kind", ["weather", "audio", "motion"])
def test_there_are_enough_of_a_kind(kind: str) -> None:
    mine = [load(path) for path in FILES if path.parent.name == kind]
    assert len(mine) >= 6
    tags = {tag for scenario in mine for tag in scenario.tags}
    assert {"silence", "hard", "fault", "long"} <= tags


def _keys(value: object) -> set[str]:
    """Return every key and every word that a document holds."""
    if isinstance(value, dict):
        return {str(key) for key in value} | {key for inner in value.values() for key in _keys(inner)}
    if isinstance(value, list):
        return {key for inner in value for key in _keys(inner)}
    return {value} if isinstance(value, str) else set()


PARTS_OF_THE_LANGUAGE = {
    "pieces": {*SCALAR_KINDS, *SOUND_KINDS, *MOTION_KINDS, "climate"},
    "placing": {"at", "for", "gain", "fade", "replace", "crossfade", "filter", "repeat", "snr", "level", "room"},
    "faults": {*FAULTS, "probability"},
    "imperfections": {info.alias or name for name, info in Imperfection.model_fields.items()},
    "expectations": {info.alias or name for name, info in Expect.model_fields.items()},
    "rates": {info.alias or name for name, info in Rates.model_fields.items()},
    "budgets": {info.alias or name for name, info in Budgets.model_fields.items()}
    - {"energy"},  # refused, until priced
    "others": {"timescale", "truth", "within", "score", "consecutive", "throughout", "margin", "times", "each"},
}


@pytest.mark.parametrize("part", PARTS_OF_THE_LANGUAGE)
def test_every_word_of_the_language_is_shown_by_a_scenario(part: str) -> None:
    used: set[str] = set()
    for path in FILES:
        used |= _keys(tree.parse(path.read_text(encoding="utf-8"), str(path)).value)
    assert not PARTS_OF_THE_LANGUAGE[part] - used


def test_what_no_board_runs_yet_is_refused_with_a_sentence() -> None:
    """The vibration scenarios are worlds, not runs: nobody may take them for passed."""
    runs = {app for board in board_names() for app in load_board(board).apps}
    without = {load(path).device.app for path in FILES} - runs
    assert without <= {"vibration"}
    for path in (path for path in FILES if load(path).device.app in without):
        with pytest.raises(BadInput, match="vibration"):
            execute(Request(path))


def test_the_published_schema_is_the_models() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema.text(), (
        "run: python -m vmote.scenario.schema docs/scenario.schema.json"
    )


@pytest.mark.parametrize(
    "bad",
    [
        {"wrld": {}},
        {"device": {"app": "weathr"}},
        {"world": {"temperature": [{"constnt": "3 degC"}]}},
        {"world": {"sound": [{"noise": "pinkish"}]}},
        {"expect": {"budgets": {"aren": "3 KB"}}},
        {"faults": [{"fault": "nap"}]},
    ],
)
def test_the_schema_refuses_what_is_wrong(bad: dict[str, object], validator: jsonschema.Draft202012Validator) -> None:
    good = {
        "schema": 1,
        "title": "x",
        "device": {"app": "weather"},
        "duration": "1h",
        "world": {"temperature": "1 degC"},
    }
    assert validator.is_valid(good)
    assert not validator.is_valid(good | bad)


@pytest.mark.parametrize("kind", sorted(TEMPLATES))
def test_a_new_scenario_is_right(kind: str, tmp_path: Path, validator: jsonschema.Draft202012Validator) -> None:
    path = tmp_path / f"{kind}.yaml"
    path.write_text(starting_text(kind), encoding="utf-8")
    checked = check(path)
    assert checked.right and not checked.missing, checked
    assert validator.is_valid(tree.parse(starting_text(kind), "x").value)


def test_every_example_in_the_guides_is_right(tmp_path: Path, validator: jsonschema.Draft202012Validator) -> None:
    """A whole scenario in a guide (one that starts with `schema:`) must check."""
    found = 0
    for guide in (ROOT / "docs/scenarios.md", ROOT / "scenarios/README.md"):
        for block in re.findall(r"```yaml\n(.*?)```", guide.read_text(encoding="utf-8"), re.S):
            if block.startswith("schema:"):
                found += 1
                path = tmp_path / f"{found}.yaml"
                path.write_text(block, encoding="utf-8")
                checked = check(path)
                assert checked.right, (guide.name, checked)
                assert validator.is_valid(tree.parse(block, "x").value)
    assert found >= 2
