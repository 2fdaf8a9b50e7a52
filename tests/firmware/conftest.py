# SPDX-License-Identifier: Apache-2.0
"""Images that the tests of this folder look at, each built once a session."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from vmote.firmware.build import build
from vmote.firmware.elf import Image, open_image
from vmote.platforms import Board, load_board, project_root

IMAGE = "nano33ble-sense-weather-baremetal-native"


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


@dataclass(frozen=True)
class Checkout:
    """A copy of what a build reads, in a folder of another name, and builds of it by processes of their own."""

    place: Path

    @property
    def weather(self) -> Path:
        """The app's source."""
        return self.place / "firmware" / "app" / "weather" / "weather.c"

    @property
    def image(self) -> Path:
        """What a build makes."""
        return self.place / "build" / IMAGE / "image.elf"

    def start(self, board: str = "load_board('nano33ble-sense')") -> subprocess.Popen[str]:
        """Begin a build; what goes wrong is printed."""
        code = (
            "from vmote.firmware.build import build\nfrom vmote.platforms import Memory, load_board\n"
            "from vmote.errors import VmoteError\n"
            f"try: build({board}, 'weather')\nexcept VmoteError as error: print(error)"
        )
        environment = os.environ | {"VMOTE_HOME": str(self.place)}
        command = [sys.executable, "-c", code]
        return subprocess.Popen(command, env=environment, cwd=self.place, stdout=subprocess.PIPE, text=True)

    def build(self, board: str = "load_board('nano33ble-sense')") -> str:
        """Build and return what was said."""
        process = self.start(board)
        said = process.communicate(timeout=300)[0]
        assert process.returncode == 0
        return said


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Return a checkout elsewhere, built by two processes at once."""
    place = tmp_path_factory.mktemp("a checkout elsewhere")
    for name in ("firmware", "platforms", "models"):
        shutil.copytree(project_root() / name, place / name)
    elsewhere = Checkout(place)
    for process in [elsewhere.start(), elsewhere.start()]:
        assert process.communicate(timeout=300)[0] == ""
        assert process.returncode == 0
    return elsewhere
