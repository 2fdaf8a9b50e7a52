# SPDX-License-Identifier: Apache-2.0
"""Renode from a container image: the guard and Renode run inside, without a network, in a folder shared with us.

The guard's Unix socket lies in that folder, so that nothing has to be published, and the container ends when the guard
does: when the standard input that `docker run -i` passes on closes. The image must hold `renode` and `python3`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from vmote.engine.renode.found import Found
from vmote.errors import Missing

PREFIX = "docker:"
_REFUSALS = (  # what docker says, what it means, the way out
    (
        r"cannot connect to the docker daemon|error during connect|is the docker daemon running",
        "the docker engine does not answer",
        "start it (sudo systemctl start docker, or Docker Desktop)",
    ),
    (
        r"permission denied.*(sock|daemon)",
        "the docker engine refuses this user",
        "run: sudo usermod -aG docker $USER, log out and in again",
    ),
    (r"invalid reference format", "that is no image's name", f"such as {PREFIX}antmicro/renode:1.16.1"),
    (r"no such image", "docker has no such image ready", "docker pull {image}"),
)
_NO_PROGRAM = re.compile(r'exec: "([^"]+)": (?:executable file not found|stat .*: no such file)')
_ASK = """
import os, sys
try:
    os.execvp("renode", ["renode", "--version"])
except OSError as error:
    sys.exit('exec: "renode": executable file not found')
"""


def in_container(found: Found, folder: Path, readable: Iterable[Path], program: str) -> list[str]:
    """Return the words that begin a command inside the image; its paths are those of this machine."""
    # An engine without root runs the container's root as the caller; any other one runs it as who it is told.
    user = "0:0" if _rootless(found.path) else f"{os.getuid()}:{os.getgid()}"
    words = [
        str(found.path), "run", "--rm", "--interactive", "--network", "none", "--workdir", str(folder),
        "--user", user, "--env", f"HOME={folder}", "--env", f"TMPDIR={folder}",
        "--security-opt", "label=disable",  # SELinux would let it see none of these folders
        "--volume", f"{folder}:{folder}",
    ]  # fmt: skip
    for path in readable:
        words += ["--volume", f"{path}:{path}:ro"]
    return [*words, "--entrypoint", program, found.container]


@cache
def _rootless(docker: Path) -> bool:
    command = [str(docker), "info", "--format", "{{.SecurityOptions}}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return "name=rootless" in done.stdout


def asked_for_version(docker: Path, image: str) -> tuple[str, ...]:
    """Return the words that have an image tell its Renode's version, by the Python that it must have too."""
    run = (str(docker), "run", "--rm", "--network", "none", "--env", "HOME=/tmp", "--entrypoint", "python3")
    return (*run, image, "-IS", "-c", _ASK)


def lacks(said: str) -> str:
    """Return the program that an image lacks, if that is what docker complains of."""
    match = _NO_PROGRAM.search(said)
    return match[1] if match else ""


def docker_program(image: str) -> Path:
    """Return docker's command, or say what is missing of it or of the image."""
    asked = f"VMOTE_RENODE={PREFIX}{image}"
    if not image:
        raise Missing(f"{asked} names no image", hint=f"such as {PREFIX}antmicro/renode:1.16.1")
    program = shutil.which("docker")
    if program is None:
        raise Missing(f"{asked}: there is no `docker` on PATH", hint="install Docker, or name a `renode` program")
    try:
        done = subprocess.run(
            [program, "image", "inspect", "--format", "{{.Id}}", image],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{asked}: docker cannot be asked for the image: {error}") from error
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        for pattern, what, hint in _REFUSALS:
            if re.search(pattern, said, re.IGNORECASE):
                raise Missing(f"{asked}: {what}", hint=f"{hint.format(image=image)}\n  it says: {said}")
        raise Missing(f"{asked}: docker does not show the image: {said}", hint=f"docker pull {image}")
    return Path(program)
