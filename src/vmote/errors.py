# SPDX-License-Identifier: Apache-2.0
"""What can go wrong, said so that a person knows the way out."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class VmoteError(Exception):
    """A failure with a sentence for the person and an exit code for the shell."""

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what = what
        self.where = where
        self.hint = hint
        self.logs: dict[str, str] = {}  # what an emulator wrote until it failed, by file name
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n  {self.hint}" if self.hint else text


class BadInput(VmoteError):
    """Something a person wrote cannot be used as it is."""

    exit_code = 2


class Missing(VmoteError):
    """Something this machine needs is not there, or is too old."""

    exit_code = 3


class Unsupported(VmoteError):
    """An engine, board or runtime lacks an ability; says which has it."""

    exit_code = 2


class EngineFailure(VmoteError):
    """The emulator itself died or misbehaved: not the scenario's fault, nor the firmware's."""

    exit_code = 3


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the known word nearest to a mistyped one, or lists them all."""
    words = sorted(known)
    begun = [one for one in words if word and one.startswith(word)]
    close = begun or get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}? Known: {', '.join(words)}"
    return f"known: {', '.join(words)}"
