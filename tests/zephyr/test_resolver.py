# SPDX-License-Identifier: Apache-2.0
"""TFLM's adapter: the operators' resolver that CMake writes, for TFLM's own class where its sources are at hand."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from vmote.firmware import build_tools
from vmote.firmware.app_file import app_names
from vmote.firmware.build import _operators
from vmote.platforms import project_root
from vmote.tflite import schema

from .conftest import TFLM

ADAPTER = project_root() / "firmware" / "inference" / "tflm"
KNOWN = [line for line in (ADAPTER / "operators.txt").read_text(encoding="utf-8").split("\n") if line[:1].isupper()]


def configure(folder: Path, operators: str) -> subprocess.CompletedProcess[str]:
    """Run the adapter's CMakeLists.txt alone: the library need not be one to be configured."""
    folder.mkdir(exist_ok=True)
    library = folder / "libtflm.a"
    library.touch()
    options = {
        "CMAKE_SYSTEM_NAME": "Generic", "CMAKE_CXX_COMPILER": "arm-none-eabi-g++", "VMOTE_TFLM_LIBRARY": library,
        "CMAKE_TRY_COMPILE_TARGET_TYPE": "STATIC_LIBRARY", "CMAKE_MAKE_PROGRAM": build_tools.ninja(),
        "VMOTE_OPERATORS": operators,
    }  # fmt: skip
    command = [
        build_tools.cmake(),
        "-G",
        "Ninja",
        "-S",
        ADAPTER,
        "-B",
        folder,
        *(f"-D{k}={v}" for k, v in options.items()),
    ]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


def added(folder: Path) -> list[str]:
    return re.findall(r"resolver\.(Add\w+)\(\)", (folder / "resolver.cc").read_text(encoding="utf-8"))


@pytest.mark.tools
def test_an_images_operators_and_no_more(tmp_path: Path) -> None:
    assert configure(tmp_path, "CONV_2D;FULLY_CONNECTED;SOFTMAX;CONV_2D;UNIDIRECTIONAL_SEQUENCE_LSTM").returncode == 0
    assert added(tmp_path) == ["AddConv2D", "AddFullyConnected", "AddSoftmax", "AddUnidirectionalSequenceLSTM"]
    assert "MicroMutableOpResolver<4>" in (tmp_path / "resolver.cc").read_text(encoding="utf-8")


@pytest.mark.tools
def test_an_operator_that_tflm_lacks_is_refused(tmp_path: Path) -> None:
    done = configure(tmp_path, "CONV_2D;CONV_3D")
    assert done.returncode != 0
    assert "names CONV_3D, which TensorFlow Lite Micro does not have" in " ".join(done.stderr.split())


@pytest.mark.tools
def test_all_operators_are_methods_of_tflms_resolver(tmp_path: Path) -> None:
    sources = os.environ.get("VMOTE_TFLM")
    header = Path(sources or "/nonexistent") / "tflite-micro/tensorflow/lite/micro/micro_mutable_op_resolver.h"
    if not header.is_file():
        pytest.skip(f"{TFLM}: {header} is not there")
    assert configure(tmp_path, "ALL").returncode == 0
    methods = set(re.findall(r"TfLiteStatus (Add\w+)\(", header.read_text(encoding="utf-8")))
    assert len(added(tmp_path)) == len(KNOWN) > 90
    assert set(added(tmp_path)) <= methods


def test_the_list_is_of_builtin_operators() -> None:
    assert sorted(set(KNOWN)) == KNOWN
    assert set(KNOWN) <= set(schema.BUILTIN_OPERATORS)


def test_every_model_of_the_project_is_served() -> None:
    for app in app_names():
        assert set(_operators(app)) <= set(KNOWN), app
