# SPDX-License-Identifier: Apache-2.0
"""A verdict as an HTML table, for logs that are not ours."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from vmote.verdict import Check, Outcome

_COLOURS = {Outcome.PASS: "#1a7f4b", Outcome.FAIL: "#c62f3b", Outcome.SKIPPED: "#8a7a35"}


def checks_table(checks: Sequence[Check]) -> str:
    """Return each expectation, what happened, and how it ended."""
    rows = "".join(
        f"<tr><td>{escape(check.expected)}</td><td>{escape(check.happened)}</td>"
        f'<td style="color:{_COLOURS[check.outcome]}"><b>{check.outcome}</b></td></tr>'
        for check in checks
    )
    return f"<table><tr><th>expectation</th><th>what happened</th><th>outcome</th></tr>{rows}</table>"
