# SPDX-License-Identifier: Apache-2.0
"""Runs suites: Robot's own files and scenario files, in one process or several."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import threading
import types
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from vmote.errors import BadInput, Missing
from vmote.platforms import project_root
from vmote.robot.mirror import mirror
from vmote.robot.profiles import Profile, read_profile
from vmote.robot.summary import Summary, read_summary

_GRACE_S = 20.0  # how long an interrupted Robot may take to put its logs in order
PARSER = "vmote.robot.scenario_parser.ScenarioParser"
MODIFIER = "vmote.robot.generated.MakeEarly"  # so that tags and names choose among made tests too


@dataclass(frozen=True)
class Suites:
    """What is to be run, and how."""

    paths: tuple[Path, ...] = ()  # none: what robot.toml says
    profile: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    output: Path | None = None
    jobs: int = 1
    options: tuple[str, ...] = ()  # Robot's own, as they are
    console: str = "dotted"  # or verbose, or none


def run_suites(wanted: Suites) -> Summary:
    """Run suites and return what came of them; logs, output.xml and JUnit are in the output folder."""
    profile, base = _profile(wanted.profile)
    paths = [path.resolve() for path in wanted.paths or [base / path for path in profile.paths]]
    for path in paths:
        if not path.exists():
            raise BadInput("there is no such suite, scenario or folder", where=os.path.relpath(path))
    if not paths:
        raise BadInput("nothing to run is named", hint="vmote test scenarios/, or write `paths = [...]` in robot.toml")
    output = (wanted.output or base / profile.output).resolve()
    output.mkdir(parents=True, exist_ok=True)
    for name in ("output.xml", "log.html", "report.html", "junit.xml"):
        (output / name).unlink(missing_ok=True)
    shutil.rmtree(output / "runs", ignore_errors=True)
    arguments = ["--outputdir", str(output), "--xunit", "junit.xml", "--parser", PARSER, "--prerunmodifier", MODIFIER]
    for key, value in (profile.variables | wanted.variables).items():
        arguments += ["--variable", f"{key}:{value}"]
    for tag in wanted.includes or profile.includes:
        arguments += ["--include", tag]
    for tag in wanted.excludes or profile.excludes:
        arguments += ["--exclude", tag]
    for test in wanted.tests:
        arguments += ["--test", test]
    several = wanted.jobs > 1 and not (len(paths) == 1 and paths[0].is_file())
    if several:
        shutil.rmtree(output / "suites", ignore_errors=True)
        paths = mirror(paths, output / "suites")
    # Many small suites: a process for each would do little but start and end.
    chunks = several and all(path.is_relative_to(output / "suites") for path in paths)
    # pabot leaves a file of its own where it stands: let that be the output folder.
    arguments += [*wanted.options, *(str(path) for path in paths)]
    folder = output if several else Path.cwd()
    code = _call(_command(wanted, several, chunks) + arguments, folder, output / "runs", wanted.console == "none")
    return read_summary(output, code)


def usual_output(profile: str | None) -> Path:
    """Return where logs and run folders go when nobody says otherwise."""
    read, base = _profile(profile)
    return (base / read.output).resolve()


def _profile(name: str | None) -> tuple[Profile, Path]:
    """Read the robot.toml of the folder we are in, else the project's, and say what its paths are relative to."""
    file = Path("robot.toml")
    if file.is_file():
        return read_profile(file, name), Path()
    return read_profile(project_root() / "robot.toml", name), project_root()


def _command(wanted: Suites, several: bool, chunks: bool) -> list[str]:
    """Return the program that runs them: Robot itself, or pabot for several processes."""
    robot = [sys.executable, "-m", "vmote.robot.child", "robot"]
    if not several:
        plain = ["--console", "quiet", "--listener", "vmote.robot.progress.Progress"]
        return [*robot, *(plain if wanted.console == "dotted" else ["--console", wanted.console])]
    if importlib.util.find_spec("pabot") is None:
        raise Missing("several processes need pabot", hint="pip install robotframework-pabot, or use --jobs 1")
    return [
        sys.executable, "-m", "vmote.robot.child", "pabot", "--processes", str(wanted.jobs), "--no-pabotlib",
        "--pabotconsole", wanted.console, *(["--chunk"] if chunks else []), "--command", *robot, "--end-command",
    ]  # fmt: skip


def _call(command: list[str], folder: Path, runs: Path, silent: bool) -> int:
    """Run a program; when we are interrupted it is told so, and whatever is left of it in the end is ended."""
    mark = uuid.uuid4().hex
    environment = os.environ | {"VMOTE_RUNS": str(runs), "VMOTE_CWD": str(Path.cwd()), "VMOTE_SUITES": mark}
    out = subprocess.DEVNULL if silent else None
    process = subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True, stdout=out)

    def interrupted(number: int, frame: types.FrameType | None) -> None:
        raise KeyboardInterrupt

    main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, interrupted) if main else None
    try:
        return process.wait()
    except KeyboardInterrupt:
        _tell([process.pid], signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            process.wait(_GRACE_S)
        raise
    finally:
        _tell(_marked(mark), signal.SIGKILL)
        process.wait()
        if main:
            signal.signal(signal.SIGTERM, before)


def _marked(mark: str) -> list[int]:
    """Find what still runs of a run of suites: each of its processes inherited the mark, whatever its session."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (place / "environ").read_bytes():
                found.append(int(place.name))
    return found


def _tell(processes: list[int], number: int) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, number)
