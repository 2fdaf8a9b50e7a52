# SPDX-License-Identifier: Apache-2.0
"""Every board can be put together, the one that docs/boards.md adds among them; planned ones are refused."""

from __future__ import annotations

import re

import pytest
import yaml

from vmote.errors import BadInput
from vmote.platforms import PLANNED, Board, board_names, load_board, project_root

PIN_CNF_11, P0, P1 = 0x50000700 + 4 * 11, 0x50000000, 0x50000300


def documented() -> Board:
    text = (project_root() / "docs" / "boards.md").read_text()
    found = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return Board(**yaml.safe_load(found.group(1)))


def test_the_documented_board_works(rig) -> None:
    """Its supplies, its bus, its button: all from the file alone."""
    rig = rig(board=documented())
    part = rig.device.parts["hts221"]
    assert not part.powered and not rig.device.buses["twi0"].pulled_up
    for pin in (1, 2):
        rig.w(P1 + 0x518, 1 << pin)
        rig.w(P1 + 0x508, 1 << pin)
    assert part.powered and rig.device.buses["twi0"].start(0x5F, read=False)
    rig.w(PIN_CNF_11, 3 << 2)
    rig.world.hold("button", 1.0)
    assert not rig.r(P0 + 0x510) >> 11 & 1


@pytest.mark.parametrize("name", board_names())
def test_every_board_says_what_it_senses(name: str) -> None:
    board = load_board(name)
    assert board.default_app in board.apps
    assert all(part.quantities for part in board.parts.values())
    wired = [pin for part in board.parts.values() for pin in part.lines.values()]
    assert len(wired) == len(set(wired))


@pytest.mark.parametrize("name", PLANNED)
def test_a_planned_board_is_refused_by_name(name: str) -> None:
    with pytest.raises(BadInput, match=f"board '{name}' is planned, not built yet"):
        load_board(name)
