# SPDX-License-Identifier: Apache-2.0
"""Runs the Robot suites in parallel: `python -m vmote.robot.suites [robot's own options]`."""

from __future__ import annotations

import os
import subprocess
import sys

from vmote.platforms import project_root

_PROCESSES = 2


def main(arguments: list[str]) -> int:
    """Run every suite in robot/, two at a time, into results/; return Robot's own exit code."""
    root = project_root()
    results = root / "results" / "robot"
    command = [
        sys.executable, "-m", "pabot.pabot", "--command", sys.executable, "-m", "robot", "--end-command",
        "--processes", str(_PROCESSES), "--testlevelsplit",
        "--no-pabotlib",  # its server wants a fixed port; two checkouts on one machine would fight for it
        "--outputdir", str(results), *arguments, str(root / "robot"),
    ]  # fmt: skip
    results.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"VMOTE_RUNS": os.environ.get("VMOTE_RUNS", str(results / "runs"))}
    return subprocess.run(command, cwd=results, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
