# SPDX-License-Identifier: Apache-2.0
"""What a build was made of, so that nothing is compiled when nothing changed; and files written whole."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def inputs_of(wishes: str, files: Iterable[Path]) -> str:
    """Hash the names, sizes and times of everything a build reads: quicker than reading it."""
    digest = hashlib.sha256(wishes.encode())
    for path in sorted(files):
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def files_below(folder: Path, *without: str) -> Iterator[Path]:
    """Yield every file in a folder, but hidden ones and those in folders of these names."""
    for place, subfolders, names in os.walk(folder):
        subfolders[:] = [name for name in subfolders if name not in without and not name.startswith(".")]
        yield from (Path(place, name) for name in names if not name.startswith("."))


def read_stamp(path: Path) -> str:
    """Return the inputs that a stamp tells of; empty where there is none."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["inputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def write_stamp(path: Path, inputs: str, **more: str) -> None:
    """Note what a build was made of."""
    path.write_text(json.dumps({"inputs": inputs} | more), encoding="utf-8")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process build here at a time; the lock ends with the process that holds it."""
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def read_text(path: Path) -> str:
    """Return a file's text, empty where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def write_if_other(path: Path, text: str) -> None:
    """Write a file unless it says so already: its time stays."""
    if read_text(path) != text:
        path.write_text(text, encoding="utf-8")


def replace_with(source: Path, target: Path) -> None:
    """Copy a file in one step: nobody sees half of it."""
    fresh = target.with_suffix(".new")
    shutil.copyfile(source, fresh)
    fresh.replace(target)
