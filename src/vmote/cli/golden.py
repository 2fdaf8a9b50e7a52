# SPDX-License-Identifier: Apache-2.0
"""`vmote golden`: where, if anywhere, device and host part."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vmote.cli import options
from vmote.cli.terminal import open_console
from vmote.errors import BadInput
from vmote.firmware.app_file import app_names
from vmote.firmware.card import load_card
from vmote.firmware.insert import find_model
from vmote.golden import Agreement, Stage, first_difference, stages
from vmote.golden.agreement import FEATURES
from vmote.run import Request, Run, execute
from vmote.scenario import load
from vmote.scenario.files import scenario_files

_COLOURS = {Agreement.EQUAL: "green", Agreement.DIFFERS: "red", Agreement.UNTOLD: "yellow"}


def golden(
    scenarios: Annotated[list[Path], typer.Argument(help="Scenario files, or folders of them.", show_default=False)],
    board: options.Board = None,
    app: options.App = None,
    port: options.Port = None,
    runtime: options.Runtime = None,
    kernels: options.Kernels = None,
    engine: Annotated[str, typer.Option(help="What executes the image: qemu or renode.")] = "qemu",
    model: Annotated[str | None, typer.Option(help="Another model, as in vmote run.", show_default=False)] = None,
    as_json: options.Json = False,
) -> int:
    """Run scenarios and find the first stage at which device and host part: samples, features, a layer, the decision.

    Exit code: 0 equal in every stage that could be compared, 1 a difference, 2 bad input, 3 something missing.
    """
    console = open_console()
    documents, worst = [], 0
    for scenario in _files(scenarios, app, console, quiet=as_json):
        wanted = Request(scenario, board, app, port, runtime, engine, model=model, checksums=True, kernels=kernels)
        found = _closer(wanted, _stages(execute(wanted), model), model)
        if first_difference(found) is not None:
            worst = 1
        if as_json:
            documents.append({"scenario": str(scenario), "stages": [_document(stage) for stage in found]})
        else:
            _print(console, scenario, found)
    if as_json:
        print(json.dumps(documents, ensure_ascii=False))
    return worst


def _files(places: list[Path], app: str | None, console: Console, *, quiet: bool) -> list[Path]:
    """Return the scenarios named, and of folders those whose app there is."""
    found = []
    for place in places:
        if not place.is_dir():
            found.append(place)
            continue
        for file in scenario_files(place):
            wanted = app or load(file).device.app
            if wanted in app_names():
                found.append(file)
            elif not quiet:
                console.print(f"[dim]{escape(str(file))} is left out: there is no app {escape(wanted)}[/]")
    return found


def _closer(wanted: Request, found: tuple[Stage, ...], model: str | None) -> tuple[Stage, ...]:
    """Look again with every input told, where the features differ: then the first wrong number has a place."""
    first = first_difference(found)
    if first is None or first.name != FEATURES or "frame" in first.detail:
        return found
    again = _stages(execute(replace(wanted, trace=True)), model)
    said = first_difference(again)
    return again if said is not None and said.name == FEATURES else found


def _stages(run: Run, model: str | None) -> tuple[Stage, ...]:
    """Compare a run with the model it says it had, by its card."""
    name = model or run.trace.identity.model
    path, card = find_model(name)
    if card is None:
        beside = path.with_name("model.yaml")
        if not beside.is_file():
            raise BadInput("the model has no card, so its features and decision are unknown", where=str(path))
        card = load_card(beside)
    return stages(run.trace, path, card, run.stimulus)


def _print(console: Console, scenario: Path, found: tuple[Stage, ...]) -> None:
    table = Table(title=escape(str(scenario)), box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for name in ("stage", "device and host", "compared"):
        table.add_column(name)
    for stage in found:
        colour = _COLOURS[stage.agreement]
        table.add_row(stage.name, f"[{colour}]{stage.agreement}[/]", escape(stage.said))
    console.print(table)
    first = first_difference(found)
    if first is not None:
        console.print(f"[red]first at {first.name}[/]: {escape(first.said)}\n{escape(first.detail)}\n")


def _document(stage: Stage) -> dict[str, object]:
    return {
        "stage": stage.name,
        "agreement": str(stage.agreement),
        "compared": stage.compared,
        "said": stage.said,
        "detail": stage.detail,
    }
