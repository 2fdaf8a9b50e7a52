# SPDX-License-Identifier: Apache-2.0
"""The drivers' own tests, in Zephyr's form, compiled and executed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from vmote.firmware import build_tools
from vmote.firmware.zephyr.python import find_python
from vmote.firmware.zephyr.workspace import find_workspace
from vmote.platforms import load_board, project_root
from vmote.tools import find_tool

pytestmark = pytest.mark.tools
SUCCESS = "PROJECT EXECUTION SUCCESSFUL"


def test_lsm9ds1_driver_against_a_part_of_software(workspace: Path, tmp_path: Path) -> None:
    """Nine tests on QEMU's own Cortex-M3 board: Zephyr's emulated bus needs no board of ours."""
    found = find_workspace(load_board("nano33ble-sense"))
    python = find_python(found.top, found.base)
    gcc = Path(find_tool("arm-none-eabi-gcc").path).resolve()
    environment = os.environ | {
        "ZEPHYR_BASE": str(found.base), "ZEPHYR_TOOLCHAIN_VARIANT": "gnuarmemb", "CCACHE_DISABLE": "1",
        "GNUARMEMB_TOOLCHAIN_PATH": str(gcc.parent.parent),
    }  # fmt: skip
    source = project_root() / "firmware" / "zephyr" / "tests" / "lsm9ds1_ag"
    options = {
        "BOARD": "mps2_an385", "ZEPHYR_MODULES": ";".join(map(str, found.modules)), "PYTHON_PREFER": python,
        "Python3_EXECUTABLE": python, "USER_CACHE_DIR": tmp_path / "cache", "CMAKE_MAKE_PROGRAM": build_tools.ninja(),
    }  # fmt: skip
    arguments = [f"-D{key}={value}" for key, value in options.items()]
    for command in (
        [build_tools.cmake(), "-G", "Ninja", "-S", source, "-B", tmp_path / "build", *arguments],
        [build_tools.ninja(), "-j", "2", "-C", tmp_path / "build"],
    ):
        done = subprocess.run(
            list(map(str, command)), env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    said = _console(tmp_path / "build" / "zephyr" / "zephyr.elf")
    assert SUCCESS in said, said
    assert "pass = 9, fail = 0, skip = 0" in said


def _console(image: Path) -> str:
    """Run an image on the bare emulator until it says how its tests went."""
    qemu = find_tool("qemu-system-arm").path
    command = [qemu, "-machine", "mps2-an385", "-display", "none", "-monitor", "none", "-serial", "stdio"]
    lines: list[str] = []
    with subprocess.Popen([*command, "-kernel", str(image)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if "PROJECT EXECUTION" in line:
                break
        process.kill()
    return "".join(lines)
