# SPDX-License-Identifier: Apache-2.0
"""What lies on the bench: the device of a test, or the one its suite put there for all its tests."""

from __future__ import annotations

import atexit
import os
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from vmote.errors import BadInput, VmoteError
from vmote.platforms import project_root
from vmote.report.folder import keep_logs, write_folder
from vmote.robot.progress import BuildTeller
from vmote.robot.scene import Played, Running, Scene
from vmote.robot.suite import output_folder
from vmote.run import Boots, Request, execute
from vmote.run.live import Live
from vmote.scenario.model import Scenario


class Bench:
    """Holds a scene for the suite and one for the test in it."""

    def __init__(self) -> None:
        self._scenes: dict[bool, Scene] = {}  # by whether it is the test's own
        self._in_test = False

    # --- whose scene it is ---

    def begin_test(self) -> None:
        """A test begins: what it puts on the bench is its own."""
        self._in_test = True

    def end_test(self) -> None:
        """The test is over, and its device with it."""
        self.clear()
        self._in_test = False

    def clear(self) -> None:
        """Take what this test, or this suite, put here off the bench."""
        scene = self._scenes.pop(self._in_test, None)
        if scene is not None and scene.live is not None:
            scene.live.close()

    @property
    def scene(self) -> Scene:
        """The scene of this test, or of its suite, or a sentence that there is none."""
        found = self._scenes.get(self._in_test) or self._scenes.get(False)
        if found is None:
            raise BadInput(
                "there is no device in this test yet", hint="begin with: Play Scenario    <file>, or: Start Device"
            )
        return found

    @property
    def played(self) -> Played:
        """The run of this test, or a sentence that there is none."""
        scene = self.scene
        if not isinstance(scene, Played):
            raise BadInput(
                "this keyword judges a whole scenario, and a device is running by hand",
                hint="use Play Scenario    <file> in place of Start Device",
            )
        return scene

    @property
    def running(self) -> Running:
        """The device that runs, or a sentence that there is none."""
        scene = self.scene
        if not isinstance(scene, Running):
            raise BadInput(
                "the scenario was played to its end, nothing can happen in it any more",
                hint="use Start Device    scenario=<file> in place of Play Scenario, and let time pass step by step",
            )
        return scene

    # --- putting something on it ---

    def play(self, request: Request, *, boot: bool = False) -> Played:
        """Do a run and keep it; with `boot`, on a device that boots for it, whatever has booted before."""
        self._must_be_free()
        try:
            run = execute(request, BuildTeller(), None if boot else boots())
        except VmoteError as error:
            keep_logs(error, runs_folder(), Path(request.scenario).stem)
            raise
        played = Played(run, write_folder(run, runs_folder()))
        self._scenes[self._in_test] = played
        return played

    def start(self, request: Request, scenario: Scenario | None, moment: str) -> Running:
        """Start a device and keep it; at a moment that an earlier one kept, if there was one."""
        self._must_be_free()
        running = Running(Live(request, scenario, BuildTeller(), boots=boots(), moment=moment))
        self._scenes[self._in_test] = running
        return running

    def _must_be_free(self) -> None:
        scene = self._scenes.get(self._in_test)
        if scene is not None and scene.live is not None:
            raise BadInput(
                f"a device is running in this test already: {scene.board.name}",
                hint="one test has one device: end the first with Stop Device, or write a test of its own",
            )


@cache
def boots() -> Boots | None:
    """Return the booted devices that all suites of this process share; VMOTE_BOOT_EACH has every run boot anew."""
    if os.environ.get("VMOTE_BOOT_EACH"):
        return None
    kept = Boots()
    atexit.register(kept.close)
    return kept


def runs_folder() -> Path:
    """Where the suites' run folders go: below Robot's own output folder."""
    return Path(os.environ.get("VMOTE_RUNS") or output_folder() / "runs")


def scenario_file(name: str) -> Path:
    """Find a scenario by its path, or by its place in scenarios/ without the ending."""
    given = Path(name)
    folder = project_root() / "scenarios"
    for place in (given, folder / given, folder / f"{name}.yaml"):
        if place.is_file():
            return place
    known = sorted(str(path.relative_to(folder).with_suffix("")) for path in folder.glob("*/*.yaml"))
    close = get_close_matches(name, known, n=4, cutoff=0.4)
    few = f"did you mean {', '.join(close)}?" if close else f"known: {', '.join(known)}"
    raise BadInput(f"there is no scenario {name!r}", hint=few)
