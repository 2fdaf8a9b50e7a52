# SPDX-License-Identifier: Apache-2.0
"""The commands, gathered."""

from __future__ import annotations

from typing import Annotated

import typer

import vmote
from vmote.cli.bench import app as bench
from vmote.cli.boards import boards
from vmote.cli.build import build
from vmote.cli.compare import compare
from vmote.cli.doctor import doctor
from vmote.cli.golden import golden
from vmote.cli.model import model
from vmote.cli.new_app import new_app
from vmote.cli.run import run
from vmote.cli.scenario import app as scenario
from vmote.cli.test import test

app = typer.Typer(
    name="vmote",
    help="A virtual TinyML device: real firmware, emulated, fed a synthetic world, and judged.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vmote {vmote.__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which one.")
    ] = False,
) -> None:
    """A virtual TinyML device: real firmware, emulated, fed a synthetic world, and judged."""


app.command()(run)
app.command()(build)
app.command()(test)
app.command()(boards)
app.command()(model)
app.command(name="new-app")(new_app)
app.command()(golden)
app.command()(compare)
app.command()(doctor)
app.add_typer(scenario, name="scenario")
app.add_typer(bench, name="bench")
