# SPDX-License-Identifier: Apache-2.0
"""Reading a flatbuffer that nobody vouches for: every step is checked before it is taken."""

from __future__ import annotations

import struct
from dataclasses import dataclass


class Corrupt(Exception):
    """An offset, a length or a table of the file leads nowhere."""


@dataclass(frozen=True)
class Table:
    """A table: fields by number, each absent or at a place inside the file."""

    data: bytes
    at: int

    def _word(self, at: int, form: str) -> int | float:
        size = struct.calcsize(form)
        if at < 0 or at + size > len(self.data):
            raise Corrupt(f"something at byte {at} lies beyond the end ({len(self.data)} bytes)")
        value: int | float = struct.unpack_from(form, self.data, at)[0]
        return value

    def _field(self, number: int) -> int | None:
        vtable = self.at - int(self._word(self.at, "<i"))
        size = int(self._word(vtable, "<H"))
        slot = 4 + 2 * number
        if slot + 2 > size:
            return None
        position = int(self._word(vtable + slot, "<H"))
        return self.at + position if position else None

    def scalar(self, number: int, form: str, otherwise: int | float = 0) -> int | float:
        """Return a number, `form` in the letters of the struct module."""
        at = self._field(number)
        return otherwise if at is None else self._word(at, "<" + form)

    def integer(self, number: int, form: str = "i", otherwise: int = 0) -> int:
        """Return a whole number."""
        return int(self.scalar(number, form, otherwise))

    def _follow(self, at: int) -> int:
        return at + int(self._word(at, "<I"))

    def table(self, number: int) -> Table | None:
        """Return a table within this one."""
        at = self._field(number)
        return None if at is None else Table(self.data, self._follow(at))

    def _vector(self, number: int, size: int) -> tuple[int, int]:
        at = self._field(number)
        if at is None:
            return 0, 0
        start = self._follow(at)
        count = int(self._word(start, "<I"))
        if start + 4 + count * size > len(self.data):
            raise Corrupt(f"a list of {count} entries at byte {start} reaches beyond the end")
        return start + 4, count

    def tables(self, number: int) -> list[Table]:
        """Return a list of tables."""
        start, count = self._vector(number, 4)
        return [Table(self.data, self._follow(start + 4 * i)) for i in range(count)]

    def numbers(self, number: int, form: str) -> list[int]:
        """Return a list of whole numbers."""
        start, count = self._vector(number, struct.calcsize("<" + form))
        return [int(v) for v in struct.unpack_from(f"<{count}{form}", self.data, start)]

    def reals(self, number: int) -> list[float]:
        """Return a list of float32."""
        start, count = self._vector(number, 4)
        return list(struct.unpack_from(f"<{count}f", self.data, start))

    def bytes(self, number: int) -> bytes:
        """Return a list of bytes, or a string's bytes."""
        start, count = self._vector(number, 1)
        return self.data[start : start + count]


def root(data: bytes) -> Table:
    """Return the root table."""
    head = Table(data, 0)
    return Table(data, head._follow(0))
