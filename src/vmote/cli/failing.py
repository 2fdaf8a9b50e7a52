# SPDX-License-Identifier: Apache-2.0
"""How the command line fails: a sentence on stderr, an exit code, and JSON where JSON was asked for."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape

from vmote.errors import VmoteError

INTERRUPTED = 130


def guarded(app: Callable[..., Any]) -> int:
    """Call the command line and turn what goes wrong into an exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup stays nohup
            signal.signal(number, _ended)
    try:
        result = app(standalone_mode=False)
    except VmoteError as error:
        return _say(error)
    except typer.Exit as done:
        return int(done.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # `vmote … | head` is no failure of ours
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  for Python's own flush at exit
        return 0
    except Exception as error:
        # A wrong option or argument: typer's own class for it is private, its way of showing itself is not.
        if not (hasattr(error, "show") and hasattr(error, "exit_code")):
            raise
        error.show()
        return int(error.exit_code)
    if result == INTERRUPTED:  # newer versions of typer make this of a KeyboardInterrupt
        print("interrupted", file=sys.stderr)
    return result if isinstance(result, int) else 0


def _ended(number: int, frame: object) -> None:
    """Unwind, so that emulators end and folders go, where Python would stop in its tracks."""
    sys.exit(128 + number)


def _say(error: VmoteError) -> int:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    place = f"{escape(error.where)}: " if error.where else ""
    console.print(f"[bold red]error[/]: {place}{escape(error.what)}")
    if error.hint:
        console.print(f"  [cyan]{escape(error.hint)}[/]")
    if "--json" in sys.argv:
        told = {"what": error.what, "where": error.where, "hint": error.hint, "exit_code": error.exit_code}
        print(json.dumps({"schema": 1, "passed": False, "error": told}))
    return error.exit_code
