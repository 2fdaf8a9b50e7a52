# SPDX-License-Identifier: Apache-2.0
"""Our peripherals for Renode, compiled once: Renode takes seconds for it at every start, and loads them in no time."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from vmote.engine.renode.commands import at
from vmote.engine.renode.found import Found
from vmote.engine.renode.server import MonitorError, Server

SOURCES = Path(__file__).with_name("csharp")


def load_parts(server: Server, found: Found, cache: Path | None = None) -> None:
    """Give Renode our peripherals, from the cache where they are there."""
    key = parts_key(found)
    if server.parts == key:  # a process that was used before
        return
    server.parts = key
    kept = (cache or _cache()) / f"{key}.dll"
    if kept.is_file():
        with contextlib.suppress(MonitorError):  # a damaged or foreign file: compile again
            near = server.folder / kept.name  # where Renode can read it even from inside a container
            shutil.copyfile(kept, near)
            server.python(
                f"from Antmicro.Renode.Utilities import TypeManager; TypeManager.Instance.ScanFile({str(near)!r})"
            )
            server.python("import clr; from Antmicro.Renode.Utilities import TypeManager; "
                          "TypeManager.Instance.GetTypeByName('Antmicro.Renode.Vmote.Observer')")  # fmt: skip
            return
    server.command("include " + " ".join(at(path) for path in sorted(SOURCES.glob("*.cs"))), timeout_s=180.0)
    made = sorted(server.folder.glob("renode-*/*.dll"), key=lambda path: path.stat().st_mtime)
    if made:
        _keep(made[-1], kept)


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vmote" / "renode"


def parts_key(found: Found) -> str:
    """Name what the result depends on: the sources and the Renode that compiles them."""
    stamp = found.container or f"{found.path.resolve()} {found.path.stat().st_mtime_ns}"
    seal = hashlib.sha256(f"{stamp} {found.said}".encode())
    for path in sorted(SOURCES.glob("*.cs")):
        seal.update(path.read_bytes())
    return seal.hexdigest()[:32]


def _keep(made: Path, kept: Path) -> None:
    """Put a file into the cache in one step: others may be doing the same."""
    with contextlib.suppress(OSError):  # a home that cannot be written: compile at every start
        kept.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=kept.parent)
        os.close(handle)
        shutil.copyfile(made, draft)
        Path(draft).replace(kept)
