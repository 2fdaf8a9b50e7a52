# SPDX-License-Identifier: Apache-2.0
"""`--toolchain docker`: the container's image on the terminal, and the command in it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from vmote.cli.terminal import open_console
from vmote.platforms import load_board
from vmote.run import Request
from vmote.scenario import load
from vmote.toolchain import progress
from vmote.toolchain.command import same_in_container


class ToolchainProgress(progress.Progress):
    """Shows how the image is pulled and built: a bar where somebody watches, else a line for each step; on stderr."""

    def __init__(self) -> None:
        self.console = open_console(stderr=True)
        self._bar: Progress | None = None
        self._what = ""

    def step(self, number: int, of: int, what: str) -> None:
        """Move the bar, or write a line."""
        self._what = f"step {number} of {of}: {what}"
        if self._bar is None:
            self.console.print("[dim]toolchain[/]  getting the container's image, once (some minutes)")
            self._bar = Progress(
                TextColumn("[dim]toolchain[/]"), BarColumn(bar_width=30), TimeElapsedColumn(),
                TextColumn("{task.fields[said]}"), console=self.console, transient=True,
                disable=not self.console.is_terminal,
            )  # fmt: skip
            self._task = self._bar.add_task("image", total=of, said="")
            self._bar.start()
        self._bar.update(self._task, completed=number - 1, total=of, said=escape(self._what[:80]))
        if not self.console.is_terminal:
            self.console.print(f"[dim]toolchain[/]  {escape(' '.join(self._what.split()))}", soft_wrap=True)

    def pulling(self, done: int, of: int) -> None:
        """Say how much of the base image has come."""
        if self._bar is not None:
            self._bar.update(self._task, said=f"pulling, {done / 1e6:.0f} of {of / 1e6:.0f} MB")

    def said(self, line: str) -> None:
        """Show what a step prints, as long as it is the newest."""
        if self._bar is not None and not line.startswith(("--->", "Removing")):
            self._bar.update(self._task, said=escape(f"{self._what}: {line}"[:100]))

    def finished(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def run_in_container(request: Request, out: Path) -> int:
    """Carry out `vmote run` in the container, after what can be refused without one."""
    scenario = load(request.scenario)
    load_board(request.board or scenario.device.board)
    return in_container(request.port or scenario.device.port, [out])


def in_container(port: str | None, writable: Iterable[Path]) -> int:
    """Carry out the command that was typed in the container; a port's own stage of the image serves it."""
    return same_in_container(sys.argv[1:], port or "baremetal", writable, ToolchainProgress())
