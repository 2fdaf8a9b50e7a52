# SPDX-License-Identifier: Apache-2.0
"""`vmote scenario`: start, check, see, export and import scenarios."""

from __future__ import annotations

import json
import shutil
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from vmote.cli import options
from vmote.cli.terminal import open_console
from vmote.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Start, check, see, export and import scenarios.")

AllowOutside = Annotated[
    bool, typer.Option("--allow-outside", help="Let a scenario name data files outside its own folder.")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write it.")]


class Format(StrEnum):
    """What a world can be exported as."""

    CSV = "csv"
    WAV = "wav"
    RESD = "resd"


@app.command()
def new(
    kind: Annotated[str, typer.Argument(help="weather, audio, motion or vibration")],
    output: Output = None,
) -> None:
    """Write a commented file to start from."""
    from vmote.scenario.starting import write_new  # noqa: PLC0415 (each command loads what it needs)

    path = write_new(kind, output or Path(f"my-{kind}.yaml"))
    open_console().print(f"wrote {path}; see it: [bold]vmote scenario show {escape(str(path))}[/]")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="scenario files, or folders of them")],
    allow_outside: AllowOutside = False,
    as_json: options.Json = False,
) -> None:
    """Check scenarios, and tell everything that is wrong with each."""
    from vmote.scenario.checking import check_all  # noqa: PLC0415

    checked = check_all(files, allow_outside=allow_outside)
    if as_json:
        document = [
            {
                "file": str(one.path), "right": one.right, "title": one.title, "missing": one.missing,
                "problems": [vars(problem) for problem in one.problems],
            }
            for one in checked
        ]  # fmt: skip
        print(json.dumps(document, ensure_ascii=False))
    else:
        console = open_console()
        for one in checked:
            for problem in one.problems:
                place = f"{one.path}:{problem.line}:{problem.column}"
                key = f"{problem.key}: " if problem.key else ""
                console.print(f"[bold red]wrong[/] {escape(f'{place}: {key}{problem.what}')}")
                if problem.hint:
                    console.print(f"  [cyan]{escape(problem.hint)}[/]")
            if one.missing:
                console.print(f"[yellow]right, but cannot be rendered here[/] {escape(f'{one.path}: {one.missing}')}")
            elif one.right:
                console.print(f"[green]right[/] {escape(f'{one.path}: {one.title} ({one.summary})')}")
    if not all(one.right for one in checked):
        raise typer.Exit(2)


@app.command()
def show(
    file: Annotated[Path, typer.Argument(help="a scenario file")],
    png: Annotated[Path | None, typer.Option("--png", help="Draw it into a PNG instead of the terminal.")] = None,
    wav: Annotated[Path | None, typer.Option("--wav", help="Also write the sound.")] = None,
    allow_outside: AllowOutside = False,
) -> None:
    """Draw a scenario's world, with what is true and what fails on the same axis."""
    from vmote.scenario import load, render  # noqa: PLC0415
    from vmote.scenario.showing import as_png, as_text  # noqa: PLC0415

    scenario = load(file, allow_outside=allow_outside)
    stimulus = render(scenario)
    if png is not None:
        as_png(scenario, stimulus, png)
        print(f"wrote {png}")
    else:
        print(as_text(scenario, stimulus, width=shutil.get_terminal_size((100, 24)).columns))
    if wav is not None:
        from vmote.scenario.exporting import to_wav  # noqa: PLC0415

        print(f"wrote {wav}: {to_wav(stimulus, wav)} samples")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="a scenario file")],
    form: Annotated[
        Format | None, typer.Option("--format", "-f", help="By itself what the output's name ends in.")
    ] = None,
    output: Output = None,
    rate: Annotated[float | None, typer.Option("--rate", help="Samples a second.")] = None,
    allow_outside: AllowOutside = False,
) -> None:
    """Write a scenario's samples as CSV, WAV, or RESD for Renode."""
    from vmote.scenario import load, render  # noqa: PLC0415
    from vmote.scenario.exporting import resd_samples, to_csv, to_wav  # noqa: PLC0415

    known = {member.value for member in Format}
    ending = output.suffix.removeprefix(".") if output else ""
    chosen = form or (Format(ending) if ending in known else Format.CSV)
    stimulus = render(load(file, allow_outside=allow_outside))
    path = output or Path(f"{file.stem}.{chosen.value}")
    if chosen is Format.CSV:
        print(f"wrote {path}: {to_csv(stimulus, path, rate)} rows")
    elif chosen is Format.WAV:
        print(f"wrote {path}: {to_wav(stimulus, path, rate)} samples")
    else:
        from vmote.engine.renode.resd import Block, Sample, write_resd  # noqa: PLC0415

        blocks = [
            Block(Sample[kind.upper().replace("-", "_")], values, period_ns=period)
            for kind, values, period in resd_samples(stimulus, rate)
        ]
        if not blocks:
            raise BadInput("RESD holds none of this scenario's quantities", hint="export its sound as WAV")
        write_resd(path, blocks)
        print(f"wrote {path}: {', '.join(block.sample.name.lower() for block in blocks)}")


@app.command("import")
def import_(
    recording: Annotated[Path, typer.Argument(help="a CSV, a WAV, or Edge Impulse's JSON")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The scenario to write, or its folder.")] = Path(),
    column: Annotated[
        list[str] | None,
        typer.Option("--column", "-c", help="NAME=QUANTITY: what a column is, such as T1=temperature."),
    ] = None,
    rate: Annotated[float | None, typer.Option("--rate", help="Rows a second, where the file does not say.")] = None,
    app_name: Annotated[str, typer.Option("--app", help="The app that is to meet it.")] = "",
) -> None:
    """Make a scenario of a recording."""
    from vmote.scenario.importing import import_recording  # noqa: PLC0415

    columns: dict[str, str] = {}
    for given in column or []:
        name, equals, quantity = given.partition("=")
        if not equals:
            raise BadInput(f"--column {given!r} is not NAME=QUANTITY", hint="such as --column T1=temperature")
        columns[name] = quantity
    path = import_recording(recording, output, columns=columns, rate=rate, app=app_name)
    print(f"wrote {path}")
