# SPDX-License-Identifier: Apache-2.0
"""A run as one machine-readable document: `result.json`."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vmote.console import Record
from vmote.report.words import shares
from vmote.run import Run
from vmote.units import NS_PER_S

SCHEMA = 1


def result_of(run: Run, folder: Path | None = None) -> dict[str, Any]:
    """Return everything a program may want of a run; times are virtual seconds unless they say wall."""
    trace = run.trace
    return {
        "schema": SCHEMA,
        "passed": run.verdict.passed,
        "title": run.scenario.title,
        "identity": asdict(trace.identity),
        "end": {
            "reason": str(trace.stop.end),
            "t": trace.stop.t_ns / NS_PER_S,
            "detail": trace.stop.detail,
            "fault": asdict(trace.stop.fault) if trace.stop.fault else None,
        },
        "checks": [
            {
                "name": check.name,
                "expected": check.expected,
                "happened": check.happened,
                "outcome": str(check.outcome),
                "detail": check.detail,
                "start": None if check.start_ns is None else check.start_ns / NS_PER_S,
                "end": None if check.end_ns is None else check.end_ns / NS_PER_S,
            }
            for check in run.verdict.checks
        ],
        "records": [record_of(record) for record in trace.records],
        "pins": [{"t": pin.t_ns / NS_PER_S, "name": pin.name, "on": pin.on} for pin in trace.pins],
        "warnings": [{"t": warned.t_ns / NS_PER_S, "text": warned.text} for warned in trace.warnings],
        "memory": [asdict(use) for use in trace.memory],
        "cycles": {
            # The engine has no timing model yet: one instruction counts as one cycle.
            "basis": "instructions",
            "total": trace.counters.cycles,
            "instructions": trace.counters.instructions,
            "inference": [cycles for r in trace.of("infer") if (cycles := r.integer("cycles")) is not None],
        },
        "functions": [
            {"name": name, "instructions": count, "share": round(share, 6)}
            for name, count, share in shares(trace.functions)
        ],
        "passes": [
            {"start": p.start_ns / NS_PER_S, "end": p.end_ns / NS_PER_S, "instructions": p.instructions}
            for p in run.passes
        ],
        "fingerprint": trace.fingerprint(),
        "wall": {stage: round(seconds, 4) for stage, seconds in run.wall_s.items()},
        "folder": None if folder is None else str(folder),
    }


def record_of(record: Record) -> dict[str, Any]:
    """Return a record with its numbers as numbers."""
    return {"kind": record.kind, "at": record.t_ns / NS_PER_S, **{k: _value(v) for k, v in record.fields.items()}}


def _value(text: str) -> int | float | str:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        value = float(text)
    except ValueError:
        return text
    return value if math.isfinite(value) else text  # JSON knows no infinity


def write_json(document: dict[str, Any], path: Path) -> None:
    """Write a document as JSON that a diff can read."""
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
