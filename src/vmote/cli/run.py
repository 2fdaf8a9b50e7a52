# SPDX-License-Identifier: Apache-2.0
"""`vmote run`: a scenario meets a device."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from vmote.cli import options
from vmote.cli.terminal import TerminalWatcher, open_console, print_run
from vmote.cli.toolchain import run_in_container
from vmote.engine.base import End, Limits
from vmote.errors import BadInput, VmoteError
from vmote.report.folder import keep_logs, write_folder
from vmote.report.result import result_of
from vmote.run import Request, Run, Watcher, execute
from vmote.units import NS_PER_S, parse_quantity

INTERRUPTED = 130


def run(
    scenario: Annotated[Path, typer.Argument(help="The scenario file.", show_default=False)],
    board: options.Board = None,
    app: options.App = None,
    port: options.Port = None,
    runtime: options.Runtime = None,
    kernels: options.Kernels = None,
    engine: Annotated[str, typer.Option(help="What executes the image: qemu or renode.")] = "qemu",
    toolchain: options.Toolchain = "local",
    model: Annotated[
        str | None,
        typer.Option(
            help="Put this .tflite (or model of models/) into the image, without compiling.", show_default=False
        ),
    ] = None,
    any_model: options.AnyModel = False,
    image: Annotated[
        Path | None, typer.Option(help="Run this ELF as it is, instead of building one.", show_default=False)
    ] = None,
    repeat: Annotated[int, typer.Option(min=1, max=1000, help="Run N times and compare the fingerprints.")] = 1,
    strict: Annotated[bool, typer.Option(help="An access that no model covers ends the run as a failure.")] = False,
    profile: Annotated[bool, typer.Option(help="Have a record for each operator; includes --functions.")] = False,
    trace: Annotated[bool, typer.Option(help="Have the model's input told in full, however long.")] = False,
    functions: Annotated[
        bool,
        typer.Option("--functions", help="Count instructions by function, on renode by call stack too."),
    ] = False,
    gdb: Annotated[
        int | None,
        typer.Option(
            metavar="PORT",
            min=1,
            max=65535,
            show_default=False,
            help="Wait for a debugger at this port of this machine; it says when the device runs.",
        ),
    ] = None,
    wall_limit: Annotated[float, typer.Option(help="Stop after this many seconds on the wall.")] = 300.0,
    silence: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Stop when the console says nothing for so long, such as 3h.", show_default=False
        ),
    ] = None,
    lines: Annotated[
        int, typer.Option(min=1, help="Stop after this many lines of console output, records among them.")
    ] = Limits().lines,
    out: Annotated[Path, typer.Option(help="Where run folders go.")] = Path("runs"),
    as_json: options.Json = False,
) -> int:
    """Run a scenario on a device and judge it.

    Exit code: 0 passed, 1 the verdict failed, 2 bad input, 3 something missing on this machine.
    """
    request = Request(
        scenario, board, app, port, runtime, engine, toolchain, model, any_model, image, strict, profile, trace,
        _limits(wall_limit, silence, lines), functions=functions or profile, gdb=gdb, kernels=kernels,
    )  # fmt: skip
    if gdb is not None and (repeat > 1 or as_json):
        raise BadInput(f"--gdb does not go with {'--repeat' if repeat > 1 else '--json'}", hint="leave one of them out")
    if out.exists() and not out.is_dir():
        raise BadInput("is a file, not a folder for runs", where=str(out), hint="say another one with --out")
    if toolchain == "docker":
        return run_in_container(request, out)
    console = open_console()
    watcher = Watcher() if as_json else TerminalWatcher(console)
    try:
        done = execute(request, watcher)
    except VmoteError as error:
        watcher.finished()
        keep_logs(error, out, scenario.stem)
        raise
    folder = write_folder(done, out)
    prints = [done.trace.fingerprint()]
    for _ in range(repeat - 1):
        prints.append(execute(request).trace.fingerprint())
    same = len(set(prints)) == 1
    if as_json:
        document = result_of(done, folder)
        if repeat > 1:
            document["repeat"] = {"runs": repeat, "identical": same, "fingerprints": prints}
        print(json.dumps(document, ensure_ascii=False))
    else:
        print_run(console, done, folder)
        if repeat > 1:
            _print_repeat(console, prints)
    return _exit_code(done, same)


def _limits(wall_s: float, silence: str | None, lines: int) -> Limits:
    try:
        patience_s = None if silence is None else parse_quantity(silence, "time")
    except BadInput as error:
        raise BadInput(error.what, where="--silence", hint="such as 3h, or 200ms") from error
    if not wall_s > 0 or (patience_s is not None and not patience_s > 0):
        where = "--wall-limit" if not wall_s > 0 else "--silence"
        raise BadInput("must be longer than nothing", where=where)
    return Limits(wall_s=wall_s, silence_ns=None if patience_s is None else round(patience_s * NS_PER_S), lines=lines)


def _print_repeat(console: Console, prints: list[str]) -> None:
    kinds = sorted(set(prints), key=prints.index)
    if len(kinds) == 1:
        console.print(f"[bold green]identical[/]  {len(prints)} runs, one fingerprint {kinds[0][:16]}")
        return
    console.print(f"[bold red]not identical[/]  {len(prints)} runs, {len(kinds)} fingerprints:")
    for kind in kinds:
        runs = ", ".join(str(n + 1) for n, found in enumerate(prints) if found == kind)
        console.print(f"  {kind[:16]}  run {escape(runs)}")


def _exit_code(done: Run, same: bool) -> int:
    if done.trace.stop.end is End.INTERRUPTED:
        return INTERRUPTED
    return 0 if done.verdict.passed and same else 1
