# SPDX-License-Identifier: Apache-2.0
"""What one inference of each model costs on each board that runs its app: cycles, memory, time, energy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vmote.errors import BadInput
from vmote.firmware.card import ModelCard, load_model, model_names
from vmote.platforms import Board, board_names, load_board, project_root
from vmote.run import Request, execute
from vmote.sweep.cost import Cost, cost_of

# The scenario that shows an app; an app of one's own has scenarios/<app>/<app>.yaml.
SHOWN_BY = {
    "weather": "weather/snow-front.yaml",
    "motion": "motion/three-gestures.yaml",
    "keyword": "audio/yes-and-no.yaml",
}
BASIS = "instructions"  # what a cycle is: the engine counts one for each instruction (docs/fidelity.md)


@dataclass(frozen=True)
class InferenceCost:
    """One model on one board."""

    board: str
    app: str
    model: str
    cost: Cost
    basis: str
    milliseconds: float
    microjoules: float | None  # None where board.yaml has no power figures

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return asdict(self)


def scenario_of(app: str) -> Path:
    """Return the scenario that shows an app."""
    path = project_root() / "scenarios" / SHOWN_BY.get(app, f"{app}/{app}.yaml")
    if not path.is_file():
        raise BadInput(f"no scenario shows the app {app}", where=str(path), hint="write one there")
    return path


def pairs(boards: tuple[str, ...] = (), models: tuple[str, ...] = ()) -> Iterator[tuple[Board, ModelCard]]:
    """Give every board with every model of the apps it runs."""
    for board_name in boards or board_names():
        board = load_board(board_name)
        for model_name in models or model_names():
            card = load_model(model_name)
            if card.app in board.apps:
                yield board, card


def measure_inference(
    board: Board, card: ModelCard, scenario: Path | None = None, engine: str = "qemu"
) -> InferenceCost:
    """Let a model meet a scenario, the app's own by default, on a board; its dearest inference is what counts."""
    path = scenario or scenario_of(card.app)
    shown = path.relative_to(project_root()).as_posix() if path.is_relative_to(project_root()) else path.as_posix()
    run = execute(Request(path, board=board.name, app=card.app, engine=engine, model=card.name))
    cost = cost_of(run, shown)
    if cost.cycles is None:
        raise BadInput(f"{card.name} made no inference on {board.name}", where=shown)
    seconds = cost.cycles / board.clock_hz
    energy = None if board.power is None else seconds * board.power.supply_v * board.power.run_ma * 1e3
    return InferenceCost(
        board=board.name, app=card.app, model=card.name, cost=cost, basis=BASIS, milliseconds=round(seconds * 1e3, 4),
        microjoules=None if energy is None else round(energy, 3),
    )  # fmt: skip


def write_cycles(card: ModelCard, cycles: dict[str, int]) -> Path:
    """Put the cycles of one inference on some boards into a model's card, and touch nothing else in it."""
    path = card.folder / "model.yaml"
    text = path.read_text(encoding="utf-8")
    block = "cycles:\n" + "".join(f"  {board}: {count}\n" for board, count in sorted((card.cycles | cycles).items()))
    old = re.compile(r"^cycles:.*\n(?:[ \t]+.*\n)*", re.MULTILINE)
    text = old.sub("", text)
    path.write_text(text.rstrip("\n") + "\n" + block, encoding="utf-8")
    return path
