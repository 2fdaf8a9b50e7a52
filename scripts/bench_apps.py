# SPDX-License-Identifier: Apache-2.0
"""What an inference costs: every model on every board, in cycles, memory, time and energy. Reports; never fails.

An instruction counts as one cycle: cycles, time and energy are instruction counts, lower bounds of the real board's.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from vmote.firmware.card import load_model
from vmote.platforms import board_names
from vmote.sweep.baseline import write_baseline
from vmote.sweep.inference_cost import InferenceCost, measure_inference, pairs, write_cycles


def table(measured: list[InferenceCost]) -> Table:
    """Lay the figures out."""
    shown = Table(title="one inference, by app and board", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("app", "model", "board"):
        shown.add_column(name)
    for name in ("cycles", "ms", "energy", "arena", "stack", "flash", "RAM"):
        shown.add_column(name, justify="right")
    for one in measured:
        cost = one.cost
        energy = "-" if one.microjoules is None else f"{one.microjoules:,.2f} uJ"
        sizes = (f"{size:,}" if size is not None else "-" for size in (cost.arena, cost.stack, cost.flash, cost.ram))
        shown.add_row(one.app, one.model, one.board, f"{cost.cycles:,}", f"{one.milliseconds:.3f}", energy, *sizes)
    return shown


def main() -> int:
    """Measure, print, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--board", action="append", default=[], help=f"of {', '.join(board_names())}; default: all")
    parser.add_argument("--model", action="append", default=[], help="a model's name; default: all")
    parser.add_argument("--cards", action="store_true", help="write the cycles into the models' cards")
    parser.add_argument("--json", action="store_true", help="one machine-readable document instead of a table")
    parser.add_argument("--out", type=Path, help="a folder for baselines, one a board and model, for vmote bench diff")
    asked = parser.parse_args()
    measured = [measure_inference(*pair) for pair in pairs(tuple(asked.board), tuple(asked.model))]
    cycles: dict[str, dict[str, int]] = defaultdict(dict)
    for one in measured:
        cycles[one.model][one.board] = one.cost.cycles or 0
        if asked.out:
            write_baseline([one.cost], asked.out / f"{one.board}-{one.model}.json")
    if asked.json:
        print(json.dumps({"schema": 1, "inferences": [one.as_dict() for one in measured]}))
        return 0
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 130)
    console.print(table(measured))
    console.print("a cycle is an instruction here; energy is the board's run power (board.yaml) for that time;")
    console.print("flash holds room for the largest model of the app (APP_MODEL_CAPACITY), RAM the arena and the stack")
    if any(one.microjoules is None for one in measured):
        bare = sorted({one.board for one in measured if one.microjoules is None})
        console.print(f"no energy for {', '.join(bare)}: board.yaml has no power figures")
    if asked.out:
        console.print(f"baselines in {asked.out}; again: vmote bench diff --baseline {asked.out}/BOARD-MODEL.json "
                      "--board BOARD --model MODEL")  # fmt: skip
    if asked.cards:
        for name, counts in cycles.items():
            console.print(f"wrote {write_cycles(load_model(name), counts)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
