# SPDX-License-Identifier: Apache-2.0
"""Images that `vmote build` would refuse to make, made all the same: the device itself refuses, and never concludes."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.firmware.build import build
from vmote.firmware.card import MAX_LABELS, NAME_BYTES, load_model
from vmote.firmware.elf import Image, open_image
from vmote.firmware.packing import CARD_SIZE
from vmote.platforms import Board, load_board, project_root
from vmote.tflite.model import read_model
from vmote.tflite.plan import plan

sys.path.insert(0, str(project_root() / "tests"))

from firmware.device import Seen, live

pytestmark = pytest.mark.tools

HOUR = 3600
WORLD: dict[str, Callable[[float], float]] = {"temperature": lambda t: -1.0, "humidity": lambda t: 96.0}
# Where things stand in firmware/app/card.h.
LABELS = 80 + MAX_LABELS * NAME_BYTES
DECISION = LABELS + 16 + 64
OUTPUTS = DECISION + 20


@pytest.fixture(scope="module")
def board() -> Board:
    return load_board("nano33ble-sense")


@pytest.fixture(scope="module")
def image(board: Board) -> Image:
    return open_image(build(board, "weather").path, board)


def lived(board: Board, image: Path) -> Seen:
    """Let three hours pass: with snow in the air, a device that ran its model would say so twice."""
    return live(board, image, 3 * HOUR + 1, WORLD)


def refusal(seen: Seen) -> str:
    """Return why the device stopped; it said nothing else, concluded nothing, and lit nothing."""
    (record,) = seen.console.records
    assert record.kind == "error" and not seen.pins
    return record.text("code")


@pytest.mark.parametrize(
    ("place", "form", "value"),
    [
        (LABELS, "<B", 3),
        (LABELS, "<B", 1),
        (LABELS, "<B", 200),
        (DECISION, "<B", 1),
        (DECISION, "<B", 7),
        (DECISION + 1, "<B", 2),
        (OUTPUTS, "<I", 2),
    ],
    ids=["three-labels", "one-label", "200-labels", "argmax-of-one", "no-such-rule", "unsure-of-none", "two-outputs"],
)
def test_labels_that_do_not_match_the_model(
    place: int, form: str, value: int, board: Board, image: Image, tmp_path: Path
) -> None:
    """The card is whole, its checksum is right; only what it says cannot be true of the model beside it."""
    data = bytearray(image.data)
    card = image.sections[".vmote.card"].offset
    was = struct.unpack_from(form, data, card + place)[0]
    assert was == {LABELS: 2, DECISION: 0, DECISION + 1: 0xFF, OUTPUTS: 1}[place]
    struct.pack_into(form, data, card + place, value)
    crc = card + CARD_SIZE - 4
    struct.pack_into("<I", data, crc, zlib.crc32(data[card:crc]))
    patched = tmp_path / "patched.elf"
    patched.write_bytes(data)
    assert refusal(lived(board, patched)) == "card-labels"


def with_arena(image: Image, size: int, out: Path) -> Path:
    """Give `model_open` another idea of how large its arena is, which the compiler wrote as `mov.w Rd, #4096`."""
    data = bytearray(image.data)
    function = image.symbols["model_open"]
    segment = next(s for s in image.segments if s.virtual <= function.address < s.virtual + s.file_size)
    start = segment.offset + function.address - segment.virtual
    found = 0
    for at in range(start, start + function.size, 2):
        first, second = struct.unpack_from("<HH", data, at)
        if first == 0xF44F and second & 0xF0FF == 0x5080:
            patched = 0xF240 | (size >> 1 & 0x400) | size >> 12, (size << 4 & 0x7000) | (second & 0xF00) | (size & 0xFF)
            struct.pack_into("<HH", data, at, *patched)  # movw Rd, #size
            found += 1
    assert found == 2, "model_open names its arena's size to inference_open and in @boot; has the compiler changed?"
    out.write_bytes(data)
    return out


def test_an_arena_too_small_by_one_byte(board: Board, image: Image, tmp_path: Path) -> None:
    """With exactly what the model needs it runs; with a byte less it says so and infers nothing."""
    needed = plan(read_model(load_model("snow").path)).arena
    enough = lived(board, with_arena(image, needed, tmp_path / "enough.elf"))
    assert enough.of("boot")[0].text("arena") == f"{needed}/{needed}"
    assert {record.text("label") for record in enough.of("infer")} == {"snow"}
    short = lived(board, with_arena(image, needed - 1, tmp_path / "short.elf"))
    assert refusal(short) == "model-arena"
    assert short.of("error")[0].text("detail").startswith("needs-")
