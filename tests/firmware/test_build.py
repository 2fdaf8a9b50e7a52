# SPDX-License-Identifier: Apache-2.0
"""Source to image: reproducible, quick when nothing changed, clear when something is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vmote.errors import BadInput, Missing, Unsupported
from vmote.firmware.build import build
from vmote.firmware.elf import Image
from vmote.platforms import Board, Memory, project_root
from vmote.tools import find_tool

pytestmark = pytest.mark.tools

_BUILD = "import sys; from vmote.firmware.build import build; from vmote.platforms import load_board; "
_BUILD += "build(load_board('nano33ble-sense'), 'weather')"


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of what a build reads, in a folder of another name."""
    place = tmp_path_factory.mktemp("a checkout elsewhere")
    for name in ("firmware", "platforms", "models"):
        shutil.copytree(project_root() / name, place / name)
    return place


def build_in(checkout: Path, code: str = _BUILD) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"VMOTE_HOME": str(checkout)}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, cwd=checkout, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def built_elsewhere(checkout: Path) -> Path:
    done = build_in(checkout)
    assert done.returncode == 0, done.stderr
    return checkout / "build" / "nano33ble-sense-weather-baremetal-native"


def test_same_bytes_from_another_folder(image: Image, built_elsewhere: Path) -> None:
    assert (built_elsewhere / "image.elf").read_bytes() == image.data


def test_no_path_of_this_machine_in_the_image(image: Image) -> None:
    assert str(project_root()).encode() not in image.data
    assert str(Path.home()).encode() + b"/" not in image.data


def test_nothing_to_do_is_quick(board: Board, image: Image) -> None:
    started = time.perf_counter()
    again = build(board, "weather")
    assert not again.compiled and again.why == "up to date"
    assert time.perf_counter() - started < 0.2


def test_a_touched_source_is_noticed(checkout: Path, built_elsewhere: Path) -> None:
    source = checkout / "firmware" / "app" / "weather" / "weather.c"
    kept = source.read_text(encoding="utf-8")
    before = (built_elsewhere / "image.elf").read_bytes()
    try:
        source.write_text(kept.replace('"sample"', '"reading"'), encoding="utf-8")
        assert build_in(checkout).returncode == 0
        assert (built_elsewhere / "image.elf").read_bytes() != before
        source.write_text(kept + "\nint broken = ;\n", encoding="utf-8")
        done = build_in(
            checkout, _BUILD.replace("build(load", "\ntry: build(load") + "\nexcept Exception as e: print(e)"
        )
        assert "the firmware does not build" in done.stdout
        assert "firmware/app/weather/weather.c" in done.stdout and "expected expression before ';'" in done.stdout
        assert "-mcpu" not in done.stdout  # the commands around the message are noise
    finally:
        source.write_text(kept, encoding="utf-8")
    assert build_in(checkout).returncode == 0
    assert (built_elsewhere / "image.elf").read_bytes() == before


def test_what_does_not_fit_does_not_link(board: Board, tmp_path: Path) -> None:
    small = board.model_copy(update={"memory": board.memory | {"ram": Memory(base=0x20000000, size=0x2000)}})
    with pytest.raises(BadInput, match=r"does not fit nano33ble-sense: ram overflows by \d+ bytes, .* has 8192"):
        build(small, "weather", folder=tmp_path)
    assert not list(tmp_path.glob("*/image.elf"))


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


def test_two_at_once(tmp_path: Path) -> None:
    code = _BUILD.replace("'weather')", f"'weather', folder=__import__('pathlib').Path({str(tmp_path)!r}))")
    command = [sys.executable, "-c", code]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    assert (tmp_path / "nano33ble-sense-weather-baremetal-native" / "image.elf").is_file()
