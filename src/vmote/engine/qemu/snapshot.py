# SPDX-License-Identifier: Apache-2.0
"""A device kept at an instant, and the way back to it within the same emulator.

Three parts make up a device. Core, interrupt controller and clock are QEMU's: it writes them down as for a migration
(plugin/snapshot.c). Memories and register pages are the shared memory's bytes. The models are Python objects, whose
contents are put back in place. Nothing else knows anything of a run, so that what follows is what followed before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vmote.engine.qemu import layout
from vmote.engine.qemu.process import Process
from vmote.errors import EngineFailure, Unsupported
from vmote.soc.memento import CannotKeep, Memento

if TYPE_CHECKING:
    from vmote.engine.qemu.engine import QemuEngine

# What the engine itself knows of a run; its loop and limits begin anew with each.
_SCALARS = ("_base_cycle", "_base_instructions", "_base_exchanges", "_base_profile", "_resets", "_console_bytes",
            "_console_lines", "_changes", "_last_console", "_silence_watched", "_pending", "_refused")  # fmt: skip
_COUNTS = ("instructions", "exchanges", "plain")


@dataclass(frozen=True)
class QemuSnapshot:
    """A device at an instant. It lives as long as its emulator."""

    t_ns: int
    cycle: int
    process: Process
    cpu_s: float
    silence_ns: int | None
    shared: bytes
    models: Memento
    scalars: dict[str, Any]
    counts: dict[str, int]


def take(engine: QemuEngine) -> QemuSnapshot:
    """Keep a device that stands between two instructions."""
    assert engine._shared is not None and engine._process is not None
    link = engine._shared.link
    counts = {name: int(getattr(link, name)) for name in _COUNTS}
    beyond = (engine, engine._shared, engine._observer, *engine._world.channels.values())
    try:
        models = Memento(engine._device, engine._clock, beyond=beyond)
    except CannotKeep as error:
        raise Unsupported(f"no snapshot: {error}") from error
    if engine._command(layout.CMD_TAKE):
        raise EngineFailure("the emulator could not write its state down")
    return QemuSnapshot(
        engine._clock.ns(), engine._clock.now, engine._process, engine._process.cpu_seconds,
        engine._limits.silence_ns, engine._shared.keep(), models,
        {name: getattr(engine, name) for name in _SCALARS}, counts,
    )  # fmt: skip


def give_back(engine: QemuEngine, snapshot: QemuSnapshot) -> None:
    """Have a device as it was kept."""
    assert engine._shared is not None
    engine._shared.put_back(snapshot.shared)
    if code := engine._command(layout.CMD_RETURN):
        raise EngineFailure(f"the emulator could not take its state up again ({code})")
    snapshot.models.restore()
    for name, value in snapshot.scalars.items():
        setattr(engine, name, value)
    for name, count in snapshot.counts.items():
        setattr(engine._shared.link, name, count)
    engine._ended = engine._faulted = None
    engine._at_entry = None
