# SPDX-License-Identifier: Apache-2.0
"""Acceleration: the rows the device told, made anew from what its accelerometer sampled of the world."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vmote.console import Record
from vmote.features.decimate import decimate
from vmote.firmware.card import ZScore
from vmote.golden.agreement import SAMPLES, Agreement, Stage
from vmote.golden.recorded import Stretch, stretches
from vmote.platforms import Board
from vmote.scenario.stimulus import Stimulus
from vmote.trace import Trace
from vmote.units import say_time

AXES = ("acceleration-x", "acceleration-y", "acceleration-z")
# Part -> millionths of g in a step at the range the firmware sets: LSM9DS1 datasheet DocID025715 rev 3, table 3.
STEPS = {"lsm9ds1-ag": 122}
_BEFORE_NS = 2_000_000_000  # a first row's samples were taken at most so long before it was told
_PROBE = 5  # rows that a place must give before it is worth comparing all

Rows = NDArray[np.int64]


def movement_stage(trace: Trace, features: ZScore, board: Board, stimulus: Stimulus) -> Stage:
    """Hold every row told against the average of the samples that belong to it, to the last thousandth."""
    model = next((part.model for part in board.parts.values() if AXES[0] in part.quantities), "")
    step = STEPS.get(model)
    if step is None or not trace.asked:
        why = f"the steps of {model or 'no part'} are unknown"
        why = "the engine does not say when parts sample" if step else why
        return Stage(SAMPLES, Agreement.UNTOLD, 0, why)
    world = stretches(trace.asked, stimulus, AXES, lambda raw: _stored(raw, step))
    rate = round(1 / features.period_s)
    compared = spoiled = 0
    for records in _unbroken(trace):
        rows = np.array([_row(record) for record in records], dtype=np.int64)
        best = _best(rows, records[0].device_t_ns, world, rate)
        if best is None:
            spoiled += len(rows)
            continue
        equal, expected, known = best
        compared += int((equal & known).sum())
        spoiled += int((~known).sum())
        wrong = np.flatnonzero(~equal & known)
        if len(wrong):
            return _differs(records[int(wrong[0])], rows[wrong[0]], expected[wrong[0]], compared)
    left_out = f"; {spoiled} under a fault left out" if spoiled else ""
    if not compared:
        return Stage(SAMPLES, Agreement.UNTOLD, 0, f"no row of acceleration was told{left_out}")
    return Stage(SAMPLES, Agreement.EQUAL, compared, f"{compared} rows as the world was, to the last digit{left_out}")


def _stored(raw: NDArray[np.float64], step: int) -> Rows:
    return np.clip(np.rint(raw / (step * 1e-6)), -32768, 32767).astype(np.int64) * step


def _row(record: Record) -> tuple[int, ...]:
    return tuple(round(1000 * (record.number(axis.replace("-", "_")) or 0.0)) for axis in AXES)


def _unbroken(trace: Trace) -> Iterator[list[Record]]:
    """Give runs of rows between which no sample was lost."""
    run: list[Record] = []
    for record in trace.records:
        if record.kind == "boot" or (record.kind == "error" and "sensor" in record.fields):
            if run:
                yield run
            run = []
        elif record.kind == "sample":
            run.append(record)
    if run:
        yield run


def _best(rows: Rows, told_ns: int, world: list[Stretch], rate: int) -> tuple[Rows, Rows, Rows] | None:
    """Find where in the world the rows begin: the place from which most of them are right."""
    best, score = None, -1.0
    for stretch in world:
        sensor = round(stretch.rate_hz)
        last = int((told_ns - stretch.start_ns) * stretch.rate_hz / 1e9) + 1
        first = int((told_ns - _BEFORE_NS - stretch.start_ns) * stretch.rate_hz / 1e9)
        for start in range(max(first, 0), max(last, 0)):
            end = start + -(-_PROBE * sensor // rate) + 1
            probe = decimate(stretch.values[start:end], sensor, rate)[:_PROBE]
            near = (probe == rows[: len(probe)]).all(axis=1).mean() if len(probe) else 0.0
            if near < score:
                continue
            need = -(-len(rows) * sensor // rate) + 1
            expected = decimate(stretch.values[start : start + need], sensor, rate)[: len(rows)]
            if len(expected) < len(rows):
                continue
            known = decimate(stretch.known[start : start + need, np.newaxis] * np.int64(10**6), sensor, rate)
            whole = known[: len(rows), 0] == 1000
            equal = (expected == rows).all(axis=1)
            right = float((equal | ~whole).mean())
            if near + right > score:
                best, score = (equal, expected, whole), near + right
            if right == 1.0 and near == 1.0:
                return best
    return best


def _differs(record: Record, row: Rows, expected: Rows, compared: int) -> Stage:
    device, host = (", ".join(f"{value / 1000:.3f}" for value in values) for values in (row, expected))
    said = f"acceleration of n={record.text('n')} at {say_time(record.device_t_ns)} differs"
    detail = f"device {device}\nhost   {host}\nconsole line {record.line}"
    return Stage(SAMPLES, Agreement.DIFFERS, compared, said, detail)
