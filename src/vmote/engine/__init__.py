# SPDX-License-Identifier: Apache-2.0
"""What executes an image. Nothing above this floor asks which engine it has."""

from __future__ import annotations

from vmote.engine.base import Engine
from vmote.errors import BadInput, nearest

ENGINES = ("qemu", "renode")


def open_engine(name: str) -> Engine:
    """Return an engine by its name; an emulator is looked for only when it starts."""
    if name == "qemu":
        from vmote.engine.qemu import QemuEngine  # noqa: PLC0415  engines are heavy; load the one that is used

        return QemuEngine()
    if name == "renode":
        from vmote.engine.renode import RenodeEngine  # noqa: PLC0415

        return RenodeEngine()
    raise BadInput(f"there is no engine {name!r}", hint=nearest(name, ENGINES))
