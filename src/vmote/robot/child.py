# SPDX-License-Identifier: Apache-2.0
"""One of several Robots side by side: works where the person stands, not where pabot keeps its notes."""

from __future__ import annotations

import os
import sys

from robot.run import run_cli

if __name__ == "__main__":
    os.chdir(os.environ.get("VMOTE_CWD", "."))
    run_cli(sys.argv[1:])
