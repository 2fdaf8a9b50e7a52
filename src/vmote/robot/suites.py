# SPDX-License-Identifier: Apache-2.0
"""Runs suites: Robot's own files and scenario files, one process or several. `make test-robot` calls this module."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import types
from dataclasses import dataclass, field
from pathlib import Path

from vmote.errors import BadInput, Missing
from vmote.platforms import project_root
from vmote.robot.generated import scenario_files
from vmote.robot.profiles import read_profile
from vmote.robot.summary import Summary, read_summary

_GRACE_S = 20.0  # how long an interrupted Robot may take to put its logs in order
PARSER = "vmote.robot.scenario_parser.ScenarioParser"


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
    quiet: bool = False


def run_suites(wanted: Suites) -> Summary:
    """Run suites and return what came of them; logs, output.xml and JUnit are in the output folder."""
    file = Path("robot.toml")
    profile = read_profile(file if file.is_file() else project_root() / "robot.toml", wanted.profile)
    base = Path() if file.is_file() else project_root()
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
    arguments = ["--outputdir", str(output), "--xunit", "junit.xml", "--parser", PARSER]
    for key, value in (profile.variables | wanted.variables).items():
        arguments += ["--variable", f"{key}:{value}"]
    for tag in wanted.includes or profile.includes:
        arguments += ["--include", tag]
    for tag in wanted.excludes or profile.excludes:
        arguments += ["--exclude", tag]
    for test in wanted.tests:
        arguments += ["--test", test]
    arguments += [*wanted.options, *(str(path) for path in paths)]
    code = _call(_command(wanted, paths) + arguments, output, wanted.quiet)
    return read_summary(output, code)


def _command(wanted: Suites, paths: list[Path]) -> list[str]:
    """Return the program that runs them: Robot itself, or pabot for several processes."""
    if wanted.jobs <= 1 or (len(paths) == 1 and paths[0].is_file()):
        return [sys.executable, "-m", "robot", *(["--console", "dotted"] if wanted.quiet else [])]
    if importlib.util.find_spec("pabot") is None:
        raise Missing("several processes need pabot", hint="pip install robotframework-pabot, or use --jobs 1")
    return [
        sys.executable, "-m", "pabot.pabot", "--processes", str(wanted.jobs), "--no-pabotlib",
        "--command", sys.executable, "-m", "robot", "--end-command",
        *(["--pabotconsole", "dotted"] if wanted.quiet else []),
    ]  # fmt: skip


def _call(command: list[str], output: Path, quiet: bool) -> int:
    """Run a program in its own session; when we are interrupted it is told so, and all that is left of it is ended."""
    environment = os.environ | {"VMOTE_RUNS": str(output / "runs"), "PYTHONUNBUFFERED": "1"}
    out = subprocess.DEVNULL if quiet else None
    process = subprocess.Popen(command, cwd=output, env=environment, start_new_session=True, stdout=out)

    def interrupted(number: int, frame: types.FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupted)
    try:
        return process.wait()
    except KeyboardInterrupt:
        _tell(process, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            process.wait(_GRACE_S)
        raise
    finally:
        _tell(process, signal.SIGKILL)  # what is left of its session
        process.wait()
        signal.signal(signal.SIGTERM, before)


def _tell(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def holds_scenarios(path: Path) -> bool:
    """Tell whether a path stands for scenario files, not for Robot's."""
    if path.is_file():
        return path.suffix in (".yaml", ".yml")
    return bool(scenario_files(path)) and not any(path.rglob("*.robot"))


def main(arguments: list[str]) -> int:
    """Run robot/ two processes at a time, for `make test-robot`; further words are Robot's own options."""
    from vmote.robot.prepare import build_all  # noqa: PLC0415

    build_all()
    return run_suites(Suites(jobs=2, profile=os.environ.get("PROFILE") or None, options=tuple(arguments))).code


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
