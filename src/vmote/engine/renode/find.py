# SPDX-License-Identifier: Apache-2.0
"""Where Renode is: VMOTE_RENODE, PATH, or what renode-run installed, in that order."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from vmote.engine.renode.container import PREFIX, asked_for_version, docker_program, lacks
from vmote.engine.renode.found import OLDEST, Found, say_version
from vmote.errors import Missing

HOW_TO_GET = (
    "make renode (by renode-run), or unpack a release of Renode 1.16.1 and name its `renode` in VMOTE_RENODE or put it "
    "on PATH, or name an image: VMOTE_RENODE=docker:antmicro/renode:1.16.1; see docs/renode.md"
)
_IN_CONTAINER = (
    "the container's image was made where Renode could not be fetched, or without it: make one with it where it can "
    "(VMOTE_DOCKER_ARGS=RENODE=yes), or leave the container: --toolchain local"
)
_VERSION = re.compile(r"Renode v(\d+)\.(\d+)\.(\d+)")


def find_renode() -> Found:
    """Return the Renode to use, or say how to get one."""
    asked = os.environ.get("VMOTE_RENODE")
    if asked and asked.startswith(PREFIX):
        image = asked.removeprefix(PREFIX)
        docker = docker_program(image)
        version = _version_of(asked_for_version(docker, image), f"the image {image}")
        return Found(docker, "named by VMOTE_RENODE", version, image)
    path, how = _locate(asked, _renode_run_config())
    return Found(path, how, _version_of((str(path), "--version"), str(path)))


def _renode_run_config() -> Path:
    return Path.home() / ".config" / "renode" / "renode-run.json"


def _locate(asked: str | None, renode_run: Path) -> tuple[Path, str]:
    if asked:
        if (path := shutil.which(asked)) is None:
            raise Missing(f"VMOTE_RENODE={asked} is not a program", hint=f"correct or unset it; {HOW_TO_GET}")
        return Path(path), "named by VMOTE_RENODE"
    if path := shutil.which("renode"):
        return Path(path), "found on PATH"
    for folder in _installed_by_renode_run(renode_run):
        if os.access(folder / "renode", os.X_OK) and (folder / "renode").is_file():
            return folder / "renode", f"installed by renode-run ({renode_run})"
    if os.environ.get("VMOTE_IN_CONTAINER"):
        raise Missing("Renode is not in this container", hint=_IN_CONTAINER)
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
    if isinstance(default, dict):  # one for each variant before its format 2.1: this is the usual one
        default = {"dotnet-portable": None} | default
    chosen = list(default.values()) if isinstance(default, dict) else [default]
    installed = said.get("installations")
    chosen += list(installed) if isinstance(installed, dict) else []
    return [Path(folder) for folder in chosen if isinstance(folder, str)]


@cache
def _version_of(program: tuple[str, ...], name: str) -> tuple[int, int, int]:
    try:
        done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{name} cannot be asked for its version: {error}", hint=HOW_TO_GET) from error
    match = _VERSION.search(done.stdout)
    if match is None:
        if missing := lacks(done.stderr):
            raise Missing(
                f"{name} has no `{missing}` on its PATH; vmote needs `renode` and `python3` in it", hint=HOW_TO_GET
            )
        said = (done.stdout + done.stderr).strip()[:200] or f"nothing (exit code {done.returncode})"
        raise Missing(f"{name} is not a Renode that works; asked for its version it says: {said}", hint=HOW_TO_GET)
    version = (int(match[1]), int(match[2]), int(match[3]))
    if version < OLDEST:
        found, oldest = say_version(version), say_version(OLDEST)
        raise Missing(f"{name} is Renode {found}; {oldest} or newer is needed", hint=HOW_TO_GET)
    return version
