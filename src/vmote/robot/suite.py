# SPDX-License-Identifier: Apache-2.0
"""What Robot itself knows: variables, the test that runs, where output goes. Empty outside of Robot."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from robot.libraries.BuiltIn import BuiltIn, RobotNotRunningError


def variable(name: str) -> str | None:
    """Return a suite variable, or None where none is set."""
    try:
        value = BuiltIn().get_variable_value(f"${{{name}}}")
    except RobotNotRunningError:
        return None
    return None if value in (None, "") else str(value)


def output_folder() -> Path:
    """Return Robot's output folder, or the current one outside of Robot."""
    return Path(variable("OUTPUT DIR") or ".")


def say_test_command() -> str:
    """Write the command that runs this test alone; empty outside of Robot."""
    source, test = variable("SUITE SOURCE"), variable("TEST NAME")
    if source is None:
        return ""
    words = ["robot"]
    for name in ("ENGINE", "BOARD", "PORT", "RUNTIME"):
        value = variable(name)
        words += ["--variable", f"{name}:{value}"] if value else []
    words += ["--test", test] if test else []
    relative = os.path.relpath(source)
    return shlex.join([*words, source if relative.startswith("..") else relative])
