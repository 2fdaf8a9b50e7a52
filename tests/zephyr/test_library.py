# SPDX-License-Identifier: Apache-2.0
"""TensorFlow Lite Micro's library: only the kernels that are wanted, told step by step, and not begun anew."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from vmote.errors import BadInput
from vmote.firmware.zephyr.tflm import Library, build_library
from vmote.platforms import load_board
from vmote.tools import find_tool

from .conftest import TFLM

pytestmark = pytest.mark.tools
NANO = load_board("nano33ble-sense")
OPERATORS = ("CONV_2D", "SOFTMAX")
KERNELS = "tensorflow/lite/micro/kernels"
# As much of TFLM's sources as shows who calls whom: two operators with a file of their own and a common one, one that
# calls another's, and one that nobody wants.
FILES = {
    "tensorflow/lite/schema/schema_generated.h": "#pragma once\nstruct TFLMRegistration { int version; };\n",
    "tensorflow/lite/micro/micro_log.cc": "int log_of_all;\n",
    "tensorflow/lite/micro/micro_log_test.cc": "#error a test\n",
    f"{KERNELS}/kernel_util.h": "#pragma once\nint util();\n",
    f"{KERNELS}/kernel_util.cc": f'#include "{KERNELS}/kernel_util.h"\nint util() {{ return 1; }}\n',
    f"{KERNELS}/conv.h": f'#pragma once\n#include "{KERNELS}/kernel_util.h"\nint conv();\n',
    f"{KERNELS}/conv_common.cc": "int conv() { return 2; }\n",
    f"{KERNELS}/conv_test.cc": "#error a test\n",
    f"{KERNELS}/transpose_conv.cc": f'#include "{KERNELS}/conv.h"\n' + "{registers TRANSPOSE_CONV}",
    f"{KERNELS}/conv.cc": f'#include "{KERNELS}/conv.h"\n' + "{registers CONV_2D}",
    f"{KERNELS}/softmax.cc": "{registers SOFTMAX}",
    f"{KERNELS}/while.cc": "#error nobody wants this\n",
}


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Write the stand-in for TFLM's sources."""
    top = tmp_path / "sources"
    for name, text in FILES.items():
        path = top / "tflite-micro" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before, _, operator = text.rstrip("}").partition("{registers ")
        code = f"{before}TFLMRegistration Register_{operator}() {{ return {{1}}; }}\n" if operator else text
        path.write_text(code, encoding="utf-8")
    for name in ("flatbuffers/include", "gemmlowp", "ruy"):
        (top / name).mkdir(parents=True)
    return top


def members(library: Library) -> set[str]:
    ar = find_tool("arm-none-eabi-gcc").path.replace("gcc", "ar")
    done = subprocess.run([ar, "t", library.path], capture_output=True, text=True, check=True)
    return {name.removesuffix(".cc.obj") for name in done.stdout.split()}


def test_the_wanted_operators_and_whom_they_call(sources: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    library = build_library(
        NANO, "reference", ("TRANSPOSE_CONV",), sources, tmp_path, lambda _, number, of: told.append((number, of))
    )
    assert library.compiled
    assert members(library) == {"micro_log", "transpose_conv", "conv", "conv_common", "kernel_util"}
    assert 5 <= told[-1][0] <= told[-1][1] == 8
    assert not list(tmp_path.rglob("*.gch")), "a quarter of a gigabyte, with the real sources"
    assert not build_library(NANO, "reference", ("TRANSPOSE_CONV",), sources, tmp_path).compiled
    more = build_library(NANO, "reference", ("SOFTMAX", "TRANSPOSE_CONV"), sources, tmp_path)
    assert more.compiled and members(more) == members(library) | {"softmax"}


def test_what_was_compiled_before_an_interruption_stays(sources: Path, tmp_path: Path) -> None:
    broken = sources / "tflite-micro" / KERNELS / "softmax.cc"
    good = broken.read_text(encoding="utf-8")
    broken.write_text("#error not yet\n" + good, encoding="utf-8")
    steps: list[int] = []
    with pytest.raises(BadInput, match=r"(?s)does not build.*not yet"):
        build_library(NANO, "reference", OPERATORS, sources, tmp_path, lambda _, __, of: steps.append(of))
    first = max(steps)
    steps.clear()
    broken.write_text(good, encoding="utf-8")
    whole = build_library(NANO, "reference", OPERATORS, sources, tmp_path, lambda _, __, of: steps.append(of))
    assert "softmax" in members(whole)
    assert max(steps) < first, "the header at least was there"


def test_all_operators_have_a_folder_of_their_own(sources: Path, tmp_path: Path) -> None:
    (sources / "tflite-micro" / KERNELS / "while.cc").unlink()
    every = build_library(NANO, "reference", ("ALL",), sources, tmp_path)
    assert every.path.parent.name == "tflm-cortex-m4f-reference-any"
    assert members(every) >= {"conv", "softmax", "transpose_conv"}


def test_an_operator_without_a_kernel_is_named(sources: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no kernel for CONV_3D"):
        build_library(NANO, "reference", ("CONV_3D",), sources, tmp_path)


def test_every_operator_of_the_resolver_has_a_kernel(tmp_path: Path) -> None:
    """With the real sources: CMake finds a file for each of the names in operators.txt."""
    named = os.environ.get("VMOTE_TFLM", "")
    if not (Path(named) / "tflite-micro" / KERNELS).is_dir() or not named:
        pytest.skip(f"{TFLM}: set VMOTE_TFLM")
    from .test_resolver import KNOWN  # noqa: PLC0415

    sources = tmp_path / "sources"
    sources.mkdir()
    for name in ("tflite-micro", "flatbuffers", "gemmlowp", "ruy", "CMSIS-NN", "CMSIS_6"):
        (sources / name).symlink_to(Path(named) / name)
    # One that is not there behind all that are: CMake comes to it only if it found the others.
    with pytest.raises(BadInput, match="no kernel for LAST") as told:
        build_library(NANO, "cmsis-nn", (*KNOWN, "LAST"), sources, tmp_path)
    assert "no kernel for LAST" in str(told.value)
