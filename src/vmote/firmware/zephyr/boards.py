# SPDX-License-Identifier: Apache-2.0
"""Boards by Zephyr's names for them, and the Kconfig fragments that an image is made of."""

from __future__ import annotations

from vmote.errors import BadInput
from vmote.firmware.app_file import load_app
from vmote.platforms import Board, project_root

# What an app senses -> its fragment of firmware/zephyr; climate needs none.
_FRAGMENTS = {"acceleration": "motion.conf", "sound": "audio.conf"}


def zephyr_name(board: Board) -> str:
    """Return what Zephyr calls a board; raises where the port has no configuration for it."""
    # board.yaml has the name that newer Zephyr uses, with the variant behind slashes.
    name = board.names.get("zephyr", "").replace("//", "_").replace("/", "_")
    known = sorted(path.stem for path in (project_root() / "firmware" / "zephyr" / "boards").glob("*.conf"))
    if name not in known:
        raise BadInput(
            f"the port zephyr has no configuration for {board.name}",
            hint=f"use --port baremetal, or write firmware/zephyr/boards/{name or '<its name>'}.conf and .overlay; "
            f"there are: {', '.join(known)}",
        )
    return name


def fragments(app: str, runtime: str, kernels: str) -> list[str]:
    """List the fragments of firmware/zephyr that make an image's configuration, after prj.conf."""
    out = [_FRAGMENTS[sensor] for sensor in load_app(app).sensors if sensor in _FRAGMENTS]
    if runtime == "tflm":
        out.append("tflm.conf")
        if kernels == "cmsis-nn":
            out.append("cmsis-nn.conf")
    return out
