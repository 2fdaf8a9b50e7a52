# SPDX-License-Identifier: Apache-2.0
"""Scenario files are tests: their titles, tags and expectations, and what becomes of a file that cannot be read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from robot import api
from vmote.errors import BadInput
from vmote.robot.generated import MakeEarly
from vmote.robot.profiles import read_profile

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a lecturer might have it: a good scenario, one the device fails, one nobody can read."""
    place = tmp_path_factory.mktemp("lecture") / "week-1"
    place.mkdir()
    good = (ROOT / "scenarios" / "weather" / "snow-front.yaml").read_text(encoding="utf-8")
    good = good.replace("device:\n", "tags: [winter, easy]\ndevice:\n", 1)
    (place / "good.yaml").write_text(good, encoding="utf-8")
    wrong = good.replace("title: A cold front brings snow", "title: Snow ${in} summer")
    wrong = re.sub(r"never:.*?\n.*?\n", "never:\n    - {label: snow, from: 06:00, to: 12:00}\n", wrong, count=1)
    (place / "wrong.yaml").write_text(wrong, encoding="utf-8")
    (place / "unreadable.yaml").write_text("schema: 1\ntitle: [\n", encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def ran(play: Callable[..., Any], folder: Path) -> Any:
    return play(folder)


def test_each_file_is_a_test_of_its_title_and_tags(ran: Any) -> None:
    good = ran["A cold front brings snow"]
    assert good.status == "PASS"
    assert set(good.tags) >= {"winter", "easy", "weather"}
    assert good.suite == "Week-1.Good"


def test_a_scenario_the_device_fails_says_what_failed(ran: Any) -> None:
    wrong = ran["Snow ${in} summer"]
    assert wrong.status == "FAIL"
    assert "the scenario's own expectations failed" in wrong.message
    assert "no snow 6h 00min - 12h 00min: 5 of 6 inferences" in wrong.message
    assert "vmote run" in wrong.message


def test_a_file_that_cannot_be_read_fails_in_its_own_words(ran: Any) -> None:
    unreadable = ran["unreadable"]
    assert unreadable.status == "FAIL"
    assert re.search(r"unreadable\.yaml:\d+:\d+", unreadable.message)
    assert "Traceback" not in unreadable.message


def test_junit_holds_the_same(ran: Any) -> None:
    root = ET.parse(ran.summary.folder / "junit.xml").getroot()
    assert {case.get("name") for case in root.iter("testcase")} == {test.name for test in ran.summary.tests}
    assert len(list(root.iter("failure"))) == 2


def test_a_suite_makes_its_own_tests_of_a_folder(play: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    suite = tmp_path / "all.robot"
    suite.write_text(
        "*** Settings ***\nLibrary    vmote.robot\nLibrary    vmote.robot.Scenarios    "
        f"{folder}\n\n*** Test Cases ***\nEach\n    [Tags]    lecture\n    Scenarios Should Be There\n",
        encoding="utf-8",
    )
    made = play(suite)
    assert {test.name for test in made.summary.tests} == {
        "A cold front brings snow", "Snow ${in} summer", "unreadable",
    }  # fmt: skip
    assert "lecture" in made["A cold front brings snow"].tags


def test_side_by_side_nothing_collides(play: Callable[..., Any], folder: Path) -> None:
    both = play(folder, jobs=2)
    assert [test.status for test in sorted(both.summary.tests, key=lambda t: t.name)] == ["PASS", "FAIL", "FAIL"]
    assert len(list((both.summary.folder / "runs").glob("*/result.json"))) == 3, "two runs, and the link to the latest"


def test_the_command_as_a_ci_job_calls_it(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    command = [sys.executable, "-m", "vmote.cli", "test", str(folder / "good.yaml"), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=120,
        env=os.environ | {"GITHUB_STEP_SUMMARY": str(page)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASSED  1 of 1 tests passed" in done.stdout
    assert "| ✅ | A cold front brings snow |" in page.read_text(encoding="utf-8")
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"log.html", "junit.xml", "output.xml", "runs"}
    assert not [path.name for path in tmp_path.iterdir() if path.name not in ("out", "page.md")], "no litter"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "there is no such suite, scenario or folder"),
        (["--profile", "quik"], "did you mean 'quick'?"),
        (["robot", "--variable", "ENGINE"], "has no value"),
    ],
)
def test_what_is_wrong_on_the_command_line_is_said(words: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vmote.cli", "test", *words], capture_output=True, text=True, check=False, cwd=ROOT,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_profiles(tmp_path: Path) -> None:
    file = tmp_path / "robot.toml"
    file.write_text(
        'paths = ["a"]\ndefault-profiles = ["one"]\n[profiles.one]\nvariables = { X = "1" }\n'
        '[profiles.two]\ninherits = "one"\nincludes = ["quick"]\n[profiles.odd]\nincldues = []\n'
        '[profiles.snake]\ninherits = "snake"\n',
        encoding="utf-8",
    )
    assert read_profile(file, None).variables == {"X": "1"}
    two = read_profile(file, "two")
    assert (two.paths, two.variables, two.includes) == (["a"], {"X": "1"}, ["quick"])
    with pytest.raises(BadInput, match="did you mean 'includes'"):
        read_profile(file, "odd")
    with pytest.raises(BadInput, match="inherits from itself"):
        read_profile(file, "snake")
    file.write_text("paths = [", encoding="utf-8")
    with pytest.raises(BadInput, match="not a TOML file"):
        read_profile(file, None)


def test_the_projects_own_profiles_are_sound() -> None:
    for name in ("qemu", "renode", "quick"):
        assert read_profile(ROOT / "robot.toml", name).variables["ENGINE"] == ("renode" if name == "renode" else "qemu")


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        ({"included_tags": ["silence"]}, {"Dry", "Both"}),
        ({"excluded_tags": ["silence"]}, {"Wet"}),
        ({"included_tests": ["We*"]}, {"Wet"}),
        ({"included_tags": ["of-the-suite"]}, {"Dry", "Wet", "Both"}),
    ],
)
def test_tags_and_names_choose_among_made_tests(tmp_path: Path, choice: dict[str, Any], wanted: set[str]) -> None:
    for title, tags in (("Dry", "[silence]"), ("Wet", "[hard]"), ("Both", "[hard, silence]")):
        (tmp_path / f"{title}.yaml").write_text(
            f"schema: 1\ntitle: {title}\ntags: {tags}\ndevice: {{app: weather}}\nduration: 4h\n"
            "world: {temperature: 1 degC, humidity: 50 %RH}\n"
        )
    (tmp_path / "all.robot").write_text(
        "*** Settings ***\nLibrary    vmote.robot\nLibrary    vmote.robot.Scenarios    ${CURDIR}\n"
        "Test Tags    of-the-suite\n*** Test Cases ***\nEach\n    Scenarios Should Be There\n"
    )
    suite = api.TestSuite.from_file_system(tmp_path / "all.robot")
    suite.visit(MakeEarly())
    suite.filter(**choice)
    assert {test.name for test in suite.all_tests} == wanted
