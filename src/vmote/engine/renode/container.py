# SPDX-License-Identifier: Apache-2.0
"""Renode from a container image: the guard and Renode run inside, without a network, in a folder shared with us.

The guard's Unix socket lies in that folder, so that nothing has to be published, and the container ends when the guard
does: when the standard input that `docker run -i` passes on closes. The image must hold `renode` and `python3`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from vmote.engine.renode.found import Found
from vmote.errors import Missing

PREFIX = "docker:"


def in_container(found: Found, folder: Path, readable: Iterable[Path], program: str) -> list[str]:
    """Return the words that begin a command inside the image; its paths are those of this machine."""
    words = [
        str(found.path), "run", "--rm", "--interactive", "--network", "none", "--workdir", str(folder),
        "--user", f"{os.getuid()}:{os.getgid()}", "--env", f"HOME={folder}", "--env", f"TMPDIR={folder}",
        "--volume", f"{folder}:{folder}",
    ]  # fmt: skip
    for path in readable:
        words += ["--volume", f"{path}:{path}:ro"]
    return [*words, "--entrypoint", program, found.container]


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
        said = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise Missing(f"{asked}: docker has no such image ready: {said[0]}", hint=f"docker pull {image}")
    return Path(program)
