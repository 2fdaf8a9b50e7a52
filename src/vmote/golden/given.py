# SPDX-License-Identifier: Apache-2.0
"""What the device says it fed its model and what came out, gathered from the trace.

A short input stands in the record itself: `@infer n=4 in=3,-7,… out=…`. A long one comes before it in pieces, two
hexadecimal digits a byte: `@features n=4 at=0 hex=03f9…`, `@features n=4 at=240 hex=…`. Its CRC-32 stands in the record
(`in_crc=`): pieces that do not give it were lost or garbled on their way.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from zlib import crc32

from vmote.console import Record


@dataclass(frozen=True)
class Inference:
    """One `@infer` record."""

    n: int
    record: Record
    given: bytes | None  # the input's bytes; None where the device did not tell them all
    out: bytes | None
    first: bool  # the device has (re)started since the inference before: its model holds no state
    anew: bool  # readings were lost since the inference before: its decision remembers nothing
    layers: dict[int, int] = field(default_factory=dict)  # operator -> CRC-32 of what it put out, where told
    sound: tuple[int, int] | None = None  # samples since the sound began, and their CRC-32, where told
    heard: str | None = ""  # the label that begins to hold with it; None where the device had no time to say


def inferences(records: tuple[Record, ...]) -> list[Inference]:
    """Gather the inferences of a trace, in order."""
    found: list[Inference] = []
    pieces: dict[int, bytes] = {}
    layers: dict[int, int] = {}
    sound: tuple[int, int] | None = None
    first = anew = True
    for k, record in enumerate(records):
        if record.kind == "boot":
            first, anew, pieces, layers, sound = True, True, {}, {}, None
        elif record.kind == "error" and "sensor" in record.fields:
            anew = True
        elif record.kind == "features":
            _add(record, pieces)
        elif record.kind == "operator":
            _note_layer(record, layers)
        elif record.kind == "pcm":
            sound = _note_sound(record)
        elif record.kind == "heard" and found:
            found[-1] = replace(found[-1], heard=record.text("label"))
        elif record.kind == "infer":
            told = pieces.get(record.integer("n") or 0) or None
            given = _whole(record, _bytes(record, "in") if "in" in record.fields else told)
            out = _bytes(record, "out")
            cut = k + 1 == len(records) or records[k + 1].kind == "boot"
            heard = None if cut else ""
            found.append(Inference(record.integer("n") or 0, record, given, out, first, anew, layers, sound, heard))
            first, anew, pieces, layers, sound = False, False, {}, {}, None
    return found


def _add(record: Record, pieces: dict[int, bytes]) -> None:
    """Append a piece of an input. One that does not join on leaves the input too short, which shows."""
    n, at = record.integer("n") or 0, record.integer("at")
    held = pieces.get(n, b"")
    try:
        fresh = bytes.fromhex(record.text("hex"))
    except ValueError:
        return
    if len(held) == at and "cut" not in record.fields:
        pieces[n] = held + fresh


def _whole(record: Record, given: bytes | None) -> bytes | None:
    """Return the input unless its checksum says that it is another."""
    try:
        promised = int(record.text("in_crc"), 16)
    except ValueError:
        return given
    return given if given is not None and crc32(given) == promised else None


def _note_layer(record: Record, layers: dict[int, int]) -> None:
    index = record.integer("index")
    try:
        crc = int(record.text("crc"), 16)
    except ValueError:
        return
    if index is not None:
        layers[index] = crc


def _note_sound(record: Record) -> tuple[int, int] | None:
    samples = record.integer("samples")
    try:
        return None if samples is None else (samples, int(record.text("crc"), 16))
    except ValueError:
        return None


def _bytes(record: Record, key: str) -> bytes | None:
    values = record.integers(key)
    if not values or "cut" in record.fields or not all(-128 <= value <= 127 for value in values):
        return None
    return bytes(value & 0xFF for value in values)
