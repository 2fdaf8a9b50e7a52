# SPDX-License-Identifier: Apache-2.0
"""Who looks on while a container's image is pulled and built. Every method may be left as it is."""

from __future__ import annotations


class Progress:
    """Is told of each step; silent unless somebody listens."""

    def step(self, number: int, of: int, what: str) -> None:
        """A step of the image's build begins."""

    def pulling(self, done: int, of: int) -> None:
        """Bytes of the base image have come."""

    def said(self, line: str) -> None:
        """A step printed something."""

    def finished(self) -> None:
        """The image is there, or will not be."""
