# SPDX-License-Identifier: Apache-2.0
"""Whether a model suits an image: shapes, types, operators, arena."""

from __future__ import annotations

from pathlib import Path

from vmote.errors import BadInput
from vmote.firmware.elf import About
from vmote.firmware.packing import PackedCard


def check_suits(model: bytes, path: Path, wanted: PackedCard, about: About) -> None:
    """Refuse a model that the image could not run, with the reason."""
    if model[4:8] != b"TFL3":
        raise BadInput("this is not a .tflite model: the identifier TFL3 is missing", where=str(path))
