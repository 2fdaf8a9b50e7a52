# SPDX-License-Identifier: Apache-2.0
"""The command line about ports, runtimes and kernels; and a compiler's message, from a Zephyr that is hardly there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.errors import BadInput, Unsupported
from vmote.firmware.build import build
from vmote.platforms import load_board, project_root

from .conftest import StandIn

BOARD = load_board("nano33ble-sense")
Package = Callable[..., None]


def vmote(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "ZEPHYR_BASE"} | variables
    return subprocess.run(
        [sys.executable, "-m", "vmote.cli", *words],
        capture_output=True, text=True, check=False, env=environment, cwd=project_root(), timeout=240,
    )  # fmt: skip


def test_no_workspace_at_the_command_line() -> None:
    done = vmote("build", "--port", "zephyr")
    assert done.returncode == 3 and done.stdout == ""
    assert done.stderr.startswith("error: the port zephyr needs a Zephyr workspace")
    assert "west update" in done.stderr and "Traceback" not in done.stderr


def test_near_boards_are_suggested() -> None:
    done = vmote("build", "--port", "zephyr", "--board", "nano33ble")
    assert done.returncode == 2 and "did you mean 'nano33ble-sense'" in done.stderr


@pytest.mark.parametrize(
    ("port", "runtime", "kernels", "error", "said"),
    [
        ("zephir", "native", None, BadInput, "did you mean 'zephyr'"),
        ("zephyr", "tflm", "cmsis", BadInput, "did you mean 'cmsis-nn'"),
        ("zephyr", "native", "reference", Unsupported, "--runtime tflm"),
        ("baremetal", "tflm", None, Unsupported, "--port zephyr"),
    ],
)
def test_wishes(
    port: str, runtime: str, kernels: str | None, error: type[Exception], said: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=said):
        build(BOARD, "weather", port, runtime, kernels=kernels, folder=tmp_path)
    assert not list(tmp_path.iterdir())


# As much of Zephyr's package as the port's CMakeLists.txt calls; there are no headers, so nothing compiles.
PACKAGE = """
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
project(Zephyr-Kernel C CXX)
set(CONFIG_VMOTE_APP weather)
set(CONFIG_VMOTE_RUNTIME native)
set(CONFIG_VMOTE_BOARD nano33ble-sense)
add_library(zephyr_interface INTERFACE)
add_library(app STATIC)
add_custom_target(zephyr_generated_headers)
function(zephyr_linker_sources)
endfunction()
function(zephyr_compile_options)
endfunction()
{}
"""


def _with_package(base: Path, line: str = "") -> None:
    folder = base / "share" / "zephyr-package" / "cmake"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ZephyrConfig.cmake").write_text(PACKAGE.format(line), encoding="utf-8")


@pytest.fixture
def package(stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """Make a stand-in that CMake takes for Zephyr; its scripts are not run, so any Python will do."""
    folder = stand_in() / "share" / "zephyr-package" / "cmake"
    folder.mkdir(parents=True)
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("VMOTE_ZEPHYR_PYTHON", str(program))

    def write(line: str = "") -> None:
        (folder / "ZephyrConfig.cmake").write_text(PACKAGE.format(line), encoding="utf-8")

    return write


@pytest.mark.tools
def test_the_compilers_own_words(package: Package, tmp_path: Path) -> None:
    package()
    with pytest.raises(BadInput, match="the firmware does not build") as told:
        build(BOARD, "weather", "zephyr", folder=tmp_path / "build")
    said = str(told.value)
    assert "fatal error: zephyr/" in said and "No such file or directory" in said
    assert "-ffile-prefix-map" not in said, "the command around the message is noise"


@pytest.mark.tools
def test_cmakes_own_words(package: Package, tmp_path: Path) -> None:
    package('message(FATAL_ERROR "Kconfig says no")')
    with pytest.raises(BadInput, match=r"(?s)the firmware does not build.*Kconfig says no"):
        build(BOARD, "weather", "zephyr", folder=tmp_path / "build")
