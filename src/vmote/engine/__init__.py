# SPDX-License-Identifier: Apache-2.0
"""What executes an image. Nothing above this floor asks which engine it has."""

from __future__ import annotations

from typing import Literal

from vmote.engine.base import Engine
from vmote.errors import BadInput, Unsupported, nearest

ENGINES = ("qemu", "renode")


def open_engine(name: str, *, count: bool = False, debugger: int | None = None) -> Engine:
    """Return an engine by its name; an emulator is looked for only when it starts.

    With `count` it counts instructions by function; with `debugger`, a TCP port of this machine, it waits there for a
    debugger, which then says when the device runs.
    """
    if name == "qemu":
        from vmote.engine.qemu import QemuEngine  # noqa: PLC0415  engines are heavy; load the one that is used

        # With a debugger at hand, a fault is something to look at, not the end.
        faults: Literal["stop", "continue"] = "stop" if debugger is None else "continue"
        return QemuEngine(faults=faults, profile=count, debugger=debugger)
    if name == "renode":
        if debugger is not None:
            raise Unsupported("engine renode does not wait for a debugger", hint="use engine qemu")
        from vmote.engine.renode import RenodeEngine  # noqa: PLC0415

        return RenodeEngine(count=count)
    raise BadInput(f"there is no engine {name!r}", hint=nearest(name, ENGINES))
