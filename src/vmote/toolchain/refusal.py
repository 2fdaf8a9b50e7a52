# SPDX-License-Identifier: Apache-2.0
"""What an engine refuses, turned into a sentence and a way out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from vmote.errors import Missing, VmoteError

LOCAL = "or build on this machine: --toolchain local"

_KNOWN = (  # what engines say, what it means, the way out
    (
        r"no space left on device|disk quota exceeded|enough free space",
        "the disk of the docker engine is full",
        "make room with: docker system prune (it removes what no container uses), and say the command again",
    ),
    (
        r"permission denied.*docker.*sock|PermissionError",
        "the docker engine refuses this user",
        "run: sudo usermod -aG docker $USER, log out and in again",
    ),
    (
        r"lookup .*(no such host|misbehaving|failure in name)|i/o timeout|TLS handshake|connection refused.*registry"
        r"|context deadline exceeded|request canceled|x509|no route to host|proxyconnect",
        "the docker engine does not reach the registry that the image comes from",
        "look at the network and the proxy, or name an image within reach: VMOTE_DOCKER_BASE (docs/docker.md)",
    ),
    (
        r"pull access denied|manifest.*(unknown|not found)|repository does not exist|toomanyrequests",
        "the registry does not give out the image",
        "look at its name, log in with docker login, or name an image of yours: VMOTE_DOCKER_BASE (docs/docker.md)",
    ),
    (r"invalid reference format", "that is no image's name", "such as debian:bookworm-slim, all in lower case"),
    (
        r"Connection(Refused|Reset)Error|Connection aborted|RemoteDisconnected|Connection broken|FileNotFoundError"
        r"|Read timed out|Broken pipe|Max retries",
        "the docker engine does not answer",
        "start it (sudo systemctl start docker, or Docker Desktop)",
    ),
)


def refusal(said: str) -> Missing:
    """Return the error for something an engine, or the SDK in its name, has said."""
    for pattern, what, hint in _KNOWN:
        if re.search(pattern, said, re.IGNORECASE | re.DOTALL):
            telling = [line for line in said.splitlines() if re.search(pattern, line, re.IGNORECASE)]
            return Missing(what, hint=f"{hint}; {LOCAL}\n  it says: {_short(telling[0] if telling else said)}")
    return Missing(f"the docker engine refuses: {_short(said)}", hint=f"see docs/docker.md; {LOCAL}")


@contextmanager
def refusals() -> Iterator[None]:
    """Let nothing of the SDK out but errors with a way out."""
    import requests  # noqa: PLC0415  comes with the SDK, which loads only when it is used
    from docker.errors import DockerException  # noqa: PLC0415

    try:
        yield
    except VmoteError:
        raise
    except (DockerException, requests.RequestException, OSError) as error:
        raise refusal(f"{getattr(error, 'explanation', None) or error}") from error


def _short(said: str) -> str:
    line = " ".join(said.split())
    return line if len(line) <= 300 else line[:299] + "…"
