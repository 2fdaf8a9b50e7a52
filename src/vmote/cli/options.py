# SPDX-License-Identifier: Apache-2.0
"""Options that more than one command takes, said once."""

from __future__ import annotations

from typing import Annotated

import typer

Board = Annotated[str | None, typer.Option(help="The board; default: the scenario's own.", show_default=False)]
App = Annotated[str | None, typer.Option(help="The app; default: the scenario's own.", show_default=False)]
Port = Annotated[
    str | None, typer.Option(help="What the app runs on: baremetal (the default) or zephyr.", show_default=False)
]
Runtime = Annotated[
    str | None, typer.Option(help="What executes the model: native (the default) or tflm.", show_default=False)
]
Kernels = Annotated[
    str | None,
    typer.Option(help="What tflm computes with: cmsis-nn (the default) or reference.", show_default=False),
]
AnyModel = Annotated[
    bool, typer.Option("--any-model", help="Link every operator, not only those of the project's models of this app.")
]
Toolchain = Annotated[str, typer.Option(help="What compiles and emulates: local, or docker (a container).")]
Json = Annotated[bool, typer.Option("--json", help="Print one machine-readable document instead of words.")]
