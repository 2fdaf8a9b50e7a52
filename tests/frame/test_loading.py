# SPDX-License-Identifier: Apache-2.0
"""The command line while it still loads."""

from __future__ import annotations

import subprocess
import sys

INTERRUPTED_WHILE_LOADING = """
import sys
class Impatient:
    def find_spec(self, name, *_):
        if name == "vmote.cli.app":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Impatient())
from vmote.cli import main
main()
"""


def test_ctrl_c_while_it_loads_is_no_traceback() -> None:
    command = [sys.executable, "-c", INTERRUPTED_WHILE_LOADING]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "interrupted\n")
