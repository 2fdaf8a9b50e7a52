# SPDX-License-Identifier: Apache-2.0
"""`vmote bench`: what scenarios cost, held against what they cost before."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from vmote.cli import options
from vmote.cli.terminal import open_console
from vmote.errors import BadInput
from vmote.run import Request
from vmote.scenario.files import scenario_files
from vmote.sweep.baseline import read_baseline, write_baseline
from vmote.sweep.compare import Comparison, compare
from vmote.sweep.compare_table import markdown, say_comparison, say_moved
from vmote.sweep.cost import measure
from vmote.units import parse_quantity

app = typer.Typer(no_args_is_help=True, help="What scenarios cost: cycles, memory, outputs.")

Scenarios = Annotated[
    list[Path] | None,
    typer.Argument(help="Scenario files, or folders of them; default: the baseline's own.", show_default=False),
]
Baseline = Annotated[Path, typer.Option("--baseline", help="The file of costs to compare with.")]
Engine = Annotated[str, typer.Option(help="What executes the image: qemu or renode.")]
Model = Annotated[str | None, typer.Option(help="Put this model into the image.", show_default=False)]
_BASELINE = Path("bench.json")


@app.command()
def save(
    scenarios: Scenarios = None,
    baseline: Baseline = _BASELINE,
    board: options.Board = None,
    engine: Engine = "qemu",
    model: Model = None,
) -> None:
    """Measure scenarios and write what they cost as the baseline."""
    costs = measure(_requests(scenarios, baseline, board, engine, model))
    write_baseline(costs, baseline)
    open_console().print(f"{len(costs)} scenarios measured, written to [bold]{escape(str(baseline))}[/]")


@app.command()
def diff(
    scenarios: Scenarios = None,
    baseline: Baseline = _BASELINE,
    threshold: Annotated[str, typer.Option(help="How much a number may grow.")] = "5 %",
    any_outputs: Annotated[bool, typer.Option("--any-outputs", help="Let a new model say something else.")] = False,
    table: Annotated[
        Path | None,
        typer.Option(help="Append a Markdown table to this file; default: GitHub's job page.", show_default=False),
    ] = None,
    board: options.Board = None,
    engine: Engine = "qemu",
    model: Model = None,
    as_json: options.Json = False,
) -> int:
    """Measure scenarios and compare what they cost with the baseline.

    Exit code: 0 nothing is worse, 1 a number grew past the threshold or outputs differ, 2 bad input.
    """
    try:
        share = parse_quantity(threshold, "fraction")
    except BadInput as error:
        raise BadInput(error.what, where="--threshold", hint="such as 5%") from error
    before = read_baseline(baseline)
    found = compare(
        before, measure(_requests(scenarios, baseline, board, engine, model)), share, any_outputs=any_outputs
    )
    page = table or (Path(os.environ["GITHUB_STEP_SUMMARY"]) if os.environ.get("GITHUB_STEP_SUMMARY") else None)
    if page is not None:
        with page.open("a", encoding="utf-8") as stream:
            stream.write(markdown(found) + "\n")
    if as_json:
        print(json.dumps({"schema": 1, "passed": found.passed, "rows": [asdict(row) for row in found.rows]}))
    else:
        _print(found)
    return 0 if found.passed else 1


def _requests(
    scenarios: list[Path] | None, baseline: Path, board: str | None, engine: str, model: str | None
) -> list[Request]:
    named = scenarios or [Path(cost.scenario) for cost in read_baseline(baseline)]
    files = [file for place in dict.fromkeys(named) for file in scenario_files(place)]
    return [Request(file, board=board, engine=engine, model=model) for file in files]


def _print(found: Comparison) -> None:
    console = open_console()
    if found.moved:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in ("scenario", "what", "baseline", "now", "change"):
            table.add_column(name, justify="left" if name in ("scenario", "what") else "right")
        for row in found.moved:
            style = "bold red" if row.bad else "green"
            table.add_row(escape(row.scenario), row.what, row.before, row.now, f"[{style}]{escape(say_moved(row))}[/]")
        console.print(table)
    console.print(f"[{'bold green' if found.passed else 'bold red'}]{escape(say_comparison(found))}[/]")
