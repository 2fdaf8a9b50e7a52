# SPDX-License-Identifier: Apache-2.0
"""The device's words: UART text into typed records.

The firmware writes lines of the form `@record key=value key=value`; everything else is free text. Values hold no
spaces; a list is written with commas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vmote.units import to_ns

_RECORD = re.compile(r"^@([a-z][a-z0-9-]*)((?: [a-z][a-z0-9_]*=\S*)*)\s*$")
_MAX_LINE = 4096  # a device that never ends a line must not fill our memory


@dataclass(frozen=True)
class Record:
    """One `@record` line; `t_ns` is when its last byte arrived, in virtual time since reset."""

    kind: str
    fields: dict[str, str]
    t_ns: int
    line: int  # number of the console line, from 1

    def text(self, key: str, default: str = "") -> str:
        """Return a field as it was written."""
        return self.fields.get(key, default)

    def number(self, key: str) -> float | None:
        """Return a field as a number, or None where it is absent or is none."""
        try:
            return float(self.fields[key])
        except (KeyError, ValueError):
            return None

    def integer(self, key: str) -> int | None:
        """Return a field as an integer, or None where it is absent or is none."""
        try:
            return int(self.fields[key], 0)
        except (KeyError, ValueError):
            return None

    def integers(self, key: str) -> tuple[int, ...]:
        """Return a comma-separated field as integers; empty where it is absent or malformed."""
        try:
            return tuple(int(part) for part in self.fields[key].split(","))
        except (KeyError, ValueError):
            return ()

    @property
    def device_t_ns(self) -> int:
        """When the device itself says it was (`t=`), or else when the line arrived."""
        said = self.number("t")
        return self.t_ns if said is None else to_ns(said)

    def __str__(self) -> str:
        return " ".join([f"@{self.kind}", *(f"{key}={value}" for key, value in self.fields.items())])


@dataclass(frozen=True)
class Line:
    """One line of the console and when it was complete."""

    t_ns: int
    text: str


def parse_record(text: str, t_ns: int = 0, line: int = 0) -> Record | None:
    """Return the record a line holds, or None where it is free text."""
    match = _RECORD.match(text)
    if not match:
        return None
    pairs = (pair.split("=", 1) for pair in match.group(2).split())
    return Record(match.group(1), dict((key, value) for key, value in pairs), t_ns, line)


@dataclass
class Console:
    """Gathers UART bytes into lines and records."""

    lines: list[Line] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)  # all that was sent, as it was sent
    _partial: bytearray = field(default_factory=bytearray)

    def feed(self, t_ns: int, data: bytes) -> list[Record]:
        """Take bytes as they arrive; return the records they completed."""
        self.raw += data
        self._partial += data
        fresh: list[Record] = []
        while (end := self._partial.find(b"\n")) >= 0 or len(self._partial) > _MAX_LINE:
            cut = end if 0 <= end <= _MAX_LINE else _MAX_LINE
            raw = bytes(self._partial[:cut])
            del self._partial[: cut + (1 if cut == end else 0)]
            fresh += self._take(t_ns, raw)
        return fresh

    def finish(self, t_ns: int) -> None:
        """Keep what is left without a line end as a line; never as a record, for it is not whole."""
        raw, self._partial = bytes(self._partial), bytearray()
        if raw:
            self.lines.append(Line(t_ns, raw.decode("utf-8", errors="backslashreplace")))

    def _take(self, t_ns: int, raw: bytes) -> list[Record]:
        text = raw.decode("utf-8", errors="backslashreplace").rstrip("\r")
        self.lines.append(Line(t_ns, text))
        record = parse_record(text, t_ns, len(self.lines))
        if record is None:
            return []
        self.records.append(record)
        return [record]

    @property
    def size(self) -> int:
        """How many bytes the device sent."""
        return len(self.raw)

    def tail(self, count: int = 12) -> list[Line]:
        """Return the last lines."""
        return self.lines[-count:]
