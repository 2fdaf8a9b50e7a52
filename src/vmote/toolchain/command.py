# SPDX-License-Identifier: Apache-2.0
"""Commands of vmote in the container: an image built, or the very command a person typed."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from vmote.errors import BadInput, EngineFailure, Missing, VmoteError, nearest
from vmote.firmware.build import Built, check_wishes
from vmote.firmware.zephyr.workspace import how_to_get_one
from vmote.platforms import Board, project_root
from vmote.toolchain.container import Job, Take, carry_out
from vmote.toolchain.engine import connected
from vmote.toolchain.image import image_for
from vmote.toolchain.places import Places
from vmote.toolchain.progress import Progress

_WORKSPACE = ("sh", "/vmote/install-workspace.sh")
TOOLCHAINS = ("local", "docker")


def check_toolchain(toolchain: str) -> None:
    """Refuse a toolchain that is none."""
    if toolchain not in TOOLCHAINS:
        raise BadInput(f"there is no toolchain {toolchain!r}", hint=nearest(toolchain, TOOLCHAINS))


def build_in_container(
    board: Board,
    app: str,
    port: str,
    runtime: str,
    *,
    any_model: bool = False,
    kernels: str | None = None,
    progress: Progress | None = None,
) -> Built:
    """Build an image as `vmote build` does, in the container; it belongs to the caller."""
    started = time.monotonic()
    check_wishes(board, app, port, runtime, kernels)
    words = ["build", "--board", board.name, "--app", app, "--port", port, "--runtime", runtime, "--json"]
    words += (["--any-model"] if any_model else []) + (["--kernels", kernels] if kernels else [])
    places = _places(port)
    out, err = bytearray(), bytearray()
    code = _carry_out(Job(words, places), port, progress or Progress(), out.extend, err.extend)
    said = _document(bytes(out))
    if code == 0 and said is not None:
        path = Path(str(said["image"]))
        return Built(path, bool(said["compiled"]), time.monotonic() - started, f"{said['why']}, in the container")
    raise _failure(code, said, bytes(err).decode(errors="replace"))


def same_in_container(words: list[str], port: str, writable: Iterable[Path], progress: Progress | None = None) -> int:
    """Carry out a command as it was typed, but in the container, and return its exit code."""
    places = _places(port)
    for path in writable:
        places.write(path)
    places.show_words(words)
    job = Job(_without_toolchain(words), places)
    return _carry_out(job, port, progress or Progress(), _to(sys.stdout.buffer), _to(sys.stderr.buffer))


def _places(port: str) -> Places:
    """Return what each command needs: the build folder, and a Zephyr workspace where one is named."""
    places = Places()
    places.write(project_root() / "build" / "docker")
    for name in ("ZEPHYR_BASE", "ZEPHYR_MODULES", "VMOTE_TFLM") if port == "zephyr" else ():
        for text in re.split("[;:]", os.environ.get(name, "")):
            if text:
                if not Path(text).is_dir():
                    raise BadInput(f"{name} names {text}, which is no folder", hint="correct it, or unset it")
                places.show(Path(text).parent if name == "ZEPHYR_BASE" else Path(text))
    return places


def _carry_out(job: Job, port: str, progress: Progress, out: Take, err: Take) -> int:
    with connected() as engine:
        image = image_for(engine, port, progress)
        if port == "zephyr" and not _has_workspace():
            made = Job([str(project_root() / "firmware" / "zephyr")], Places(), _WORKSPACE, network=True)
            if carry_out(engine, image, made, err, err):
                raise Missing("the Zephyr workspace cannot be made in the container", hint=how_to_get_one())
            job = replace(job, environment={"ZEPHYR_BASE": "/vmote/west/deps/zephyr"})
        return carry_out(engine, image, job, out, err)


def _has_workspace() -> bool:
    """Tell whether this machine has a workspace, or names one: a wrong one is refused inside."""
    return bool(os.environ.get("ZEPHYR_BASE")) or (project_root() / "firmware" / "deps" / "zephyr").is_dir()


def _without_toolchain(words: list[str]) -> list[str]:
    """Leave out the wish for a toolchain: inside, it is the local one."""
    out: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--toolchain":
            next(rest, None)
        elif not word.startswith("--toolchain="):
            out.append(word)
    return out


def _to(stream: BinaryIO) -> Take:
    def write(data: bytes) -> None:
        stream.write(data)
        stream.flush()

    return write


def _document(out: bytes) -> dict[str, object] | None:
    try:
        said = json.loads(out)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _failure(code: int, said: dict[str, object] | None, err: str) -> VmoteError:
    """Return what went wrong inside as if it had happened here."""
    if said is not None and isinstance(error := said.get("error"), dict):
        kind = Missing if error.get("exit_code") == Missing.exit_code else BadInput
        return kind(str(error["what"]), where=str(error["where"]), hint=str(error["hint"]))
    if code == 137:  # killed: 128 + SIGKILL
        return EngineFailure("the container was killed, most likely for want of memory", hint="give docker more memory")
    return EngineFailure(f"the command in the container ended with {code}", hint=err.strip()[-2000:])
