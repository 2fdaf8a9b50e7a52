# SPDX-License-Identifier: Apache-2.0
"""A comparison as a Markdown table, fit for a pull request."""

from __future__ import annotations

from vmote.sweep.compare import Change, Comparison, Row

_MARKS = {
    Change.SAME: "", Change.WITHIN: "➖", Change.BETTER: "✅", Change.WORSE: "❌", Change.CHANGED: "❌",
    Change.NEW: "🆕", Change.GONE: "❌",
}  # fmt: skip


def say_moved(row: Row) -> str:
    """Write how far a number moved: `+3.2 %`."""
    if row.moved is None:
        return str(row.change)
    return "=" if row.moved == 0 else f"{row.moved:+.1%}".replace("%", " %")


def say_comparison(comparison: Comparison) -> str:
    """Say it in a line."""
    bad = sum(row.bad for row in comparison.rows)
    keys = len({row.key for row in comparison.rows})
    if bad:
        return (
            f"{bad} of {len(comparison.rows)} numbers are worse than the baseline (threshold {_threshold(comparison)})"
        )
    moved = len(comparison.moved)
    what = f"{moved} moved, none too far" if moved else "nothing moved"
    return f"{keys} scenarios measured, {what} (threshold {_threshold(comparison)})"


def markdown(comparison: Comparison) -> str:
    """Write the table: what moved first and in full, what stayed the same only as a count."""
    lines = [f"### vmote bench: {say_comparison(comparison)}", ""]
    moved = sorted(comparison.moved, key=lambda row: (not row.bad, row.key))
    if moved:
        lines += ["| | scenario | what | baseline | now | change |", "|---|---|---|---:|---:|---:|"]
        lines += [
            f"| {_MARKS[row.change]} | {row.scenario} | {row.what} | {row.before} | {row.now} | {say_moved(row)} |"
            for row in moved
        ]
        lines.append("")
    same = len(comparison.rows) - len(moved)
    lines.append(f"{same} numbers are the same." if same else "No number stayed the same.")
    return "\n".join(lines) + "\n"


def _threshold(comparison: Comparison) -> str:
    return f"{comparison.threshold:.1%}".replace("%", " %")
