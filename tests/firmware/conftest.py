# SPDX-License-Identifier: Apache-2.0
"""One image, built once a session, that the tests of this folder look at."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vmote.firmware.build import build
from vmote.firmware.elf import Image, open_image
from vmote.platforms import Board, load_board


@pytest.fixture(scope="session")
def board() -> Board:
    return load_board("nano33ble-sense")


@pytest.fixture(scope="session")
def image(board: Board, tmp_path_factory: pytest.TempPathFactory) -> Image:
    # The project's own build folder: several workers share it, so this also exercises the lock.
    built = build(board, "weather").path
    copy = tmp_path_factory.mktemp("image") / "image.elf"
    shutil.copyfile(built, copy)
    return open_image(Path(copy), board)
