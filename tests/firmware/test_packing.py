# SPDX-License-Identifier: Apache-2.0
"""The card's bytes: what C will read is what the YAML said."""

from __future__ import annotations

import struct
import zlib

from vmote.firmware.card import load_model
from vmote.firmware.packing import CARD_SIZE, CONFIG_SIZE, pack_card, pack_config, rename_card, unpack_card

MODEL = b"\x1c\0\0\0TFL3" + bytes(range(100))


def test_a_card_comes_back() -> None:
    card = load_model("snow")
    packed = pack_card(card, MODEL)
    assert len(packed) == CARD_SIZE
    back = unpack_card(packed)
    assert back is not None
    assert (back.app, back.name, back.labels) == (card.app, card.name, card.labels)
    assert (back.inputs, back.outputs, back.input_type, back.output_type) == (6, 1, "int8", "int8")
    assert back.model_size == len(MODEL)


def test_fields_lie_where_the_header_says() -> None:
    """Offsets as the C compiler lays out `model_card` (its size is asserted there)."""
    card = load_model("snow")
    packed = pack_card(card, MODEL)
    assert struct.unpack_from("<II", packed, 8) == (zlib.crc32(MODEL), len(MODEL))
    assert packed[272:276] == bytes([2, 0, 0, 2])  # labels, features, layout, quantities
    assert struct.unpack_from("<HHQ", packed, 276) == (3, 1, 3_600_000_000)
    means = struct.unpack_from("<2f", packed, 288)
    assert [round(mean, 3) for mean in means] == [q.mean for q in card.features.quantities]  # type: ignore[union-attr]
    assert struct.unpack_from("<BBBBfIIII", packed, 352) == (0, 0xFF, 1, 1, 0.5, 2, 0, 6, 1)
    assert struct.unpack_from("<I", packed, 508)[0] == zlib.crc32(packed[:508])


def test_a_damaged_card_is_none() -> None:
    packed = bytearray(pack_card(load_model("snow"), MODEL))
    packed[100] ^= 1
    assert unpack_card(bytes(packed)) is None
    assert unpack_card(b"\xff" * CARD_SIZE) is None
    assert unpack_card(b"") is None


def test_a_renamed_card_keeps_the_rest() -> None:
    packed = pack_card(load_model("snow"), MODEL)
    renamed = rename_card(packed, "My Model (2)", MODEL + b"x")
    back = unpack_card(renamed)
    assert back is not None and back.name == "my-model--2-" and back.model_size == len(MODEL) + 1
    assert renamed[80:508] == packed[80:508]


def test_config() -> None:
    assert len(pack_config()) == CONFIG_SIZE
    assert struct.unpack_from("<IIQ", pack_config(period_s=2.5, profile=True)) == (0x46434D56, 1, 2_500_000)
