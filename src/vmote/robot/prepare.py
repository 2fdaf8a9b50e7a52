# SPDX-License-Identifier: Apache-2.0
"""Builds every image once before suites run side by side, so that no test waits for another's compiler."""

from __future__ import annotations

from vmote.errors import VmoteError
from vmote.platforms import board_names, load_board
from vmote.run.image import build_image


def build_all() -> None:
    """Build the image of each app on each board; one that does not build is left to the tests, which say why."""
    for name in board_names():
        for app in load_board(name).apps:
            try:
                build_image(name, app, None, None, "local")
            except VmoteError:
                continue
