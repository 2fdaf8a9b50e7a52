# SPDX-License-Identifier: Apache-2.0
"""A run as one self-contained HTML page."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from vmote.report.closeup import closeup
from vmote.report.flame import draw_flame
from vmote.report.picture import draw, picture_of
from vmote.report.picture_style import LIGHT, RULES
from vmote.report.words import say_command, say_fault, say_summary, shares
from vmote.run import Run
from vmote.units import say_time

_MOST_INFERENCES = 200
_MOST_CLOSEUPS = 24
_MOST_LINES = 400
_MOST_FUNCTIONS = 40


@cache
def _template() -> jinja2.Template:
    text = (resources.files("vmote.report") / "templates" / "run.html.j2").read_text(encoding="utf-8")
    return jinja2.Environment(autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined).from_string(text)


def page_of(run: Run) -> str:
    """Return the page of a run."""
    return _template().render(run=_view(run))


def _view(run: Run) -> dict[str, Any]:
    trace, identity = run.trace, run.trace.identity
    infers = trace.of("infer")
    cycles = [c for record in infers if (c := record.integer("cycles")) is not None]
    facts = [
        ("board", run.board.title),
        ("app", identity.app),
        ("model", identity.model),
        ("port", identity.port),
        ("runtime", identity.runtime),
        ("engine", identity.engine_version),
        ("virtual time", say_time(trace.stop.t_ns)),
        ("instructions", f"{trace.counters.instructions:,}"),
    ]
    if cycles:
        facts.append(("cycles an inference", f"{min(cycles):,} to {max(cycles):,} (one instruction = one cycle)"))
    lines = trace.lines[-_MOST_LINES:]
    return {
        "title": run.scenario.title,
        "description": _with_code(run.scenario.about),
        "passed": run.verdict.passed,
        "summary": say_summary(run),
        "facts": facts,
        "fault": say_fault(trace.stop.fault) if trace.stop.fault else "",
        "colours": LIGHT,
        "picture_rules": RULES,
        "picture": draw(picture_of(run.stimulus, trace, run.verdict.checks)),
        "checks": run.verdict.checks,
        "closeups": _closeups(run),
        "memory": trace.memory,
        "flame": draw_flame(run.stacks) if run.stacks else "",
        "functions": shares(trace.functions)[:_MOST_FUNCTIONS],
        "inferences": [
            {
                "n": record.text("n"),
                "time": say_time(record.device_t_ns),
                "label": record.text("label"),
                "score": record.text("score"),
                "out": record.text("out"),
                "cycles": record.text("cycles"),
            }
            for record in infers[:_MOST_INFERENCES]
        ],
        "more_inferences": max(0, len(infers) - _MOST_INFERENCES),
        "warnings": [f"{say_time(warned.t_ns)}  {warned.text}" for warned in trace.warnings],
        "console": "\n".join(line.text for line in lines),
        "console_lines": len(trace.lines),
        "console_shown": len(lines),
        "command": say_command(run),
        "fingerprint": trace.fingerprint(),
        "stimulus_sha256": identity.stimulus_sha256,
        "image_sha256": identity.image_sha256,
    }


def _closeups(run: Run) -> list[dict[str, Any]]:
    """Draw each failure from near."""
    found = []
    for check in run.verdict.checks:
        picture = closeup(run, check)
        if picture is not None:
            found.append({"check": check, "picture": draw(picture)})
    return found[:_MOST_CLOSEUPS]


def _with_code(text: str) -> Markup:
    """Escape a person's text, and show what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def write_page(run: Run, path: Path) -> None:
    """Write the page of a run."""
    path.write_text(page_of(run), encoding="utf-8")
