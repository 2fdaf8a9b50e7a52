# SPDX-License-Identifier: Apache-2.0
"""`vmote model`: what a model holds, what it costs, and where it fits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vmote.cli import options
from vmote.cli.terminal import open_console
from vmote.platforms import board_names, load_board
from vmote.tflite import ModelReport, describe


def model(
    file: Annotated[Path, typer.Argument(help="The .tflite file.", show_default=False)],
    as_json: options.Json = False,
) -> None:
    """Tell what a model holds: operators, shapes, MACs, weights, arena, boards, what each runtime lacks."""
    report = describe(file, [load_board(name) for name in board_names()])
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
        return
    console = open_console()
    console.print(f"[bold]{escape(file.name)}[/], {report.size} bytes, sha256 {report.sha256[:8]}")
    for word, edges in (("input", report.inputs), ("output", report.outputs)):
        for edge in edges:
            console.print(f"  {word:6} {edge['type']} {_shape(edge['shape'])}  {_quantization(edge)}")
    console.print(_operators(report))
    console.print(
        f"{len(report.operators)} operators, {report.macs} MACs, {report.weight_bytes} bytes of weights, "
        + (f"arena {report.arena} bytes" if report.arena is not None else "arena unknown: an operator is missing")
    )
    _support(console, report)
    console.print(_boards(report))


def _shape(shape: object) -> str:
    return "x".join(str(extent) for extent in shape) if isinstance(shape, tuple) else str(shape)


def _quantization(edge: dict[str, object]) -> str:
    return f"real = {edge['scale']:.6g} * (q - {edge['zero_point']})" if edge["scale"] else ""


def _operators(report: ModelReport) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("#", "operator", "type", "from", "to"):
        table.add_column(name)
    for name in ("MACs", "weights"):
        table.add_column(name, justify="right")
    missing = {name for runtime in report.runtimes for name in runtime.missing}
    for line in report.operators:
        name = f"[red]{escape(line.name)}[/]" if line.name in missing else escape(line.name)
        table.add_row(
            str(line.index), name, line.type, _shape(line.input_shape), _shape(line.output_shape),
            str(line.macs or ""), str(line.weight_bytes or ""),
        )  # fmt: skip
    return table


def _support(console: Console, report: ModelReport) -> None:
    for runtime in report.runtimes:
        if runtime.complete:
            console.print(f"  runtime {runtime.runtime:7} [green]has every operator[/]")
        else:
            console.print(f"  runtime {runtime.runtime:7} [red]lacks {escape(', '.join(runtime.missing))}[/]")


def _boards(report: ModelReport) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("board", "fits"):
        table.add_column(name)
    for name in ("flash left", "RAM left"):
        table.add_column(name, justify="right")
    for board in report.boards:
        verdict = "[green]yes[/]" if board.fits else "[red]no[/]"
        ram = "?" if board.ram_margin is None else str(board.ram_margin)
        table.add_row(board.board, verdict, str(board.flash_margin), ram)
    return table
