# SPDX-License-Identifier: Apache-2.0
"""The docker engine: where it is, whether it answers, what it is like."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vmote.errors import Missing
from vmote.toolchain.refusal import LOCAL, refusals

_START = f"start it (sudo systemctl start docker, or Docker Desktop); {LOCAL}"


@dataclass(frozen=True)
class Engine:
    """An engine that answers."""

    client: Any  # docker.DockerClient
    address: str
    version: str

    @cached_property
    def _info(self) -> dict[str, Any]:
        with refusals():
            return dict(self.client.info())

    @property
    def rootless(self) -> bool:
        """Tell whether the container's root is the caller."""
        return any("rootless" in option for option in self._info.get("SecurityOptions") or ())

    @property
    def selinux(self) -> bool:
        """Tell whether mounts need SELinux to look away."""
        return any("selinux" in option for option in self._info.get("SecurityOptions") or ())

    @cached_property
    def build_network(self) -> str:
        """Name the network for the steps of a build: the engine's bridge, or the machine's own where there is none."""
        with refusals():
            return "default" if self.client.networks.list(names=["bridge"]) else "host"


@contextmanager
def connected() -> Iterator[Engine]:
    """Reach the engine, and let go of it in the end: whatever it was building for us stops then."""
    try:
        import docker  # noqa: PLC0415  loads only when it is used
    except ImportError as error:
        raise Missing(
            "the Python package docker is not installed", hint=f"run: pip install -e '.[docker]'; {LOCAL}"
        ) from error
    address = _address()
    _knock(address)
    with refusals():
        client = docker.DockerClient(base_url=address, timeout=60)
        version = str(client.version()["Version"])
    try:
        yield Engine(client, address, version)
    finally:
        client.close()


def _address() -> str:
    """Return DOCKER_HOST, the address of docker's current context, or the first usual socket there is."""
    if asked := os.environ.get("DOCKER_HOST"):
        return asked
    try:
        from docker.context import ContextAPI  # noqa: PLC0415

        context = ContextAPI.get_current_context()
        host = str(context.Host) if context is not None else ""
    except Exception:  # a broken ~/.docker/config.json is no reason to give up
        host = ""
    places = [host] if host else []
    folders = (os.environ.get("XDG_RUNTIME_DIR"), str(Path.home() / ".docker" / "run"))
    places += ["unix:///var/run/docker.sock", *(f"unix://{folder}/docker.sock" for folder in folders if folder)]
    for place in places:
        if not place.startswith("unix://") or Path(place.removeprefix("unix://")).exists():
            return place.replace("http+unix://", "unix://")
    raise Missing(
        "there is no docker engine on this machine",
        hint=f"install one (https://docs.docker.com/engine/install) and start it; {LOCAL}",
    )


def _knock(address: str) -> None:
    """Say in advance what the SDK would wrap into three exceptions: no socket, nobody behind it, no permission."""
    if not address.startswith("unix://"):
        return
    path = address.removeprefix("unix://")
    try:
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(10)
            wire.connect(path)
    except PermissionError as error:
        raise Missing(
            f"the docker engine refuses this user: no permission for {path}",
            hint=f"run: sudo usermod -aG docker $USER, log out and in again; {LOCAL}",
        ) from error
    except FileNotFoundError as error:
        raise Missing(f"there is no docker engine at {path}", hint=_START) from error
    except OSError as error:
        raise Missing(f"the docker engine at {path} does not answer: {error.strerror or error}", hint=_START) from error
