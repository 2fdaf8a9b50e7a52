# SPDX-License-Identifier: Apache-2.0
"""The Python that Zephyr's own build scripts run in: not necessarily the one that vmote runs in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from vmote.errors import Missing

VARIABLE = "VMOTE_ZEPHYR_PYTHON"
_NEEDED = ("elftools", "yaml", "pykwalify", "packaging")


def find_python(top: Path, base: Path) -> Path:
    """Return the first Python that has what Zephyr's scripts import: the workspace's own, then vmote's, then PATH's."""
    asked = os.environ.get(VARIABLE)
    candidates = (
        [asked]
        if asked
        else [
            str(top / ".venv/bin/python"),
            str(top / "venv/bin/python"),
            sys.executable,
            shutil.which("python3") or "",
        ]
    )
    lacking: list[str] = []
    for candidate in candidates:
        # which, not is_file: a link into a folder that this user may not enter is no program, and no error.
        if not candidate or (program := shutil.which(candidate)) is None:
            continue
        lacking = _lacks(program)
        if not lacking:
            return Path(program)
    if asked and shutil.which(asked) is None:
        raise Missing(f"{VARIABLE}={asked} is no program", hint="name a Python, or leave it unset")
    raise Missing(
        f"Zephyr's build scripts need Python packages that are not there: {', '.join(lacking or _NEEDED)}",
        hint=f"run: {sys.executable} -m pip install -r {base}/scripts/requirements-base.txt\n"
        f"  or name a Python that has them: {VARIABLE}=…",
    )


@cache
def _lacks(python: str) -> list[str]:
    """List the packages that a Python lacks."""
    code = f"import importlib.util as u; print(*[n for n in {_NEEDED} if u.find_spec(n) is None])"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return list(_NEEDED)
    return done.stdout.split() if done.returncode == 0 else list(_NEEDED)
