# SPDX-License-Identifier: Apache-2.0
"""`vmote build`: source to image."""

from __future__ import annotations

import json
import os

from rich.markup import escape

from vmote.cli import options
from vmote.cli.build_bar import BuildBar
from vmote.cli.terminal import memory_table, open_console
from vmote.cli.toolchain import ToolchainProgress
from vmote.run.image import build_image


def build(
    board: options.Board = None,
    app: options.App = None,
    port: options.Port = None,
    runtime: options.Runtime = None,
    kernels: options.Kernels = None,
    toolchain: options.Toolchain = "local",
    any_model: options.AnyModel = False,
    as_json: options.Json = False,
) -> None:
    """Build the image of an app for a board, and say what it takes of the board's memory."""
    bar = BuildBar(open_console(stderr=True))
    try:
        built, image = build_image(
            board or "nano33ble-sense", app, port, runtime, toolchain, any_model=any_model, kernels=kernels,
            progress=ToolchainProgress(), tell=bar.step,
        )  # fmt: skip
    finally:
        bar.stop()
    if as_json:
        memory = [{"region": use.region, "used": use.used, "size": use.size} for use in image.memory]
        document = {"schema": 1, "image": str(built.path), "compiled": built.compiled, "sha256": image.sha256}
        document["why"] = built.why
        print(json.dumps(document | {"memory": memory}))
        return
    console = open_console()
    console.print(
        f"[bold]{escape(os.path.relpath(built.path))}[/]  {escape(built.why)} [dim]({built.seconds:.1f} s)[/]"
    )
    console.print(memory_table(image.memory))
