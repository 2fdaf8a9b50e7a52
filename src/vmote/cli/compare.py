# SPDX-License-Identifier: Apache-2.0
"""`vmote compare`: two engines, ports, boards or images, each other's judge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vmote.cli import options
from vmote.cli.terminal import open_console
from vmote.compare.agreement import Agreement, Aspect
from vmote.compare.comparing import Compared, Ran, compare_sides
from vmote.compare.document import document_of
from vmote.compare.sides import Side, sides_of
from vmote.engine.base import Limits
from vmote.errors import BadInput, Unsupported, VmoteError
from vmote.report.folder import keep_logs, write_folder
from vmote.run import Request
from vmote.scenario.files import scenario_files
from vmote.units import parse_quantity, say_time, to_ns


def compare(
    scenarios: Annotated[list[Path], typer.Argument(help="Scenario files, or folders of them.", show_default=False)],
    engines: Annotated[
        str | None, typer.Option(help="Engines, with a comma between; default: qemu,renode.", show_default=False)
    ] = None,
    ports: Annotated[str | None, typer.Option(help="Ports: baremetal,zephyr.", show_default=False)] = None,
    boards: Annotated[
        str | None, typer.Option(help="Boards, such as nano33ble-sense,portenta-h7.", show_default=False)
    ] = None,
    runtimes: Annotated[str | None, typer.Option(help="Runtimes: native,tflm.", show_default=False)] = None,
    image: Annotated[
        list[Path] | None, typer.Option(help="ELFs to run as they are; give two to compare them.", show_default=False)
    ] = None,
    model: Annotated[str | None, typer.Option(help="Put this model into every image.", show_default=False)] = None,
    trace: Annotated[bool, typer.Option(help="Have the model's input told in full, however long.")] = False,
    within: Annotated[
        str | None,
        typer.Option(
            help="How far apart the same record may come; default: 0.25 ms of the same image, else 100 ms.",
            show_default=False,
        ),
    ] = None,
    wall_limit: Annotated[float, typer.Option(help="Stop a run after this many seconds on the wall.")] = 300.0,
    out: Annotated[Path, typer.Option(help="Where the folders of runs that differ go.")] = Path("runs"),
    as_json: options.Json = False,
) -> int:
    """Run scenarios on two engines (ports, boards, runtimes, images) and find the first place at which they part.

    Of the same image everything must be equal: console bytes, records, outputs, instructions, and times within a bound.
    Of two images, what they concluded, outputs of the same inputs, and times.
    Exit code: 0 alike, 1 a difference, 2 bad input or a scenario that a side cannot play, 3 something missing.
    """
    bound = None if within is None else to_ns(_within(within))
    files = [file for place in dict.fromkeys(scenarios) for file in scenario_files(place)]
    console, documents, codes = open_console(), [], [0]
    for file in files:
        request = Request(file, model=model, trace=trace, limits=Limits(wall_s=wall_limit))
        sides = sides_of(request, engines=engines, ports=ports, boards=boards, runtimes=runtimes, images=image or [])
        try:
            compared = compare_sides(sides, bound)
        except Unsupported as error:
            if len(files) == 1:
                raise
            codes.append(error.exit_code)
            documents.append({"scenario": str(file), "passed": False, "not_compared": error.what, "hint": error.hint})
            if not as_json:
                _print_unsupported(console, file, error)
            continue
        except VmoteError as error:
            keep_logs(error, out, file.stem)
            raise
        folders = [] if compared.passed else [write_folder(ran.run, out) for ran in compared.ran]
        documents.append(document_of(compared) | {"folders": [str(folder) for folder in folders]})
        codes.append(0 if compared.passed else 1)
        if not as_json:
            _print(console, file, compared, folders)
    if as_json:
        passed = not any(codes)
        print(json.dumps({"schema": 1, "passed": passed, "scenarios": documents}, ensure_ascii=False))
    elif len(files) > 1:
        _print_sum(console, documents, sides)
    return 1 if 1 in codes else max(codes)


def _within(text: str) -> float:
    try:
        seconds = parse_quantity(text, "time")
    except BadInput as error:
        raise BadInput(error.what, where="--within", hint="such as --within '0.5 ms'") from error
    if seconds < 0:
        raise BadInput(f"{text!r} is before now", where="--within", hint="such as --within '0.5 ms'")
    return seconds


def _print(console: Console, file: Path, compared: Compared, folders: list[Path]) -> None:
    names = [ran.side.name for ran in compared.ran]
    console.print(f"\n[bold]{escape(str(file))}[/]")
    for ran in compared.ran:
        console.print(f"[dim]{escape(_speed(ran))}[/]")
    for name, agreement in zip(names[1:], compared.agreements, strict=True):
        console.print(_table(agreement, f"{names[0]} and {name}"))
        _print_first(console, agreement, names[0], name)
    for name, folder in zip(names, folders, strict=False):
        console.print(f"[dim]run folder of {escape(name)}[/] {escape(str(folder))}")


def _speed(ran: Ran) -> str:
    run, wall = ran.run, ran.run.wall_s
    start, emulation = wall.get("start", 0.0), wall.get("emulation", 0.0)
    return (
        f"{ran.side.name:>9}  {run.trace.identity.engine_version}: {say_time(run.trace.stop.t_ns)} of virtual time, "
        f"{run.trace.counters.instructions:,} instructions; {start:.2f} s to start, {emulation:.2f} s to run"
    )


def _table(agreement: Agreement, title: str) -> Table:
    table = Table(title=escape(title), box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for name in ("what", "alike", "compared", "what was seen"):
        table.add_column(name, overflow="fold")
    for aspect in agreement.aspects:
        table.add_row(aspect.name, _outcome(aspect), f"{aspect.compared:,}", escape(aspect.said))
    return table


def _outcome(aspect: Aspect) -> str:
    if aspect.agrees:
        return "[green]equal[/]" if aspect.judged else "[dim]equal[/]"
    return f"[bold red]{aspect.differing:,} differ[/]" if aspect.judged else "[yellow]not judged[/]"


def _print_first(console: Console, agreement: Agreement, one: str, other: str) -> None:
    first = agreement.first
    if first is None:
        why = "" if agreement.same_image else " (two images: what they concluded is judged)"
        console.print(f"[bold green]ALIKE[/]{why}")
        return
    aspect, difference = first
    width = max(len(one), len(other))
    console.print(
        f"[bold red]DIFFERENT[/]  first in {aspect.name}, at {say_time(difference.t_ns)}: {escape(difference.where)}"
    )
    console.print(f"  {escape(one):>{width}}  [red]{escape(difference.one)}[/]", soft_wrap=True)
    console.print(f"  {escape(other):>{width}}  [yellow]{escape(difference.other)}[/]", soft_wrap=True)
    for row in difference.context:
        if row.same:
            console.print(f"  [dim]{'':>{width}} {row.line:>5}  {escape(row.one or '')}[/]", soft_wrap=True)
            continue
        for name, text, colour in ((one, row.one, "red"), (other, row.other, "yellow")):
            said = "[dim]nothing more[/]" if text is None else escape(text)
            console.print(f"  [{colour}]{escape(name):>{width}}[/] {row.line:>5}  {said}", soft_wrap=True)


def _print_unsupported(console: Console, file: Path, error: Unsupported) -> None:
    console.print(f"\n[bold]{escape(str(file))}[/]\n[yellow]NOT COMPARED[/]  {escape(error.what)}")


def _print_sum(console: Console, documents: list[dict[str, Any]], sides: list[Side]) -> None:
    alike = sum(bool(document["passed"]) for document in documents)
    left = sum("not_compared" in document for document in documents)
    different = len(documents) - alike - left
    style = "bold green" if alike == len(documents) else "bold red" if different else "yellow"
    told = f"{alike} of {len(documents)} scenarios alike on {', '.join(side.name for side in sides)}"
    told += f"; {different} different" if different else ""
    told += f"; {left} not compared" if left else ""
    console.print(f"\n[{style}]{escape(told)}[/]")
