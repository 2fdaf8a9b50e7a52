# SPDX-License-Identifier: Apache-2.0
"""VMOTE_OPERATORS decides which operators an image links."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from host_runtime import NATIVE, operators

CMAKE = Path(sys.executable).parent / "cmake"


def configure(folder: Path, wanted: str) -> subprocess.CompletedProcess[str]:
    command = [str(CMAKE), "-S", str(NATIVE), "-B", str(folder), f"-DVMOTE_OPERATORS={wanted}"]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"CC": "gcc"})


def registered(folder: Path) -> set[str]:
    return set(re.findall(r"&rt_operator_(\w+)", (folder / "registry.c").read_text()))


def test_only_those_named_are_linked(tmp_path: Path) -> None:
    assert configure(tmp_path, "FULLY_CONNECTED;LOGISTIC;LOGISTIC").returncode == 0
    assert registered(tmp_path) == {"FULLY_CONNECTED", "LOGISTIC"}


def test_all_of_them(tmp_path: Path) -> None:
    assert configure(tmp_path, "ALL").returncode == 0
    assert registered(tmp_path) == set(operators())


@pytest.mark.parametrize("wanted", ["FULLY_CONECTED", "COS"])
def test_unknown_operator_is_named(tmp_path: Path, wanted: str) -> None:
    done = configure(tmp_path, wanted)
    assert done.returncode != 0
    assert wanted in done.stderr
    assert "SOFTMAX" in done.stderr
