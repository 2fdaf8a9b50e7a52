# SPDX-License-Identifier: Apache-2.0
"""`vmote scenario import`: a recording becomes a scenario that plays it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vmote.errors import BadInput
from vmote.scenario.making import recorded_unit
from vmote.scenario.recorded import TIME_UNITS, Table, read
from vmote.scenario.stimulus import QUANTITY_UNITS

# How columns are usually called, in lower case and without their unit.
_KNOWN = {
    "t": "time", "time": "time", "timestamp": "time", "seconds": "time", "date": "time", "datetime": "time",
    "temp": "temperature", "temperature": "temperature", "t_c": "temperature",
    "rh": "humidity", "hum": "humidity", "humidity": "humidity", "pressure": "pressure", "press": "pressure",
    "accx": "acceleration-x", "accy": "acceleration-y", "accz": "acceleration-z",
    "ax": "acceleration-x", "ay": "acceleration-y", "az": "acceleration-z",
    "acc_x": "acceleration-x", "acc_y": "acceleration-y", "acc_z": "acceleration-z",
    "gyrx": "angular-rate-x", "gyry": "angular-rate-y", "gyrz": "angular-rate-z",
    "gx": "angular-rate-x", "gy": "angular-rate-y", "gz": "angular-rate-z",
    "magx": "magnetic-field-x", "magy": "magnetic-field-y", "magz": "magnetic-field-z",
    "audio": "sound", "sound": "sound", "microphone": "sound",
} | {name: name for name in QUANTITY_UNITS}  # fmt: skip
_SCALES = {"ms": "ms", "us": "us", "s": "s", "min": "min", "h": "h"}


@dataclass(frozen=True)
class Column:
    """A column of the recording and the quantity it becomes."""

    name: str
    quantity: str
    unit: str = ""


def import_recording(
    source: Path, target: Path, *, columns: dict[str, str] | None = None, rate: float | None = None, app: str = ""
) -> Path:
    """Write a scenario beside a copy of the recording; `columns` maps a column's name to a quantity."""
    table = read(source, [])  # of a CSV the names only: which columns must hold numbers is not known yet
    time, chosen = _choose(table, columns or {})
    data = read(source, [column.name for column in (*chosen, *([time] if time else []))])
    length = _length(data, time, rate, chosen[0], source)
    if target.is_dir() or not target.suffix:
        target = target / f"{source.stem}.yaml"
    text = _scenario(source, table, time, chosen, rate, length, app)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.parent / source.name
        if beside.resolve() != source.resolve():
            if beside.exists():
                raise BadInput("a file of the recording's name is beside it already", where=str(beside))
            shutil.copyfile(source, beside)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadInput("this scenario is there already", where=str(target), hint="name another one") from None
    except OSError as error:
        raise BadInput(f"it cannot be written: {error.strerror}", where=str(error.filename or target)) from error
    return target


def _split(name: str) -> tuple[str, str]:
    """Take `Temp (°C)` or `accX [g]` apart into name and unit."""
    for opening, closing in (("[", "]"), ("(", ")")):
        if opening in name and name.rstrip().endswith(closing):
            head, _, rest = name.partition(opening)
            return head.strip(), rest.rstrip().removesuffix(closing).strip()
    return name.strip(), ""


def _choose(table: Table, columns: dict[str, str]) -> tuple[Column | None, list[Column]]:
    """Decide what each column is: by the caller's word, else by its name."""
    for name, quantity in columns.items():
        table.pick(name)
        if quantity not in QUANTITY_UNITS and quantity != "time":
            raise BadInput(f"{quantity!r} is no quantity", hint=f"known: time, {', '.join(QUANTITY_UNITS)}")
    time: Column | None = None
    chosen: list[Column] = []
    for name in table.columns:
        bare, unit = _split(name)
        unit = table.units.get(name, "") or unit
        meant: str | None = columns.get(name) or _KNOWN.get(bare.lower().replace(" ", "_"))
        if table.rate and len(table.columns) == 1 and meant is None and not table.units:
            meant = "sound"
        if meant == "time":
            time = time or Column(name, "time", _SCALES.get(unit, "s"))
        elif meant and meant not in [column.quantity for column in chosen]:
            recorded_unit(unit, meant, str(table.path))
            chosen.append(Column(name, meant, unit))
    if not chosen and table.rate and not table.units:
        chosen.append(Column(next(iter(table.columns)), "sound"))
    if not chosen:
        raise BadInput(
            f"no column is known: {', '.join(list(table.columns)[:12])}",
            where=str(table.path),
            hint="say what they are: --column NAME=temperature",
        )
    return time, chosen


def _length(table: Table, time: Column | None, rate: float | None, column: Column, source: Path) -> float:
    values = table.columns[column.name]
    if time is not None:
        times = table.columns[time.name] * TIME_UNITS[time.unit]
        if np.any(np.diff(times) <= 0):
            raise BadInput("its times do not increase", where=str(source), hint="sort it by time")
        return float(times[-1] - times[0])
    hertz = rate or table.rate
    if hertz is None:
        raise BadInput("it does not say how fast it was taken", where=str(source), hint="give --rate, such as 62.5")
    return len(values) / hertz


def _scenario(
    source: Path, table: Table, time: Column | None, chosen: list[Column], rate: float | None, length: float, app: str
) -> str:
    quantities = {column.quantity for column in chosen}
    guess = "keyword" if "sound" in quantities else "weather" if "temperature" in quantities else "motion"
    lines = [
        "# Made from a recording: say what is true in it, and what the device must conclude.",
        "schema: 1",
        f"title: Recorded in {_quoted(source.stem)}",
        "device:",
        f"  app: {app or guess}",
        f"duration: {max(length, 0.001):.6g}s",
        "",
        "world:",
    ]
    for column in chosen:
        parts = [f"file: {_quoted(source.name)}"]
        if len(table.columns) > 1:
            parts.append(f"column: {_quoted(column.name)}")
        if column.unit and column.unit not in table.units.values():
            parts.append(f"unit: {_quoted(column.unit)}")
        if time is not None:
            parts.append(f"time: {_quoted(time.name)}")
            if time.unit != "s":
                parts.append(f"time-unit: {time.unit}")
        elif table.rate is None and rate is not None:
            parts.append(f"rate: {rate:g} Hz")
        lines.append(f"  {column.quantity}:")
        lines.append(f"    - recording: {{{', '.join(parts)}}}")
    lines += ["", "truth: []          # such as: - snow 07:00-10:00", "", "expect: {}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Write a text so that YAML reads it back, whatever it holds."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
