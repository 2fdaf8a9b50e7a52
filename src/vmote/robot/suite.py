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
    relative = os.path.relpath(source)
    words = ["vmote", "test", source if relative.startswith("..") else relative]
    words += ["--test", test] if test else []
    for option, usual in (
        ("engine", "qemu"),
        ("board", ""),
        ("port", ""),
        ("runtime", ""),
        ("kernels", ""),
        ("model", ""),
    ):
        value = variable(option.upper())
        words += [f"--{option}", value] if value and value != usual else []
    return shlex.join(words)
