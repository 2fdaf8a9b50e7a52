# SPDX-License-Identifier: Apache-2.0
"""Recorded data: CSV, WAV and Edge Impulse's JSON into columns.

Nothing that a file says of itself is believed before it was checked.
"""

from __future__ import annotations

import csv
import io
import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from vmote.errors import BadInput, nearest
from vmote.scenario.signals.grid import Floats
from vmote.scenario.tree import decode

MAX_BYTES = 256_000_000
MAX_ROWS = 5_000_000
TIME_UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "min": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Table:
    """Columns of a file; `rate` where its rows are evenly spaced by its own word."""

    path: Path
    columns: dict[str, Floats]
    units: dict[str, str]
    rate: float | None = None

    def pick(self, column: str | int | None) -> tuple[str, Floats]:
        """Return a column by name, by number from 1, or the only one there is."""
        names = list(self.columns)
        if column is None:
            if len(names) != 1:
                hint = f"say which with `column:`; it has {', '.join(names[:20])}"
                raise BadInput(f"it has {len(names)} columns", where=str(self.path), hint=hint)
            column = 1
        if isinstance(column, int):
            if not 1 <= column <= len(names):
                raise BadInput(f"there is no column {column}", where=str(self.path), hint=f"it has {len(names)}")
            column = names[column - 1]
        if column not in self.columns:
            raise BadInput(f"there is no column {column!r}", where=str(self.path), hint=nearest(column, names[:50]))
        return column, self.columns[column]


def read(path: Path, wanted: Sequence[str | int] | None = None) -> Table:
    """Read a data file by what it is, whatever its name says; of a CSV only the wanted columns must be numbers."""
    raw = _bytes(path)
    if raw[:4] in (b"RIFF", b"RF64", b"RIFX"):
        return wav(raw, path)
    if path.suffix.lower() == ".wav":
        raise BadInput("this is not a WAV file: it does not start with RIFF", where=str(path))
    if raw.lstrip()[:1] in (b"{", b"["):
        return edge_impulse(raw, path)
    return comma_separated(raw, path, wanted)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput(f"the recording cannot be read: {error.strerror}", where=str(path)) from error
    if len(raw) > MAX_BYTES:
        raise BadInput(f"the recording is larger than {MAX_BYTES} bytes", where=str(path), hint="cut it into parts")
    if not raw.strip():
        raise BadInput("the recording is empty", where=str(path))
    return raw


def comma_separated(raw: bytes, path: Path, wanted: Sequence[str | int] | None) -> Table:
    """Read a CSV: comma, semicolon or tab, with a header or without, decimal points or (with semicolons) commas."""
    text = decode(raw, str(path))
    if "\0" in text:
        raise BadInput("this is not a CSV: it holds zero bytes", where=str(path))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    delimiter = max(",;\t", key=first.count)
    rows: list[tuple[int, list[str]]] = []
    try:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter)
        for row in reader:
            if any(cell.strip() for cell in row) and not row[0].lstrip().startswith("#"):
                rows.append((reader.line_num, row))
            if len(rows) > MAX_ROWS:
                raise BadInput(f"the recording has more than {MAX_ROWS} rows", where=str(path), hint="cut it up")
    except csv.Error as error:
        raise BadInput(f"this is not a CSV: {error}", where=f"{path}:{reader.line_num}") from error
    if not rows:
        raise BadInput("the recording has no rows", where=str(path))
    comma = delimiter == ";"
    headed = any(_number(cell, comma) is None for cell in rows[0][1])
    names = [cell.strip() for cell in rows[0][1]] if headed else [str(i + 1) for i in range(len(rows[0][1]))]
    names = [name or str(i + 1) for i, name in enumerate(names)]
    if len(set(names)) != len(names):
        raise BadInput("two columns have the same name", where=f"{path}:{rows[0][0]}", hint="rename one of them")
    body = rows[1:] if headed else rows
    if not body:
        raise BadInput("there is a header and no data", where=str(path))
    keep = _wanted(names, wanted)
    columns = {name: _column(body, i, name, path, comma) for i, name in enumerate(names) if name in keep}
    return Table(path, {name: columns.get(name, np.empty(0)) for name in names}, {})


def _wanted(names: list[str], wanted: Sequence[str | int] | None) -> set[str]:
    if wanted is None:
        return set(names)
    return {names[w - 1] if isinstance(w, int) and 1 <= w <= len(names) else str(w) for w in wanted}


def _column(body: list[tuple[int, list[str]]], index: int, name: str, path: Path, comma: bool) -> Floats:
    out = np.empty(len(body))
    for i, (line, row) in enumerate(body):
        cell = row[index] if index < len(row) else ""
        value = _number(cell, comma)
        if value is None:
            found = repr(cell.strip()[:40]) if cell.strip() else "nothing"
            raise BadInput(f"column {name!r} holds {found}, not a number", where=f"{path}:{line}")
        out[i] = value
    return out


def _number(cell: str, comma: bool) -> float | None:
    """Read a number, or a date and time as seconds; NaN and infinity are none."""
    text = cell.strip()
    try:
        value = float(text.replace(",", ".") if comma else text)
    except ValueError:
        if len(text) < 10 or text[4:5] != "-":
            return None
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()  # no machine's own zone
        except ValueError:
            return None
    return value if math.isfinite(value) and "_" not in text else None


