# SPDX-License-Identifier: Apache-2.0
"""What lies on the bench during a test: one run, and what it said."""

from __future__ import annotations

import os
from pathlib import Path

from vmote.console import Record
from vmote.errors import BadInput
from vmote.platforms import project_root
from vmote.report.folder import write_folder
from vmote.report.words import say_command
from vmote.run import Request, Run, execute


class Bench:
    """Holds the run that a test's keywords speak of."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self.folder: Path | None = None

    def play(self, request: Request) -> Run:
        """Do a run and keep it."""
        self._run = execute(request)
        self.folder = write_folder(self._run, runs_folder())
        return self._run

    @property
    def run(self) -> Run:
        """The run of this test, or a sentence that there is none yet."""
        if self._run is None:
            raise BadInput("no scenario was played in this test", hint="begin the test with: Play Scenario    <file>")
        return self._run

    def inferences(self, start_ns: int = 0, end_ns: int | None = None) -> list[Record]:
        """Return the inferences between two instants."""
        end = self.run.stimulus.duration_ns if end_ns is None else end_ns
        return [record for record in self.run.trace.of("infer") if start_ns <= record.device_t_ns <= end]

    def again(self) -> str:
        """Say how to do this run again outside Robot."""
        return f"again: {say_command(self.run)}\nreport: {self.folder}/report.html"


def runs_folder() -> Path:
    """Where the suites' run folders go: below Robot's own output folder when there is one."""
    return Path(os.environ.get("VMOTE_RUNS", "runs"))


def scenario_file(name: str) -> Path:
    """Find a scenario by its path, or by its place in scenarios/ without the ending."""
    given = Path(name)
    folder = project_root() / "scenarios"
    for place in (given, folder / given, folder / f"{name}.yaml"):
        if place.is_file():
            return place
    known = sorted(str(path.relative_to(folder).with_suffix("")) for path in folder.glob("*/*.yaml"))
    raise BadInput(f"there is no scenario {name!r}", hint=f"known: {', '.join(known)}")
