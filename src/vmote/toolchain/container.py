# SPDX-License-Identifier: Apache-2.0
"""One command in one container, which is gone afterwards, however it ended."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vmote.platforms import project_root
from vmote.toolchain.engine import Engine
from vmote.toolchain.image import LABEL, PROXIES
from vmote.toolchain.places import Places
from vmote.toolchain.refusal import refusals

GRACE_S = 20.0  # how long an interrupted command may take to put its things in order
_PASSED_ON = (
    "COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM", "TZ",
    "ZEPHYR_BASE", "ZEPHYR_MODULES", "VMOTE_TFLM", "VMOTE_ZEPHYR_ANY_VERSION",
)  # fmt: skip
_OWNER = f"{LABEL}.owner"  # the machine and the process that wait for a container
_VOLUMES = ("cache", "west", "pip")

VMOTE = ("python3", "-m", "vmote.cli")
Take = Callable[[bytes], object]


@dataclass(frozen=True)
class Job:
    """A command of vmote (or a program of the container's), and what it may see and write."""

    words: list[str]
    places: Places
    program: tuple[str, ...] = VMOTE
    network: bool = False
    environment: dict[str, str] = field(default_factory=dict)


def carry_out(engine: Engine, image: str, job: Job, out: Take, err: Take) -> int:
    """Run a job and return its exit code; Ctrl-C is passed on, and what it leaves is waited for."""
    container = None
    with _ended_politely():
        try:
            with refusals():
                _sweep(engine)
                container = engine.client.containers.create(image, **_settings(engine, job))
                stream = engine.client.api.attach(container.id, stdout=True, stderr=True, stream=True, demux=True)
                cancelled = threading.Event()
                reader = threading.Thread(target=_read, args=(stream, out, err, cancelled), daemon=True)
                reader.start()
                container.start()
            try:
                while reader.is_alive():
                    reader.join(0.5)
            except KeyboardInterrupt:
                cancelled.set()
                with refusals():
                    container.kill("SIGINT")
                reader.join(GRACE_S)
                raise
            with refusals():
                return int(container.wait()["StatusCode"])
        finally:
            if container is not None:
                _remove(container)


def _settings(engine: Engine, job: Job) -> dict[str, Any]:
    from docker.types import Mount  # noqa: PLC0415

    root = str(project_root())
    mounts = [Mount(root, root, type="bind", read_only=True)]
    mounts += [
        Mount(str(p), str(p.resolve()), type="bind", read_only=True)
        for p in sorted(job.places.readable - job.places.writable)
    ]
    mounts += [Mount(str(p), str(p.resolve()), type="bind") for p in sorted(job.places.writable)]
    mounts += [Mount(f"/vmote/{name}", f"vmote-{name}-{os.getuid()}", type="volume") for name in _VOLUMES]
    # An engine without root runs the container's root as the caller; any other one runs it as who it is told.
    user = "0:0" if engine.rootless else f"{os.getuid()}:{os.getgid()}"
    return {
        "command": [*job.program, *job.words],
        "user": user,
        "working_dir": str(Path.cwd()),
        "environment": _environment(root, job),
        "mounts": mounts,
        "tmpfs": {"/tmp": "rw,exec,nosuid,mode=1777"},
        "network_mode": engine.build_network.replace("default", "bridge") if job.network else "none",
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges", *(["label=disable"] if engine.selinux else [])],
        "init": True,
        "labels": {LABEL: "run", _OWNER: f"{socket.gethostname()} {os.getpid()}"},
    }


def _environment(root: str, job: Job) -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    if sys.stdout.isatty():
        passed.setdefault("FORCE_COLOR", "1")
        with contextlib.suppress(OSError):
            passed.setdefault("COLUMNS", str(os.get_terminal_size().columns))
    own = {"PYTHONPATH": f"{root}/src", "VMOTE_HOME": root, "VMOTE_BUILD": f"{root}/build/docker", "HOME": "/tmp"}
    own["VMOTE_IN_CONTAINER"] = "1"  # ways out differ there
    proxies = {name: os.environ[name] for name in PROXIES if name in os.environ} if job.network else {}
    return passed | proxies | own | job.environment


def _read(
    stream: Iterator[tuple[bytes | None, bytes | None]], out: Take, err: Take, cancelled: threading.Event
) -> None:
    with contextlib.suppress(OSError, ValueError):  # the engine or the terminal went away: the exit code tells
        for said, complained in stream:
            if said:
                out(said)
            if complained and not cancelled.is_set():  # where Python stood when it was told to end is no news
                err(complained)


def _sweep(engine: Engine) -> None:
    """Remove containers of commands on this machine that were killed and could not do so themselves."""
    from docker.errors import DockerException  # noqa: PLC0415

    for found in engine.client.api.containers(all=True, filters={"label": _OWNER}):
        host, _, pid = str(found["Labels"][_OWNER]).partition(" ")
        if host == socket.gethostname() and not Path("/proc", pid).exists() and Path("/proc/self").exists():
            with contextlib.suppress(DockerException):  # another command may do so at the same time
                engine.client.api.remove_container(found["Id"], force=True)


def _remove(container: Any) -> None:
    """Remove it for certain: a second Ctrl-C waits until that is done."""
    main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if main else None
    try:
        from docker.errors import DockerException  # noqa: PLC0415

        with contextlib.suppress(DockerException, OSError):
            container.remove(force=True)
    finally:
        if main:
            signal.signal(signal.SIGINT, before)


@contextmanager
def _ended_politely() -> Iterator[None]:
    """Let a request to end, or a closed terminal, be what Ctrl-C is."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupted(number: int, frame: types.FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupted) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
