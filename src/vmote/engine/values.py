# SPDX-License-Identifier: Apache-2.0
"""A variable's bytes as numbers, and back."""

from __future__ import annotations

import struct

from vmote.errors import BadInput, nearest

KINDS = {
    "u8": "B", "i8": "b", "u16": "H", "i16": "h", "u32": "I", "i32": "i", "u64": "Q", "i64": "q",
    "f32": "f", "f64": "d",
}  # fmt: skip
_BY_SIZE = {1: "u8", 2: "u16", 4: "u32", 8: "u64"}
Value = int | float


def kind_of(size: int, kind: str | None, name: str) -> str:
    """Return how a variable is to be read: as asked, or as one unsigned number where its size is one's."""
    if kind is not None and kind not in KINDS:
        raise BadInput(f"there is no kind of number {kind!r}", hint=nearest(kind, KINDS))
    found = kind or _BY_SIZE.get(size, "u8")
    if size % struct.calcsize(KINDS[found]):
        raise BadInput(f"{name} has {size} bytes, which no whole number of {found} fills", hint="say another kind")
    return found


def numbers(data: bytes, kind: str | None, name: str) -> Value | list[Value]:
    """Return a variable's bytes as a number, or as a list of them where it holds several."""
    code = KINDS[kind_of(len(data), kind, name)]
    out: list[Value] = list(struct.unpack(f"<{len(data) // struct.calcsize(code)}{code}", data))
    return out[0] if len(out) == 1 else out


def to_bytes(values: list[Value], size: int, kind: str | None, name: str) -> bytes:
    """Return numbers as the bytes of a variable; fewer than it holds leave the rest as it was."""
    found = kind_of(size, kind, name)
    room = size // struct.calcsize(KINDS[found])
    if len(values) > room:
        raise BadInput(f"{name} holds {room} of {found}, not {len(values)}")
    try:
        whole = values if found in ("f32", "f64") else [int(v) if v == int(v) else v for v in values]
        return struct.pack(f"<{len(values)}{KINDS[found]}", *whole)
    except (struct.error, OverflowError) as error:
        raise BadInput(f"{', '.join(f'{v:g}' for v in values)} does not fit into {found}: {error}") from error
