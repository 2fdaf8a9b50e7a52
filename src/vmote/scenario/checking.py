# SPDX-License-Identifier: Apache-2.0
"""`vmote scenario check`: is a scenario right, and if not, everything that is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from vmote.errors import BadInput, Missing, VmoteError
from vmote.scenario.loading import BadScenario, Problem, load
from vmote.scenario.rendering import render
from vmote.units import say_time


@dataclass(frozen=True)
class Checked:
    """What was found in one file; right where there is no problem."""

    path: Path
    problems: tuple[Problem, ...] = ()
    title: str = ""
    summary: str = ""
    missing: str = ""  # what this machine lacks to render it, where the file itself is right

    @property
    def right(self) -> bool:
        """Tell whether the file can be used."""
        return not self.problems


def check(path: Path, *, allow_outside: bool = False) -> Checked:
    """Read, validate and render a scenario."""
    try:
        scenario = load(path, allow_outside=allow_outside)
        stimulus = render(scenario)
    except BadScenario as error:
        return Checked(path, error.problems)
    except Missing as error:
        return Checked(path, title=scenario.title, missing=str(error))
    except BadInput as error:
        return Checked(path, (_problem(path, error),))
    quantities = dict.fromkeys(re.sub("-[xyz]$", "", name) for name in stimulus.channels)
    parts = [say_time(stimulus.duration_ns), ", ".join(quantities)]
    counts = ((len(stimulus.truth), "true window"), (len(stimulus.faults), "fault"))
    parts += [f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count]
    return Checked(path, (), scenario.title, "; ".join(parts))


def check_all(paths: list[Path], *, allow_outside: bool = False) -> list[Checked]:
    """Check files, and every scenario in the folders among them."""
    files: list[Path] = []
    for path in paths:
        inside = sorted([*path.rglob("*.yaml"), *path.rglob("*.yml")]) if path.is_dir() else [path]
        if not inside:
            raise BadInput("this folder holds no scenario", where=str(path), hint="scenarios end in .yaml")
        files += inside
    return [check(file, allow_outside=allow_outside) for file in files]


def _problem(path: Path, error: VmoteError) -> Problem:
    """Take an error of reading or rendering for a problem of the file, with the place where it has one."""
    line = column = 1
    rest = error.where.removeprefix(f"{path}:")
    numbers = rest.split(":")
    if rest != error.where and all(part.isdigit() for part in numbers[:2]):
        line, column = int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 1
        where = ""
    else:
        where = "" if error.where == str(path) else error.where
    return Problem(line, column, where, error.what, error.hint)
