# SPDX-License-Identifier: Apache-2.0
"""Robot or pabot as a process of ours: it works where the person stands, and does not outlive who started it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

_LOOKS_S = 0.5
_GRACE_S = 10.0


def _follow(parent: int, number: signal.Signals) -> None:
    """Ask this process to end in good order once its parent is gone, and end it if it does not."""
    while os.getppid() == parent:
        time.sleep(_LOOKS_S)
    os.kill(os.getpid(), number)
    time.sleep(_GRACE_S)
    os._exit(1)


def main(what: str, arguments: list[str]) -> None:
    """Run Robot, or pabot."""
    number = signal.SIGTERM if what == "robot" else signal.SIGINT
    threading.Thread(target=_follow, args=(os.getppid(), number), daemon=True).start()
    if what == "pabot":
        from pabot.pabot import main as pabot  # type: ignore[import-untyped]  # noqa: PLC0415  only where it is installed

        pabot(arguments)
        return
    from robot.run import run_cli  # noqa: PLC0415

    os.chdir(os.environ.get("VMOTE_CWD", "."))
    run_cli(arguments)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
