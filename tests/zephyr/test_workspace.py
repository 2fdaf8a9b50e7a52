# SPDX-License-Identifier: Apache-2.0
"""What a person can get wrong about a workspace, each answered by a sentence and a way out."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from vmote.errors import BadInput, Missing
from vmote.firmware.zephyr.boards import zephyr_name
from vmote.firmware.zephyr.python import find_python
from vmote.firmware.zephyr.tflm import find_sources
from vmote.firmware.zephyr.workspace import find_workspace
from vmote.platforms import load_board, project_root

from .conftest import StandIn

NANO = load_board("nano33ble-sense")
PORTENTA = load_board("portenta-h7")


def test_no_workspace_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZEPHYR_BASE", raising=False)
    with pytest.raises(
        Missing, match=r"(?s)ZEPHYR_BASE is not set.*west init -l .*firmware/zephyr\n.*west update"
    ) as told:
        find_workspace(NANO)
    docs = (project_root() / "docs" / "zephyr.md").read_text(encoding="utf-8")
    for command in re.findall(r"^    (pip .*|west .*|\(cd .*)$", told.value.hint, re.MULTILINE):
        assert re.sub(r"(\.\./)*\S*firmware", "firmware", command) in docs, command


def test_a_folder_that_is_not_zephyr(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    base = stand_in()
    monkeypatch.setenv("ZEPHYR_BASE", str(base.parent))
    with pytest.raises(Missing, match=r"(?s)is not Zephyr.*say ZEPHYR_BASE=.*zephyr"):
        find_workspace(NANO)
    monkeypatch.setenv("ZEPHYR_BASE", str(tmp_path / "nowhere"))
    with pytest.raises(Missing, match=r"(?s)nowhere, which is not Zephyr.*west init"):
        find_workspace(NANO)


@pytest.mark.parametrize("version", [(2, 7, 5), (3, 2, 99), (3, 4, 0), (4, 2, 0)])
def test_another_version_is_refused_or_tried(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    stand_in(version)
    said = re.escape(".".join(map(str, version)))
    with pytest.raises(BadInput, match=rf"(?s)this is Zephyr {said}; the port is written for 3\.3.*ANY_VERSION=1"):
        find_workspace(NANO)
    monkeypatch.setenv("VMOTE_ZEPHYR_ANY_VERSION", "1")
    assert find_workspace(NANO).said == ".".join(map(str, version))


def test_modules_where_west_puts_them_and_beside(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    base = stand_in(modules=("hal/cmsis", "nordic", "a/b/stm32"))
    assert [path.name for path in find_workspace(NANO).modules] == ["cmsis", "nordic"]
    with pytest.raises(Missing, match=r"(?s)module hal_stm32 is not found in .*modules\b.*west update"):
        find_workspace(PORTENTA)
    monkeypatch.setenv("ZEPHYR_MODULES", f"{base}/none;{base.parent}/modules/a/b/stm32")
    assert [path.name for path in find_workspace(PORTENTA).modules] == ["cmsis", "stm32"]


def test_a_module_is_known_by_its_own_name_too(stand_in: StandIn) -> None:
    base = stand_in(modules=("cmsis", "another-folder"))
    (base.parent / "modules/another-folder/zephyr/module.yml").write_text("name: hal_nordic\n", encoding="utf-8")
    assert [path.name for path in find_workspace(NANO).modules] == ["cmsis", "another-folder"]


def test_a_version_file_that_is_none(stand_in: StandIn) -> None:
    base = stand_in()
    (base / "VERSION").write_text("3.3\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no VERSION file of Zephyr's"):
        find_workspace(NANO)


def test_python_packages_of_zephyr(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    base = stand_in()
    bare = tmp_path / "python"
    bare.write_text(f"#!/bin/sh\nexec '{sys.executable}' -I -S \"$@\"\n", encoding="utf-8")
    bare.chmod(0o755)
    monkeypatch.setenv("VMOTE_ZEPHYR_PYTHON", str(bare))
    with pytest.raises(Missing, match=r"(?s)not there: .*elftools.*pip install -r .*requirements-base.txt"):
        find_python(base.parent, base)
    monkeypatch.setenv("VMOTE_ZEPHYR_PYTHON", "no-such-python")
    with pytest.raises(Missing, match="VMOTE_ZEPHYR_PYTHON=no-such-python is no program"):
        find_python(base.parent, base)


def test_a_workspace_of_somebody_else(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its Python may be a link to where this user, or the container, may not look: not an error, but no program."""
    monkeypatch.delenv("VMOTE_ZEPHYR_PYTHON", raising=False)
    base = stand_in()
    place = base.parent / "venv" / "bin"
    place.mkdir(parents=True)
    (place / "python").symlink_to("x" * 300)  # too long a name: an error whoever asks, root too
    with pytest.raises(OSError, match="too long"):
        (place / "python").stat()
    try:
        assert find_python(base.parent, base) != place / "python"
    except Missing as missing:  # where vmote's own Python lacks Zephyr's packages
        assert "not there" in str(missing)


def test_tflm_without_its_sources(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    top = stand_in().parent
    with pytest.raises(Missing, match=r"(?s)modules/tflm has no tflite-micro.*west update.*--runtime native"):
        find_sources(top, "cmsis-nn")
    for name in ("tflite-micro", "flatbuffers", "gemmlowp", "ruy"):
        (top / "modules" / "tflm" / name).mkdir(parents=True)
    assert find_sources(top, "reference") == top / "modules" / "tflm"
    with pytest.raises(Missing, match="has no CMSIS-NN, CMSIS_6"):
        find_sources(top, "cmsis-nn")
    monkeypatch.setenv("VMOTE_TFLM", str(tmp_path))
    with pytest.raises(Missing, match=r"VMOTE_TFLM is .*, which has no tflite-micro"):
        find_sources(top, "reference")


def test_a_board_without_configuration() -> None:
    assert zephyr_name(NANO) == "arduino_nano_33_ble_sense"
    assert zephyr_name(PORTENTA) == "arduino_portenta_h7_m7"
    other = NANO.model_copy(update={"name": "other", "names": {"zephyr": "some_board/soc"}})
    with pytest.raises(BadInput, match=r"(?s)no configuration for other.*boards/some_board_soc\.conf.*arduino_nano"):
        zephyr_name(other)
