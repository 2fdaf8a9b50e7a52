# SPDX-License-Identifier: Apache-2.0
"""An image from anyone: opened and measured, or refused with a sentence."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vmote.errors import BadInput
from vmote.firmware.elf import Image, open_image, read_image
from vmote.platforms import Board

pytestmark = pytest.mark.tools


def refused(data: bytes, board: Board, tmp_path: Path) -> str:
    path = tmp_path / "image.elf"
    path.write_bytes(data)
    with pytest.raises(BadInput) as caught:
        open_image(path, board)
    assert str(path) in str(caught.value)
    return str(caught.value)


def with_u16(data: bytes, at: int, value: int) -> bytes:
    return data[:at] + struct.pack("<H", value) + data[at + 2 :]


def with_u32(data: bytes, at: int, value: int) -> bytes:
    return data[:at] + struct.pack("<I", value) + data[at + 4 :]


def first_segment(image: Image) -> int:
    """Return where the header of the first loaded segment is in the file."""
    (at,) = struct.unpack_from("<I", image.data, 28)
    while struct.unpack_from("<I", image.data, at)[0] != 1:
        at += 32
    return int(at)


def test_our_image_is_understood(image: Image) -> None:
    assert image.about is not None
    assert (image.about.board, image.about.app, image.about.runtime) == ("nano33ble-sense", "weather", "native")
    assert "FULLY_CONNECTED" in image.about.operators
    assert image.vectors == 0
    assert image.symbols["app_main"].size > 0
    assert image.symbols["vmote_arena"].size == image.about.arena
    assert image.symbols["reset_handler"].address == image.entry & ~1


def test_memory_use_agrees_with_the_sections(image: Image) -> None:
    use = {memory.region: memory for memory in image.memory}
    ram_end = max(s.address + s.size for n, s in image.sections.items() if s.address >= 0x20000000 and s.size)
    assert use["ram"].size == 0x40000
    assert abs(use["ram"].used - (ram_end - 0x20000000)) < 64  # alignment between sections is not in any segment
    in_flash = sum(image.sections[name].size for name in (".vectors", ".text", ".rodata", ".vmote.model", ".data"))
    assert in_flash <= use["flash"].used < in_flash + 4096


def test_no_file(board: Board, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no such image"):
        open_image(tmp_path / "none.elf", board)
    with pytest.raises(BadInput, match="cannot be read"):
        open_image(tmp_path, board)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"hello, world\n", "this is a text file"),
        (b":10000000000004207D0A", "an Intel HEX file"),
        (b"\x1c\0\0\0TFL3" + bytes(100), "a .tflite model"),
        (bytes(range(256)), "a binary file"),
        (b"\x7fELF\x01\x01\x01", "truncated"),
    ],
)
def test_no_elf(data: bytes, said: str, board: Board, tmp_path: Path) -> None:
    assert said in refused(data, board, tmp_path)


def test_other_cores(image: Image, board: Board, tmp_path: Path) -> None:
    data = image.data
    assert "64-bit x86-64" in refused(with_u16(b"\x7fELF\x02" + data[5:], 18, 62), board, tmp_path)
    assert "32-bit RISC-V" in refused(with_u16(data, 18, 243), board, tmp_path)
    assert "object file" in refused(with_u16(data, 16, 1), board, tmp_path)
    arch = data.index(b"aeabi\0") + 11
    tags = data[arch : arch + image.sections[".ARM.attributes"].size]
    v8 = tags.replace(b"\x06\x0d", b"\x06\x11", 1)
    assert v8 != tags
    said = refused(data[:arch] + v8 + data[arch + len(tags) :], board, tmp_path)
    assert "v8-M.mainline" in said and "cortex-m4f" in said


def test_every_cut_is_noticed(image: Image, board: Board) -> None:
    for size in (60, 1000, len(image.data) // 3, len(image.data) // 2, len(image.data) - 1):
        with pytest.raises(BadInput, match="truncated"):
            read_image(image.data[:size], Path("cut.elf"), board)


def test_another_boards_addresses(image: Image, board: Board, tmp_path: Path) -> None:
    at = first_segment(image)
    said = refused(with_u32(with_u32(image.data, at + 8, 0x08000000), at + 12, 0x08000000), board, tmp_path)
    assert "0x08000000" in said and "has no memory" in said and "flash 0x00000000-0x00100000" in said


def test_no_vector_table(image: Image, board: Board, tmp_path: Path) -> None:
    start = image.segments[0].offset
    assert "stack would begin at 0x00000000" in refused(with_u32(image.data, start, 0), board, tmp_path)
    even = struct.unpack_from("<I", image.data, start + 4)[0] & ~1
    assert "not a Thumb address" in refused(with_u32(image.data, start + 4, even), board, tmp_path)
    assert "outside the image" in refused(with_u32(image.data, start + 4, 0x000F0001), board, tmp_path)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=st.lists(st.tuples(st.integers(0, 1 << 30), st.integers(0, 255)), min_size=1, max_size=8))
def test_damage_is_refused_or_harmless(damage: list[tuple[int, int]], image: Image, board: Board) -> None:
    data = bytearray(image.data)
    header = struct.unpack_from("<I", data, 32)[0]  # section headers
    places = [*range(256), *range(header, len(data)), *range(image.segments[0].offset, image.segments[0].offset + 64)]
    for where, value in damage:
        data[places[where % len(places)]] = value
    try:
        read_image(bytes(data), Path("damaged.elf"), board)
    except BadInput as error:
        assert str(error).startswith("damaged.elf: ")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tail=st.binary(max_size=400))
def test_rubbish_behind_a_header(tail: bytes, image: Image, board: Board) -> None:
    with pytest.raises(BadInput):
        read_image(image.data[:52] + tail, Path("rubbish.elf"), board)
