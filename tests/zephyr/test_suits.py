# SPDX-License-Identifier: Apache-2.0
"""A model that a TFLM image could not run is refused before it is put in."""

from __future__ import annotations

import pytest

from vmote.errors import BadInput
from vmote.firmware.card import load_model
from vmote.firmware.elf import About
from vmote.firmware.packing import pack_card, unpack_card
from vmote.firmware.suit import check_suits
from vmote.tflite.model import read_model

CARD = load_model("keyword")
MODEL = CARD.path.read_bytes()
OPERATORS = tuple(read_model(CARD.path).operator_names)


def check(arena: int, operators: tuple[str, ...], arena_tflm: int, runtime: str = "tflm") -> None:
    wanted = unpack_card(pack_card(CARD, MODEL))
    assert wanted is not None
    about = About("nano33ble-sense", "keyword", "zephyr", runtime, arena, operators)
    check_suits(MODEL, CARD.path, wanted, about, arena_tflm)


def test_an_operator_that_the_resolver_lacks() -> None:
    lacking = OPERATORS[0]
    check(49152, OPERATORS, 0)
    with pytest.raises(BadInput, match=rf"(?s)uses {lacking}, which the runtime tflm .* does not have.*--any-model"):
        check(49152, OPERATORS[1:], 0)


def test_an_arena_that_native_would_do_with() -> None:
    check(CARD.arena, OPERATORS, CARD.arena + 1000, runtime="native")
    with pytest.raises(BadInput, match=rf"needs an arena of {CARD.arena + 1000} bytes, the image has {CARD.arena}"):
        check(CARD.arena, OPERATORS, CARD.arena + 1000)
    with pytest.raises(BadInput, match=rf"needs an arena of {CARD.arena} bytes, the image has {CARD.arena - 1}"):
        check(CARD.arena - 1, OPERATORS, 0)
    check(CARD.arena + 1000, OPERATORS, CARD.arena + 1000)
