# SPDX-License-Identifier: Apache-2.0
"""Folders that last as long as their maker: removed at its end or, where it was killed, by the next one."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

LOCK = ".lock"


class Scratch:
    """A folder under the system's temporary one. A lock says that somebody still needs it; it dies with its holder."""

    def __init__(self, kind: str) -> None:
        _sweep()
        self.path = Path(tempfile.mkdtemp(prefix=f"vmote-{kind}-"))
        descriptor = os.open(self.path / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self._end = weakref.finalize(self, _remove, self.path, descriptor)

    def close(self) -> None:
        """Remove the folder. May be called twice."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _remove(path: Path, descriptor: int) -> None:
    shutil.rmtree(path, ignore_errors=True)
    os.close(descriptor)


@cache
def _sweep() -> None:
    """Once a process: remove what processes left behind that were killed."""
    for lock in Path(tempfile.gettempdir()).glob(f"vmote-*/{LOCK}"):
        with suppress(OSError):  # somebody else's, or gone meanwhile
            if lock.lstat().st_uid != os.getuid() or lock.is_symlink():
                continue
            descriptor = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)
            finally:
                os.close(descriptor)
