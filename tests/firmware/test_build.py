# SPDX-License-Identifier: Apache-2.0
"""Source to image: reproducible, quick when nothing changed, clear when something is wrong."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from vmote.errors import BadInput, Missing, Unsupported
from vmote.firmware.build import build
from vmote.firmware.elf import Image
from vmote.platforms import Board, project_root
from vmote.tools import find_tool

from .conftest import Checkout

pytestmark = pytest.mark.tools


def test_same_bytes_from_another_folder(image: Image, checkout: Checkout) -> None:
    """Two processes built there at once: the lock held, too."""
    assert checkout.image.read_bytes() == image.data


def test_no_path_of_this_machine_in_the_image(image: Image) -> None:
    assert str(project_root()).encode() not in image.data
    assert str(Path.home()).encode() + b"/" not in image.data


def test_a_folder_that_cannot_be_written_is_said(board: Board, tmp_path: Path) -> None:
    (tmp_path / "nano33ble-sense-weather-baremetal-native" / "lock").mkdir(parents=True)
    with pytest.raises(BadInput, match=r"lock: the image cannot be built there: Is a directory\n.*VMOTE_BUILD="):
        build(board, "weather", folder=tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match=r"cannot be built there: Not a directory"):
        build(board, "weather", folder=tmp_path / "file")


def test_nothing_to_do_is_quick(board: Board) -> None:
    build(board, "weather")
    started = time.process_time()  # of this process: a busy machine does not count
    again = build(board, "weather")
    assert not again.compiled and again.why == "up to date"
    assert time.process_time() - started < 0.2


def test_a_touched_source_is_noticed(checkout: Checkout) -> None:
    source = checkout.weather
    kept, before = source.read_text(encoding="utf-8"), checkout.image.read_bytes()
    try:
        source.write_text(kept.replace('"sample"', '"reading"'), encoding="utf-8")
        assert checkout.build() == ""
        assert checkout.image.read_bytes() != before
        source.write_text(kept + "\nint broken = ;\n", encoding="utf-8")
        said = checkout.build()
        assert "the firmware does not build" in said
        assert "firmware/app/weather/weather.c" in said and "expected expression before ';'" in said
        assert "-mcpu" not in said  # the commands around the message are noise
    finally:
        source.write_text(kept, encoding="utf-8")
    assert checkout.build() == ""
    assert checkout.image.read_bytes() == before


def test_what_does_not_fit_does_not_link(checkout: Checkout) -> None:
    before = checkout.image.read_bytes()
    small = "(b := load_board('nano33ble-sense')).model_copy(update={'memory': b.memory | "
    small += "{'ram': Memory(base=0x20000000, size=0x2000)}})"
    # Another board of the same name: the stamp does not see that, so the build must be asked for.
    (checkout.image.parent / "stamp.json").unlink()
    said = checkout.build(small)
    assert re.search(r"does not fit nano33ble-sense: ram overflows by \d+ bytes, .* has 8192", said)
    assert checkout.image.read_bytes() == before  # no half-built image takes its place
    assert checkout.build() == ""
    assert checkout.image.read_bytes() == before


def test_wishes(board: Board, tmp_path: Path) -> None:
    for arguments, said in (
        (("wether",), "did you mean 'weather'"),
        (("weather", "bare-metal"), "did you mean 'baremetal'"),
        (("weather", "baremetal", "nativ"), "did you mean 'native'"),
    ):
        with pytest.raises(BadInput, match=said):
            build(board, *arguments, folder=tmp_path)
    with pytest.raises(Unsupported, match="not on tflm"):
        build(board, "weather", "baremetal", "tflm", folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_no_compiler(board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMOTE_ARM_GCC", "no-such-compiler")
    find_tool.cache_clear()
    with pytest.raises(Missing, match="no-such-compiler"):
        build(board, "weather", folder=tmp_path)
    old = tmp_path / "old-gcc"
    old.write_text("#!/bin/sh\necho 'arm-none-eabi-gcc (old) 9.2.1'\n")
    old.chmod(0o755)
    monkeypatch.setenv("VMOTE_ARM_GCC", str(old))
    find_tool.cache_clear()
    with pytest.raises(Missing, match=r"(?s)9\.2\.1.*12.*apt-get install"):
        build(board, "weather", folder=tmp_path)
    find_tool.cache_clear()