def edge_impulse(raw: bytes, path: Path) -> Table:
    """Read Edge Impulse's data acquisition format: {"payload": {"interval_ms", "sensors", "values"}}."""
    try:
        data: Any = json.loads(decode(raw, str(path)))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"this is not JSON: {error}", where=str(path)) from error
    payload = data.get("payload") if isinstance(data, dict) else None
    if not isinstance(payload, dict):
        hint = "export it in Edge Impulse's data acquisition format (JSON)"
        raise BadInput("this JSON has no `payload`", where=str(path), hint=hint)
    interval, sensors, values = (payload.get(key) for key in ("interval_ms", "sensors", "values"))
    if isinstance(interval, bool) or not isinstance(interval, int | float) or not 1e-4 <= interval <= 1e9:
        raise BadInput(f"`interval_ms` is {interval!r}, not a time above zero", where=str(path))
    named = [sensor for sensor in sensors if isinstance(sensor, dict)] if isinstance(sensors, list) else []
    if not named or len(named) != len(sensors or []):
        raise BadInput("`sensors` is not a list of sensors", where=str(path))
    names = [str(sensor.get("name", i + 1)) for i, sensor in enumerate(named)]
    if len(set(names)) != len(names):
        raise BadInput("two sensors have the same name", where=str(path))
    if not isinstance(values, list) or not values or len(values) > MAX_ROWS:
        raise BadInput("`values` is not a list of samples", where=str(path))
    table = np.empty((len(values), len(names)))
    for i, row in enumerate(values):
        cells = row if isinstance(row, list) else [row]
        good = len(cells) == len(names) and all(
            isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) < 1e30 for cell in cells
        )
        if not good:
            raise BadInput(f"sample {i + 1} is not {len(names)} finite numbers", where=str(path))
        table[i] = cells
    units = {name: str(sensor.get("units", "")) for name, sensor in zip(names, named, strict=True)}
    return Table(path, {name: table[:, i].copy() for i, name in enumerate(names)}, units, 1000.0 / float(interval))


def wav(raw: bytes, path: Path) -> Table:
    """Read a WAV: integers of 8 to 32 bits or floats; one that lies about its length is read as far as it goes."""
    order = ">" if raw[:4] == b"RIFX" else "<"
    if len(raw) < 12 or raw[8:12] != b"WAVE":
        raise BadInput("this is not a WAV file: the word WAVE is missing", where=str(path))
    position, form, data = 12, None, None
    while position + 8 <= len(raw):
        name, size = raw[position : position + 4], struct.unpack(order + "I", raw[position + 4 : position + 8])[0]
        body = raw[position + 8 : position + 8 + size]
        if name == b"fmt " and form is None:
            form = body
        elif name == b"data":
            # Recorders that died or wrote to a pipe leave 0 or the largest number: then the rest of the file is meant.
            data = raw[position + 8 :] if size in (0, 0xFFFFFFFF) else body
            break
        position += 8 + size + size % 2
    if form is None or len(form) < 16:
        raise BadInput("this WAV does not say its format", where=str(path))
    if data is None:
        raise BadInput("this WAV holds no sound", where=str(path))
    code, channels, rate, _, align, bits = struct.unpack(order + "HHIIHH", form[:16])
    if code == 0xFFFE and len(form) >= 26:
        code = struct.unpack(order + "H", form[24:26])[0]
    if not 100 <= rate <= 1_000_000:
        raise BadInput(f"this WAV claims {rate} samples a second", where=str(path), hint="100 to 1000000 are possible")
    if not 1 <= channels <= 64 or bits % 8 or align != channels * bits // 8:
        raise BadInput(f"this WAV claims {channels} channels of {bits} bits in {align} bytes", where=str(path))
    frames = len(data) // align
    if frames < 1:
        raise BadInput("this WAV holds no sound", where=str(path))
    values = _decode(data[: frames * align], code, bits, order, path).reshape(frames, channels)
    if not np.isfinite(values).all():
        raise BadInput("this WAV holds samples that are no numbers", where=str(path))
    return Table(path, {str(i + 1): values[:, i].copy() for i in range(channels)}, {}, float(rate))


def _decode(data: bytes, code: int, bits: int, order: str, path: Path) -> Floats:
    if code == 3 and bits in (32, 64):
        return np.frombuffer(data, dtype=f"{order}f{bits // 8}").astype(np.float64)
    if code != 1 or bits not in (8, 16, 24, 32):
        raise BadInput(
            f"this WAV's samples (format {code}, {bits} bits) cannot be read",
            where=str(path),
            hint="convert it to 16-bit PCM, such as with: ffmpeg -i in.wav -c:a pcm_s16le out.wav",
        )
    if bits == 8:
        return (np.frombuffer(data, dtype=np.uint8).astype(np.float64) - 128.0) / 128.0
    if bits == 24:
        parts = np.frombuffer(data, dtype=np.uint8).reshape(-1, 3).astype(np.int32)
        low, middle, high = parts.T if order == "<" else parts.T[::-1]
        number = low | (middle << 8) | (high << 16)
        signed: Floats = np.where(number >= 1 << 23, number - (1 << 24), number) / float(1 << 23)
        return signed
    return np.frombuffer(data, dtype=f"{order}i{bits // 8}").astype(np.float64) / float(1 << (bits - 1))
