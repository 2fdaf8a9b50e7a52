# SPDX-License-Identifier: Apache-2.0
"""Sentences about a run that the terminal and the page share."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from vmote.engine.base import End, FaultReport
from vmote.run import Run
from vmote.units import say_time
from vmote.verdict import Outcome

_SWITCHES = ("any-model", "strict", "profile", "trace", "functions")  # of `vmote run`, told where they were on
_ENDS = {
    End.TIME: "ran to the end of the scenario",
    End.FAULT: "the firmware faulted",
    End.LOCKUP: "the core locked up: a fault inside the fault handler",
    End.RESET_LOOP: "the device kept resetting itself",
    End.WALL: "stopped at the wall-clock limit",
    End.RECORDS: "stopped at the limit of console output",
    End.SILENCE: "stopped because the device had gone silent",
    End.OFF: "the device switched itself off for good",
    End.INTERRUPTED: "interrupted",
}


def say_end(run: Run) -> str:
    """Say why the run ended, and when."""
    stop = run.trace.stop
    text = f"{_ENDS[stop.end]} at {say_time(stop.t_ns)}"
    return f"{text}: {stop.detail}" if stop.detail and stop.end is not End.TIME else text


def say_summary(run: Run) -> str:
    """Say in one line how the verdict came about."""
    counts = {outcome: sum(c.outcome is outcome for c in run.verdict.checks) for outcome in Outcome}
    parts = [f"{counts[Outcome.PASS]} of {len(run.verdict.checks)} expectations met"]
    if counts[Outcome.FAIL]:
        parts.append(f"{counts[Outcome.FAIL]} failed")
    if counts[Outcome.SKIPPED]:
        parts.append(f"{counts[Outcome.SKIPPED]} not judged")
    return f"{', '.join(parts)}; {say_end(run)}"


def shares(functions: dict[str, int]) -> list[tuple[str, int, float]]:
    """Return each function with its instructions and its share of all."""
    total = sum(functions.values()) or 1
    return [(name, count, count / total) for name, count in functions.items()]


def say_fault(fault: FaultReport) -> str:
    """Write a fault for a person: cause, place, registers."""
    lines = [fault.exception + (f" in {fault.place}" if fault.place else "")]
    lines += [f"  {cause}" for cause in fault.causes]
    registers = [f"{name}={value:#010x}" for name, value in fault.registers.items()]
    lines += ["  " + "  ".join(registers[n : n + 6]) for n in range(0, len(registers), 6)]
    return "\n".join(lines)


def say_command(run: Run) -> str:
    """Write the command that does this run again."""
    request = run.request
    words = ["vmote", "run", _shown(request.scenario)]
    words += ["--board", run.board.name] if request.board else []
    words += ["--app", request.app] if request.app else []
    words += ["--port", request.port] if request.port else []
    words += ["--runtime", request.runtime] if request.runtime else []
    words += ["--engine", request.engine] if request.engine != "qemu" else []
    words += ["--model", request.model] if request.model else []
    words += ["--image", _shown(request.image)] if request.image else []
    words += [f"--{name}" for name in _SWITCHES if getattr(request, name.replace("-", "_"))]
    return shlex.join(words)


def _shown(path: Path) -> str:
    """Write a path as a person here would type it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
