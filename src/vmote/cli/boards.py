# SPDX-License-Identifier: Apache-2.0
"""`vmote boards`: which boards there are."""

from __future__ import annotations

import json

from rich import box
from rich.markup import escape
from rich.table import Table

from vmote.cli import options
from vmote.cli.terminal import open_console
from vmote.platforms import PLANNED, board_names, load_board


def boards(as_json: options.Json = False) -> None:
    """List the boards: those that run, and those that do not yet."""
    ready = [load_board(name) for name in board_names()]
    planned = {name: title for name, title in PLANNED.items() if name not in board_names()}
    if as_json:
        document = [board.model_dump(mode="json", exclude={"folder"}, by_alias=True) for board in ready]
        document += [{"name": name, "title": title, "status": "not yet"} for name, title in planned.items()]
        print(json.dumps(document, ensure_ascii=False))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("board", "what it is", "core", "clock", "RAM", "flash", "apps", "status"):
        table.add_column(name)
    for board in ready:
        table.add_row(
            board.name, escape(board.title), board.core, f"{board.clock_hz // 1_000_000} MHz",
            *(f"{board.memory[name].size // 1024} KB" for name in ("ram", "flash")),
            ", ".join(board.apps), f"[green]{board.status}[/]",
        )  # fmt: skip
    for name, title in planned.items():
        table.add_row(f"[dim]{name}[/]", f"[dim]{escape(title)}[/]", "", "", "", "", "", "[yellow]not yet[/]")
    open_console().print(table)
