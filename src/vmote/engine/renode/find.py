# SPDX-License-Identifier: Apache-2.0
"""Where Renode is: VMOTE_RENODE, PATH, or what renode-run installed, in that order."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vmote.errors import Missing

BASELINE = (1, 16, 1)  # what the platforms, the parts and the tests were written against
OLDEST = (1, 15, 0)  # before it, peripherals in C# are given another kind of machine

HOW_TO_GET = (
    "unpack a release of Renode 1.16.1 and name its `renode` in VMOTE_RENODE, or put it on PATH, or install it with "
    "renode-run (https://github.com/antmicro/renode-run)"
)
_VERSION = re.compile(r"Renode v(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True)
class Found:
    """A Renode, how it was found, and which one it is."""

    path: Path
    how: str  # a sentence for `vmote doctor`
    version: tuple[int, int, int]

    @property
    def said(self) -> str:
        """The version as a person writes it."""
        return ".".join(str(part) for part in self.version)

    @property
    def caution(self) -> str:
        """What to know about this version; nothing for the one all was written against."""
        if self.version == BASELINE:
            return ""
        baseline = ".".join(map(str, BASELINE))
        return f"Renode {self.said}: vmote is tested with {baseline}; models and instruction counts may differ"


def find_renode() -> Found:
    """Return the Renode to use, or say how to get one."""
    path, how = _locate(os.environ.get("VMOTE_RENODE"), _renode_run_config())
    return Found(path, how, _version_of(path))


def _renode_run_config() -> Path:
    return Path.home() / ".config" / "renode" / "renode-run.json"


def _locate(asked: str | None, renode_run: Path) -> tuple[Path, str]:
    if asked:
        if asked.startswith("docker:"):
            raise Missing(
                f"VMOTE_RENODE={asked}: Renode in a container is not supported yet",
                hint="name a `renode` program in VMOTE_RENODE",
            )
        if (path := shutil.which(asked)) is None:
            raise Missing(f"VMOTE_RENODE={asked} is not a program", hint=f"correct or unset it; {HOW_TO_GET}")
        return Path(path), "named by VMOTE_RENODE"
    if path := shutil.which("renode"):
        return Path(path), "found on PATH"
    for folder in _installed_by_renode_run(renode_run):
        if os.access(folder / "renode", os.X_OK) and (folder / "renode").is_file():
            return folder / "renode", f"installed by renode-run ({renode_run})"
    raise Missing("Renode is not found: not in VMOTE_RENODE, not on PATH, not installed by renode-run", hint=HOW_TO_GET)


def _installed_by_renode_run(config: Path) -> list[Path]:
    """List the folders renode-run knows, its default first; what cannot be read is as if it were not there."""
    try:
        said = json.loads(config.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(said, dict):
        return []
    default = said.get("default")
    chosen = list(default.values()) if isinstance(default, dict) else [default]  # a dict before its format 2.1
    installed = said.get("installations")
    chosen += list(installed) if isinstance(installed, dict) else []
    return [Path(folder) for folder in chosen if isinstance(folder, str)]


@cache
def _version_of(path: Path) -> tuple[int, int, int]:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{path} cannot be asked for its version: {error}", hint=HOW_TO_GET) from error
    match = _VERSION.search(done.stdout)
    if match is None:
        said = (done.stdout + done.stderr).strip()[:200] or f"nothing (exit code {done.returncode})"
        raise Missing(f"{path} is not a Renode that works; asked for its version it says: {said}", hint=HOW_TO_GET)
    version = (int(match[1]), int(match[2]), int(match[3]))
    if version < OLDEST:
        found, oldest = (".".join(map(str, v)) for v in (version, OLDEST))
        raise Missing(f"{path} is Renode {found}; {oldest} or newer is needed", hint=HOW_TO_GET)
    return version
