# SPDX-License-Identifier: Apache-2.0
"""`vmote doctor`: what this machine has, what it lacks, how to get it."""

from __future__ import annotations

import json
from dataclasses import asdict

from rich import box
from rich.markup import escape
from rich.table import Table

from vmote.cli import options
from vmote.cli.terminal import open_console
from vmote.doctor import State, examine

_STYLES = {State.FOUND: "green", State.OPTIONAL: "yellow", State.MISSING: "bold red"}


def doctor(as_json: options.Json = False) -> int:
    """Say of each thing vmote needs whether it is there, in which version, and how to get it.

    Exit code: 0 when `vmote run` can work, 3 when something it needs is missing.
    """
    findings = examine()
    code = 3 if any(finding.state is State.MISSING for finding in findings) else 0
    if as_json:
        print(json.dumps({"schema": 1, "ready": code == 0, "findings": [asdict(finding) for finding in findings]}))
        return code
    console = open_console()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("what", "for", "state", "version", "where, or how to get it"):
        table.add_column(name, overflow="fold")
    for f in findings:
        style = _STYLES[f.state]
        table.add_row(f.name, escape(f.why), f"[{style}]{f.state}[/]", f.version, escape(f.where or f.get))
    console.print(table)
    console.print("[bold green]ready[/]" if code == 0 else "[bold red]not ready[/]: get what is missing above")
    return code
