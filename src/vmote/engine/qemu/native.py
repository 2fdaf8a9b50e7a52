# SPDX-License-Identifier: Apache-2.0
"""Compiles the plugin and the link helper on first use, and finds them again afterwards."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from vmote.engine.qemu import layout
from vmote.errors import EngineFailure, Missing

_HERE = Path(__file__).parent
_FLAGS = ("-std=gnu11", "-O2", "-Wall", "-Wextra", "-fPIC", "-shared", "-fvisibility=hidden")


def cache_folder() -> Path:
    """Return where compiled helpers are kept: VMOTE_CACHE, the checkout's .cache, or the user's."""
    if "VMOTE_CACHE" in os.environ:
        return Path(os.environ["VMOTE_CACHE"])
    root = _HERE.parents[3]
    if (root / "pyproject.toml").is_file() and os.access(root, os.W_OK):
        return root / ".cache"
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "vmote"


@cache
def _compiler() -> tuple[str, str]:
    """Return the C compiler and a word that changes when it does."""
    name = os.environ.get("VMOTE_CC") or shutil.which("gcc") or shutil.which("cc")
    if not name or not shutil.which(name):
        raise Missing(
            "there is no C compiler for the emulator's plugin",
            hint="install gcc (apt-get install gcc), or name one in VMOTE_CC",
        )
    path = Path(shutil.which(name) or name).resolve()
    return str(path), f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}"


@cache
def compiled(kind: str) -> Path:
    """Return the shared object for `plugin` or `link`, compiling it if these sources never were."""
    sources = sorted((_HERE / kind).glob("*.c"))
    headers = [*sorted((_HERE / kind).glob("*.h")), *sorted((_HERE / "link").glob("*.h"))]
    compiler, identity = _compiler()
    digest = hashlib.sha256("\0".join((identity, *_FLAGS)).encode())
    for path in (*sources, *headers):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    folder = cache_folder() / "native"
    target = folder / f"vmote-{kind}-{digest.hexdigest()[:16]}.so"
    if target.is_file():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    # Several runs may compile at once: each into its own file, and the last rename wins with equal content.
    descriptor, temporary = tempfile.mkstemp(dir=folder, suffix=".so")
    os.close(descriptor)
    try:
        command = [compiler, *_FLAGS, "-o", temporary, *map(str, sources), "-ldl", "-lpthread"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise EngineFailure(
                f"the {kind} of the qemu engine does not compile with {compiler}: {done.stderr.strip()[:2000]}"
            )
        Path(temporary).chmod(0o755)
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return target


@cache
def link_library() -> ctypes.CDLL:
    """Load the link helper."""
    library = ctypes.CDLL(str(compiled("link")))
    layout.check(library)
    for name in ("vmote_wait", "vmote_turn"):
        function = getattr(library, name)
        function.argtypes = [ctypes.c_void_p, ctypes.c_int64]
        function.restype = ctypes.c_int
    return library
