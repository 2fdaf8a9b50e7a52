# SPDX-License-Identifier: Apache-2.0
"""`vmote new-app`: an app of one's own, which passes before anything in it is changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from vmote.cli.terminal import open_console
from vmote.firmware.new_app import make_app
from vmote.platforms import project_root


def new_app(
    name: Annotated[str, typer.Argument(help="Its name: lower-case letters, digits and -.", show_default=False)],
    like: Annotated[str, typer.Option(help="What it is begun from: weather, motion or keyword.")] = "weather",
) -> None:
    """Begin an app: code, model with card and recipe, scenario and Robot suite, which pass as they are.

    Its files lie beside the project's own: firmware/app/NAME, models/NAME, scenarios/NAME, robot/45_NAME.robot; the
    boards that run the app it is begun from claim it in their board.yaml.
    """
    made = make_app(name, like)
    schema = _schema()
    console = open_console()
    for path in made.files:
        console.print(f"wrote   {escape(os.path.relpath(path))}")
    for path in made.boards:
        console.print(f"changed {escape(os.path.relpath(path))}  [dim](apps: …, {name})[/]")
    if schema is not None:
        console.print(f"changed {escape(os.path.relpath(schema))}  [dim](for editors: app: {name} is right now)[/]")
    console.print(f"\nrun it   [bold]vmote run scenarios/{name}/{name}.yaml[/]")
    console.print(f"test it  [bold]vmote test robot/45_{name}.robot[/]")
    console.print("change it: docs/apps.md says where the sensor, the features, the model and the labels are")


def _schema() -> Path | None:
    """Write the published JSON schema of scenarios anew: it names the apps there are."""
    from vmote.scenario.schema import text  # noqa: PLC0415 (once the app is there)

    path = project_root() / "docs" / "scenario.schema.json"
    if not path.is_file():
        return None
    path.write_text(text(), encoding="utf-8")
    return path
