# SPDX-License-Identifier: Apache-2.0
"""A run on the terminal: stages, a bar in virtual time, a line for each thing the device says, the verdict."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from vmote.cli.build_bar import BuildBar
from vmote.console import Record
from vmote.report.words import say_end, say_fault, say_summary, shares
from vmote.run import Run, Watcher
from vmote.tflite.explain import explain
from vmote.trace import MemoryUse
from vmote.units import say_time
from vmote.verdict import Outcome

_STYLES = {Outcome.PASS: "bold green", Outcome.FAIL: "bold red", Outcome.SKIPPED: "yellow"}
_PIPED_WIDTH = 120
_MOST_FUNCTIONS = 20


def open_console(*, stderr: bool = False) -> Console:
    """Return a console that keeps lines whole where it is piped into a file."""
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = Console(stderr=stderr, highlight=False, width=_PIPED_WIDTH)
    return console


class TerminalWatcher(Watcher):
    """Shows a run while it happens."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._progress = Progress(
            TextColumn("[dim]virtual time[/]"), BarColumn(bar_width=40), TextColumn("{task.fields[said]}"),
            console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._task = self._progress.add_task("run", total=1, said="")
        self._total = 0
        self._build = BuildBar(console)

    def building(self, what: str, number: int, of: int) -> None:
        """Show how far a build is."""
        self._build.step(what, number, of)

    def stage(self, name: str, detail: str) -> None:
        """Say what was done before the device starts."""
        self._build.stop()
        # A command among them must stay one line, to be copied.
        self.console.print(f"[dim]{name:>9}[/]  {escape(detail)}", soft_wrap=True)

    def started(self, duration_ns: int) -> None:
        """Show the bar."""
        self._total = duration_ns
        self.console.print()
        self._progress.start()

    def progress(self, t_ns: int) -> None:
        """Move the bar."""
        said = f"{say_time(t_ns)} of {say_time(self._total)}"
        self._progress.update(self._task, completed=t_ns, total=max(self._total, 1), said=said)

    def record(self, record: Record) -> None:
        """Write one line for what the device said, where a person wants to know it."""
        if (line := line_of(record)) is not None:
            self.console.print(line)

    def warning(self, t_ns: int, text: str) -> None:
        """Write a warning of the models."""
        self.console.print(f"{say_time(t_ns):>12}  [yellow]warning[/] {escape(text)}")

    def finished(self) -> None:
        """Take the bars away."""
        self._build.stop()
        self._progress.stop()


def line_of(record: Record) -> str | None:
    """Return the terminal's line for a record; None for those that are not news."""
    at = f"{say_time(record.device_t_ns):>12}"
    if record.kind == "infer":
        score = record.number("score")
        cycles = record.integer("cycles")
        bar = "" if score is None else "▮" * round(10 * score) + "▯" * (10 - round(10 * score))
        told = "" if cycles is None else f"{cycles:>10,} cycles"
        shown = "   -  " if score is None else f"{score:6.3f}"
        return f"{at}  [bold]{escape(record.text('label', '?')):<10}[/] {shown}  [cyan]{bar}[/]{told}"
    if record.kind in ("error", "fault"):
        rest = " ".join(f"{key}={value}" for key, value in record.fields.items() if key != "t")
        code = record.text("code")
        told = f"\n{explain(code, record.text('detail'))}" if code.startswith("model-") else ""
        return f"{at}  [bold yellow]{record.kind}[/] {escape(rest + told)}"
    if record.kind == "led":
        return f"{at}  [dim]LED {escape(record.text('name'))} {'on' if record.text('on') == '1' else 'off'}[/]"
    if record.kind == "boot":
        words = (
            f"{key} {record.text(key)}" for key in ("app", "model", "runtime", "port", "arena") if record.text(key)
        )
        return f"{at}  [dim]boot: {escape(', '.join(words))}[/]"
    return None


def print_run(console: Console, run: Run, folder: Path | None) -> None:
    """Print what a run came to."""
    console.print()
    if run.trace.stop.fault:
        console.print(f"[bold red]the firmware faulted[/]\n{escape(say_fault(run.trace.stop.fault))}")
        if run.trace.lines:
            console.print("[dim]the console's last lines:[/]")
            for line in run.trace.lines[-10:]:
                console.print(f"  [dim]{escape(line.text)}[/]")
        else:
            console.print("[dim]the console had said nothing[/]")
        console.print()
    console.print(_verdict_table(run))
    for check in run.verdict.checks:
        if check.outcome is Outcome.FAIL and check.detail:
            console.print(f"\n[bold]{escape(check.expected)}[/]\n{escape(check.detail)}")
    if run.trace.memory:
        console.print(memory_table(run.trace.memory))
    if run.trace.functions:
        console.print(functions_table(run.trace.functions))
    counters = run.trace.counters
    emulation = run.wall_s.get("emulation", 0.0)
    console.print(
        f"[dim]{counters.instructions:,} instructions; {say_time(run.trace.stop.t_ns)} of virtual time "
        f"in {emulation:.2f} s; fingerprint {run.trace.fingerprint()[:16]}[/]"
    )
    style = "bold green" if run.verdict.passed else "bold red"
    console.print(f"[{style}]{'PASSED' if run.verdict.passed else 'FAILED'}[/]  {escape(say_summary(run))}")
    if folder is not None:
        console.print(f"[dim]run folder[/] {escape(str(folder))}  [dim](report.html, result.json, console.txt …)[/]")


def _verdict_table(run: Run) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("expectation")
    table.add_column("what happened")
    table.add_column("outcome")
    for check in run.verdict.checks:
        outcome = f"[{_STYLES[check.outcome]}]{check.outcome}[/]"
        table.add_row(escape(check.expected), escape(check.happened), outcome)
    if not run.verdict.checks:
        table.add_row("(none)", escape(say_end(run)), "")
    return table


def functions_table(functions: dict[str, int]) -> Table:
    """Show where the instructions went."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("function")
    for name in ("instructions", "share"):
        table.add_column(name, justify="right")
    rows = shares(functions)
    for name, count, share in rows[:_MOST_FUNCTIONS]:
        table.add_row(escape(name), f"{count:,}", f"{100 * share:.1f} %")
    if rest := rows[_MOST_FUNCTIONS:]:
        count, share = sum(row[1] for row in rest), sum(row[2] for row in rest)
        table.add_row(f"[dim]{len(rest)} others[/]", f"{count:,}", f"{100 * share:.1f} %")
    return table


def memory_table(memory: Sequence[MemoryUse]) -> Table:
    """Show memory use against the board's."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("memory")
    for name in ("used", "of", "share"):
        table.add_column(name, justify="right")
    for use in memory:
        share = f"{100 * use.used / use.size:.1f} %" if use.size else ""
        table.add_row(escape(use.region), f"{use.used:,} B", f"{use.size:,} B", share)
    return table
