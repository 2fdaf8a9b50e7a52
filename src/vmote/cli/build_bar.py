# SPDX-License-Identifier: Apache-2.0
"""A build that takes minutes, on the terminal: a bar where somebody watches, else a line for each tenth of it."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from vmote.firmware.tool_run import WORTH_TELLING

_LINES = 10


class BuildBar:
    """Shows how many steps of a build are done; begins with the first of them."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._what = ""
        self._lines = 0
        self._bar = Progress(
            TextColumn("[dim]compiling[/]"), BarColumn(bar_width=30), TextColumn("{task.fields[said]}"),
            TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task("build", total=1, said="")

    def step(self, what: str, number: int, of: int) -> None:
        """Move the bar, or write a line; say nothing of a build that is soon done."""
        if of < WORTH_TELLING:
            return
        if what != self._what:
            self._what, self._lines = what, 0
            self.console.print(f"[dim]compiling[/]  {escape(what)}")
            self._bar.reset(self._task, total=of)
            self._bar.start()
        self._bar.update(self._task, completed=number, total=of, said=f"{number} of {of} steps")
        if not self.console.is_terminal and number * _LINES // of > self._lines:
            self._lines = number * _LINES // of
            self.console.print(f"[dim]compiling[/]  {number} of {of} steps")

    def stop(self) -> None:
        """Take the bar away."""
        self._bar.stop()
