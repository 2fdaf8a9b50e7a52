# SPDX-License-Identifier: Apache-2.0
"""What the container sees of this machine: the same paths as outside, so that every message names what a person has."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from vmote.errors import BadInput
from vmote.platforms import project_root

# The container's own: nothing of this machine may lie over them.
_ITS_OWN = (
    "bin",
    "boot",
    "dev",
    "etc",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "proc",
    "run",
    "sbin",
    "sys",
    "usr",
    "vmote",
)
# Folders of many people's things: of these a file is shown alone, not all that lies beside it.
_SHARED = (Path("/"), Path("/tmp"), Path("/var/tmp"), Path("/home"), Path("/Users"), Path("/root"), Path("/mnt"))


@dataclass
class Places:
    """Folders and files to be seen, and folders to be written to; the checkout is always among the first."""

    readable: set[Path] = field(default_factory=set)
    writable: set[Path] = field(default_factory=set)

    def show(self, path: Path) -> None:
        """Let a file be seen with what lies beside it, or a folder with what is in it."""
        path = Path(os.path.abspath(path))  # noqa: PTH100  a link stays the name a person wrote
        if not path.exists() or path.is_relative_to(project_root()):
            return
        shown = path if path.is_dir() or path.parent in (*_SHARED, Path.home()) else path.parent
        self.readable.add(_checked(shown))

    def show_words(self, words: Iterable[str]) -> None:
        """Let every file be seen that the words of a command name."""
        for word in words:
            for part in (word, word.partition("=")[2], word.partition(":")[2]):
                if part and not part.startswith("-"):
                    self.show(Path(part))

    def write(self, path: Path) -> None:
        """Let a folder be written to, and make it: what docker makes would belong to root."""
        path = Path(os.path.abspath(path))  # noqa: PTH100
        _checked(path)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(f"cannot be made: {error.strerror}", where=str(path), hint="name another folder") from error
        self.writable.add(path)


def _checked(path: Path) -> Path:
    if path == Path("/") or path.parts[1] in _ITS_OWN:
        raise BadInput(
            "cannot be shown to the container, which has a folder of that name itself", where=str(path),
            hint="move it into a folder of your own, or use --toolchain local",
        )  # fmt: skip
    return path
