# SPDX-License-Identifier: Apache-2.0
"""scenario -> stimulus -> engine -> trace -> verdict."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from vmote import checks, golden
from vmote.engine.base import Counters, End, Pass
from vmote.errors import Missing, Unsupported
from vmote.golden.seen import Sight
from vmote.platforms import Board, load_board
from vmote.run.boots import Boots
from vmote.run.image import Prepared, prepare
from vmote.run.request import Request
from vmote.run.session import Session
from vmote.run.starting import gdb_command, start_of
from vmote.run.watcher import Watcher
from vmote.scenario import load, render
from vmote.scenario.model import Scenario
from vmote.scenario.stimulus import Stimulus
from vmote.scratch import Scratch
from vmote.trace import Identity, Trace
from vmote.units import say_time
from vmote.verdict import Verdict

_SLICES = 200  # how often the watcher hears of virtual time; the slices leave no mark on the trace


@dataclass(frozen=True)
class Run:
    """A run that happened."""

    request: Request
    board: Board
    scenario: Scenario
    stimulus: Stimulus
    trace: Trace
    verdict: Verdict
    wall_s: dict[str, float]  # by stage; never part of the trace
    labels: tuple[str, ...] = ()  # what its model can say; empty where that is not known
    sight: Sight | None = None  # what its model was given
    logs: dict[str, str] = field(default_factory=dict)  # what the emulator itself wrote, by file name
    stacks: dict[str, int] = field(default_factory=dict)  # instructions by call stack, where they were counted
    passes: tuple[Pass, ...] = ()  # through the model, as the engine saw them, where they were counted


def execute(request: Request, watcher: Watcher | None = None, boots: Boots | None = None) -> Run:
    """Do one run; raises BadInput or Missing before anything is started or written.

    With `boots`, a device that booted for an earlier run of the same image is used again.
    """
    watcher = watcher or Watcher()
    clock = Stopwatch()
    scenario = load(request.scenario)
    _check_can_judge(scenario)
    board = load_board(request.board or scenario.device.board)
    watcher.stage("scenario", f"{scenario.title} ({say_time(scenario.duration_ns)} of virtual time)")
    with Scratch("run") as workspace:
        prepared = prepare(request, board, scenario, watcher, workspace.path)
        clock.lap("image")
        stimulus = render(scenario)
        clock.lap("stimulus")
        with Session(start_of(request, board, prepared.path), stimulus, watcher, boots) as session:
            watcher.stage("engine", session.version)
            if request.gdb is not None:
                watcher.stage("debugger", f"waits; type: {gdb_command(prepared.path, request.gdb)}")
            clock.lap("start")
            _run_to_end(session, stimulus.duration_ns, watcher)
            counters = session.counters()
            functions = session.engine.instructions_by_function() if request.functions else {}
            stacks = session.engine.instructions_by_stack() if request.functions else {}
            passes = session.engine.passes() if request.functions else ()
            logs = session.logs()
        clock.lap("emulation")
        trace = trace_of(request, board, scenario, prepared, stimulus, session, counters, functions)
        sight = Sight(trace, stimulus, prepared.card, prepared.model, board.clock_hz)
        verdict = judge(scenario, stimulus, trace, prepared.model, sight)
        clock.lap("checks")
    return Run(
        request, board, scenario, stimulus, trace, verdict, clock.laps, prepared.labels, sight, logs, stacks, passes
    )


def judge(scenario: Scenario, stimulus: Stimulus, trace: Trace, model: Path | None, sight: Sight) -> Verdict:
    """Hold a trace against the scenario, and its outputs against TensorFlow Lite Micro on the host."""
    verdict = checks.judge(scenario, trace, stimulus.truth, stimulus.faults, stimulus, sight.of)
    demanded = scenario.expect.golden
    if model is None and not demanded:
        return verdict
    return Verdict((*verdict.checks, golden.check(trace, model, demanded=demanded)))


def _check_can_judge(scenario: Scenario) -> None:
    """Refuse, before anything is started, what this machine or this version could not judge in the end."""
    if scenario.expect.golden and (reason := golden.missing()):
        raise Missing(
            f"the scenario demands bit-exactness with TensorFlow Lite Micro on the host: {reason}",
            where=f"{scenario.path}: expect.golden",
        )
    budgets = scenario.expect.budgets
    if budgets.energy is not None or (budgets.tflm is not None and budgets.tflm.energy is not None):
        raise Unsupported(
            "runs are not priced in energy yet, so a budget of it could not be judged",
            where=f"{scenario.path}: expect.budgets.energy", hint="leave it out, and set a budget of cycles instead",
        )  # fmt: skip


def _run_to_end(session: Session, duration_ns: int, watcher: Watcher) -> None:
    """Let virtual time pass in slices, so that somebody can look on."""
    watcher.started(duration_ns)
    try:
        for n in range(1, _SLICES + 1):
            stop = session.advance(duration_ns * n // _SLICES)
            watcher.progress(stop.t_ns)
            if stop.end is not End.TIME:
                break
    finally:
        watcher.finished()


def trace_of(
    request: Request, board: Board, scenario: Scenario, prepared: Prepared, stimulus: Stimulus,
    session: Session, counters: Counters, functions: dict[str, int] | None = None,
) -> Trace:  # fmt: skip
    """Gather what was observed so far."""
    identity = Identity(
        board=board.name, app=prepared.app, port=prepared.port, runtime=prepared.runtime, model=prepared.model_name,
        engine=request.engine, engine_version=session.version, scenario=scenario.path.stem,
        image_sha256=prepared.sha256, stimulus_sha256=stimulus.sha256,
    )  # fmt: skip
    recorder = session.recorder
    return Trace(
        identity, session.stop, counters, tuple(recorder.console.lines), tuple(recorder.console.records),
        tuple(recorder.pins), tuple(recorder.warnings), prepared.memory, console=bytes(recorder.console.raw),
        asked=session.asked(),
        functions=functions or {},
    )  # fmt: skip


class Stopwatch:
    """Wall-clock seconds by stage, for benchmarks and the curious."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """End a stage."""
        now = time.perf_counter()
        self.laps[stage] = now - self._last
        self._last = now
