# SPDX-License-Identifier: Apache-2.0
"""The command `vmote`: arguments in, words out; no logic of its own."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; a failure is a sentence and an exit code, never a traceback."""
    try:
        from vmote.cli.app import app  # noqa: PLC0415  typer and rich load only when a person is there
        from vmote.cli.failing import guarded  # noqa: PLC0415
    except KeyboardInterrupt:  # loading takes a second on a busy machine: long enough to change one's mind
        print("interrupted", file=sys.stderr)
        sys.exit(130)
    sys.exit(guarded(app))
