# SPDX-License-Identifier: Apache-2.0
"""What a port and a runtime cost: flash, RAM, arena, cycles of an inference, time to boot. Needs a Zephyr workspace."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from vmote.engine.base import Limits
from vmote.errors import Missing, VmoteError
from vmote.firmware.zephyr.workspace import find_base
from vmote.platforms import load_board
from vmote.run import Request, Run, execute

ROOT = Path(__file__).resolve().parents[1]
SCENARIOS = {
    "weather": ROOT / "scenarios" / "weather" / "snow-front.yaml",
    "motion": ROOT / "scenarios" / "motion" / "three-gestures.yaml",
    "keyword": ROOT / "scenarios" / "audio" / "yes-and-no.yaml",
}
_PATIENCE_S = 3600.0  # a busy machine must not cut a row short
BOARDS = ("nano33ble-sense", "portenta-h7")
HEAD = ("board", "app", "port", "runtime", "flash", "RAM", "arena", "cycles", "boot", "outputs")


@dataclass(frozen=True)
class Kind:
    """A way to build an app."""

    port: str
    runtime: str
    kernels: str | None = None


KINDS = (
    Kind("baremetal", "native"),
    Kind("zephyr", "native"),
    Kind("zephyr", "tflm", "cmsis-nn"),
    Kind("zephyr", "tflm", "reference"),
)


def row(board: str, app: str, kind: Kind) -> tuple[str, ...]:
    """Build an image, run the scenario that shows the app best, and read off what it took."""
    runtime = kind.runtime + (f", {kind.kernels}" if kind.kernels else "")
    head = (board, app, kind.port, runtime)
    request = Request(
        SCENARIOS[app], board=board, app=app, port=kind.port, runtime=kind.runtime, trace=True, kernels=kind.kernels,
        limits=Limits(wall_s=_PATIENCE_S),
    )  # fmt: skip
    try:
        run = execute(request)
    except VmoteError as error:
        return (*head, *("-",) * 5, error.what.splitlines()[0])
    return (*head, *_figures(run))


def _figures(run: Run) -> tuple[str, ...]:
    used = {use.region: use.used for use in run.trace.memory}
    ram = sum(used.values()) - used["flash"]
    boot = next(iter(run.trace.of("boot")), None)
    inferences = [record.integer("cycles") for record in run.trace.of("infer")]
    cycles = max((count for count in inferences if count is not None), default=None)
    golden = next((check for check in run.verdict.checks if check.name == "golden"), None)
    return (
        f"{used['flash']:,}",
        f"{ram:,}",
        boot.text("arena").split("/")[0] if boot and boot.text("arena") else "-",
        f"{cycles:,}" if cycles is not None else "-",
        f"{boot.t_ns / 1e6:.1f} ms" if boot else "-",
        f"{golden.outcome}: {golden.happened}" if golden else "-",
    )


def main() -> None:
    """Print the table of every board, app and kind of image."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", choices=BOARDS, action="append", help="only this board")
    parser.add_argument("--app", choices=SCENARIOS, action="append", help="only this app")
    parser.add_argument("--markdown", action="store_true", help="as docs/zephyr.md has it")
    wanted = parser.parse_args()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
    try:
        _, version = find_base()
    except Missing as missing:
        console.print(f"ports: left out. {missing}", markup=False)
        return
    table = Table(title=f"ports and runtimes, Zephyr {version}", title_justify="left", box=box.SIMPLE_HEAD)
    for name in HEAD:
        table.add_column(name)
    if wanted.markdown:
        print("| " + " | ".join(HEAD) + " |\n" + "|---" * len(HEAD) + "|")
    for board in wanted.board or BOARDS:
        # The reference kernels are the same portable code on either core: one board shows what they cost.
        kinds = [kind for kind in KINDS if board == BOARDS[0] or kind.kernels != "reference"]
        for app in wanted.app or SCENARIOS:
            for kind in kinds if app in load_board(board).apps else ():
                cells = row(board, app, kind)
                table.add_row(*cells)
                if wanted.markdown:
                    print("| " + " | ".join(cells) + " |", flush=True)
    if not wanted.markdown:
        console.print(table)


if __name__ == "__main__":
    main()
