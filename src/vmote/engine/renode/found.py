# SPDX-License-Identifier: Apache-2.0
"""A Renode that was found: where, how, and which version."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

BASELINE = (1, 16, 1)  # what the platforms, the parts and the tests were written against
OLDEST = (1, 15, 0)  # before it, peripherals in C# are given another kind of machine


@dataclass(frozen=True)
class Found:
    """A Renode, how it was found, and which one it is."""

    path: Path  # its program; docker's, where it is an image
    how: str  # a sentence for `vmote doctor`
    version: tuple[int, int, int]
    container: str = ""  # the image it runs from

    @property
    def said(self) -> str:
        """The version as a person writes it."""
        return say_version(self.version)

    @property
    def place(self) -> str:
        """Where it is, for a person."""
        return f"image {self.container}" if self.container else str(self.path)

    @property
    def caution(self) -> str:
        """What to know about this version; nothing for the one all was written against."""
        if self.version == BASELINE:
            return ""
        if self.version < BASELINE:
            what = (
                "older than the parts were written against: a part may not compile at load, and models, instruction "
                "counts and times may differ"
            )
        else:
            what = "newer: our parts may not compile at load, or differ from what the new one brings itself"
        return f"Renode {self.said}: vmote is tested with {say_version(BASELINE)}, this is {what}"


def say_version(version: tuple[int, int, int]) -> str:
    """Write a version as a person does."""
    return ".".join(map(str, version))
