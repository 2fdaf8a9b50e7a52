# SPDX-License-Identifier: Apache-2.0
"""`vmote test`: scenario files and Robot suites, as tests."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from vmote.cli import options
from vmote.cli.terminal import open_console
from vmote.cli.toolchain import in_container
from vmote.errors import BadInput
from vmote.toolchain.command import check_toolchain

if TYPE_CHECKING:
    from vmote.robot.summary import Summary

_STYLES = {"PASS": "bold green", "FAIL": "bold red", "SKIP": "yellow"}


def test(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Scenario files, Robot suites, or folders of them; default: robot.toml's.", show_default=False
        ),
    ] = None,
    profile: Annotated[str | None, typer.Option(help="A profile of robot.toml.", show_default=False)] = None,
    engine: Annotated[
        str | None, typer.Option(help="What executes the image: qemu or renode.", show_default=False)
    ] = None,
    board: options.Board = None,
    port: options.Port = None,
    runtime: options.Runtime = None,
    toolchain: options.Toolchain = "local",
    kernels: options.Kernels = None,
    model: Annotated[
        str | None, typer.Option(help="Put this model into every image that is not given one.", show_default=False)
    ] = None,
    variable: Annotated[
        list[str] | None, typer.Option("--variable", "-v", help="NAME:VALUE for the suites.", show_default=False)
    ] = None,
    include: Annotated[
        list[str] | None, typer.Option("--include", "-i", help="Only this tag.", show_default=False)
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", "-e", help="Not this tag.", show_default=False)
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option("--test", "-t", help="Only tests of this name.", show_default=False)
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="Processes side by side.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Where logs, JUnit and run folders go.", show_default=False)] = None,
    summary: Annotated[
        Path | None,
        typer.Option(help="Append a Markdown table to this file; default: GitHub's job page.", show_default=False),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show each test as it runs, not a dot.")] = False,
    as_json: options.Json = False,
) -> int:
    """Run scenario files and Robot suites as tests.

    A scenario file becomes a test of its title, tags and expectations. log.html, junit.xml and every run's folder go
    into the output folder. Exit code: 0 something passed and nothing failed, 1 a test failed, 2 bad input, 3 something
    missing, or every test was skipped.
    """
    check_toolchain(toolchain)
    if toolchain == "docker":
        return in_container(port, [out or _usual_output(profile), *([summary.parent] if summary else [])])
    from vmote.robot.suites import Suites, run_suites  # noqa: PLC0415  Robot Framework loads only when it is needed

    wanted = Suites(
        paths=tuple(paths or ()), profile=profile, variables=_variables(
            variable or [], ENGINE=engine, BOARD=board, PORT=port, RUNTIME=runtime, KERNELS=kernels, MODEL=model
        ),
        includes=tuple(include or ()), excludes=tuple(exclude or ()), tests=tuple(name or ()), output=out, jobs=jobs,
        console="none" if as_json else "verbose" if verbose else "dotted",
    )  # fmt: skip
    done = run_suites(wanted)
    page = summary or (Path(os.environ["GITHUB_STEP_SUMMARY"]) if os.environ.get("GITHUB_STEP_SUMMARY") else None)
    if page is not None:
        with page.open("a", encoding="utf-8") as stream:
            stream.write(done.markdown() + "\n")
    if as_json:
        document = {"schema": 1, "passed": done.code == 0, "folder": str(done.folder)}
        print(json.dumps(document | {"tests": [asdict(test) for test in done.tests]}, ensure_ascii=False))
    else:
        _print(done, table=jobs > 1 or verbose)
    return done.code


def _usual_output(profile: str | None) -> Path:
    from vmote.robot.suites import usual_output  # noqa: PLC0415

    return usual_output(profile)


def _variables(written: list[str], **chosen: str | None) -> dict[str, str]:
    out = {}
    for text in written:
        key, colon, value = text.partition(":")
        if not colon or not key:
            raise BadInput(f"--variable {text!r} has no value", hint="write NAME:VALUE")
        out[key] = value
    return out | {key: value for key, value in chosen.items() if value is not None}


def _print(done: Summary, *, table: bool) -> None:
    console = open_console()
    if table:
        console.print(_table(done))
    for test in done.tests:
        if test.status == "FAIL":
            console.print()
            console.print(f"[bold red]{escape(test.name)}[/]  [dim]{escape(test.suite)}[/]")
            console.print(escape(test.message), soft_wrap=True)
    style = {"PASSED": "bold green", "SKIPPED": "bold yellow"}.get(done.verdict, "bold red")
    console.print(f"\n[{style}]{done.verdict}[/]  {done.words}")
    console.print(f"[dim]log and JUnit[/] {escape(os.path.relpath(done.folder))}  [dim](log.html, junit.xml, runs/)[/]")


def _table(done: Summary) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("test", overflow="fold")
    table.add_column("outcome")
    table.add_column("seconds", justify="right")
    table.add_column("what happened", overflow="fold")
    for test in done.tests:
        said = test.message.strip().splitlines()[0] if test.message.strip() else ""
        style = _STYLES[test.status]
        table.add_row(
            escape(test.name), f"[{style}]{test.status.lower()}[/]", f"{test.seconds:.1f}", f"[dim]{escape(said)}[/]"
        )
    return table
