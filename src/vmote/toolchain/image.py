# SPDX-License-Identifier: Apache-2.0
"""The container's image: firmware/toolchain/Dockerfile, built once for each content of that folder."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import tarfile
from collections.abc import Iterator
from typing import Any

from vmote.errors import BadInput, Missing
from vmote.platforms import project_root
from vmote.toolchain.engine import Engine
from vmote.toolchain.progress import Progress
from vmote.toolchain.refusal import refusal, refusals

LABEL = "org.vmote.toolchain"  # in the image: its stage; in a container: that it is one of ours
_STEP = re.compile(r"^Step (\d+)/(\d+) : (.*)")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "FTP_PROXY", "ALL_PROXY")
PROXIES = tuple(name for upper in _PROXIES for name in (upper, upper.lower()))  # docker knows them as build arguments
_TAIL = 15


def image_for(engine: Engine, target: str, progress: Progress) -> str:
    """Return the image of a stage of the Dockerfile; pull or build it where the engine lacks it."""
    try:
        if asked := os.environ.get("VMOTE_DOCKER_IMAGE"):
            return _named(engine, asked, target, progress)
        tag = _tag(target)
        if not _has(engine, tag):
            _build(engine, target, tag, progress)
        return tag
    finally:
        progress.finished()


def _context() -> dict[str, bytes]:
    folder = project_root() / "firmware" / "toolchain"
    names = ("Dockerfile", "*.txt", "install-*")
    files = sorted({path for name in names for path in folder.glob(name)})
    if not (folder / "Dockerfile").is_file():
        raise Missing("there is no Dockerfile", hint=f"this checkout lacks {folder}/Dockerfile")
    return {path.name: path.read_bytes() for path in files}


def _arguments() -> dict[str, str]:
    base = os.environ.get("VMOTE_DOCKER_BASE")
    given = dict(_pairs(os.environ.get("VMOTE_DOCKER_ARGS", "")))
    return given | ({"DEBIAN": base} if base else {})


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for word in text.split():
        name, equals, value = word.partition("=")
        if not equals or name not in ("SNAPSHOT", "ARCHIVE", "RENODE", "DEBIAN"):
            raise BadInput(
                f"VMOTE_DOCKER_ARGS has {word!r}", hint="write SNAPSHOT=always, RENODE=no or DEBIAN=<image>, or several"
            )
        yield name, value


def _tag(target: str) -> str:
    digest = hashlib.sha256(repr(sorted(_arguments().items())).encode())
    for name, data in _context().items():
        digest.update(f"{name} {len(data)}\n".encode() + data)
    return f"vmote-toolchain:{target}-{digest.hexdigest()[:12]}"


def _has(engine: Engine, tag: str) -> bool:
    from docker.errors import ImageNotFound  # noqa: PLC0415

    with refusals():
        try:
            engine.client.images.get(tag)
        except ImageNotFound:
            return False
        return True


def _named(engine: Engine, name: str, target: str, progress: Progress) -> str:
    """Return the image a person named; pull it where the engine lacks it, and refuse one that is not ours."""
    asked = f"VMOTE_DOCKER_IMAGE={name}"
    try:
        if not _has(engine, name):
            progress.step(1, 1, f"pull {name} (VMOTE_DOCKER_IMAGE)")
            _pull(engine, name, progress)
        with refusals():
            stage = engine.client.images.get(name).labels.get(LABEL)
    except Missing as refused:
        raise Missing(f"{asked}: {refused.what}", hint=refused.hint) from refused
    if stage is None:
        made = f"docker build --target {target} -t {name} firmware/toolchain"
        raise BadInput(
            f"{asked} was not made from firmware/toolchain/Dockerfile", hint=f"make it so ({made}), or unset it"
        )
    if target == "zephyr" != stage:
        raise BadInput(
            f"{asked} holds the stage {stage} alone", hint="--port zephyr needs an image of the stage zephyr"
        )
    return name


def _pull(engine: Engine, name: str, progress: Progress) -> None:
    repository, _, tag = name.partition("@") if "@" in name else (name, "", None)
    if tag is None and ":" in name.rsplit("/", 1)[-1]:
        repository, _, tag = name.rpartition(":")
    with refusals():
        _watch(engine.client.api.pull(repository, tag=tag or "latest", stream=True, decode=True), progress)


def _build(engine: Engine, target: str, tag: str, progress: Progress) -> None:
    """Let the engine build; a build that is left, whether by an error or by Ctrl-C, leaves no container."""
    proxies = {name: os.environ[name] for name in PROXIES if name in os.environ}
    with refusals():
        events = engine.client.api.build(
            fileobj=_packed(_context()), custom_context=True, decode=True, tag=tag, target=target, rm=True,
            forcerm=True, network_mode=engine.build_network, buildargs=_arguments() | proxies,
        )  # fmt: skip
        _watch(events, progress)


def _packed(files: dict[str, bytes]) -> io.BytesIO:
    """Pack the context so that equal files give equal bytes: the engine's cache holds between checkouts."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o644
            archive.addfile(member, io.BytesIO(data))
    out.seek(0)
    return out


def _watch(events: Iterator[dict[str, Any]], progress: Progress) -> None:
    """Pass on what an engine tells while it works; what went wrong is an error with the last lines of the step."""
    layers: dict[str, tuple[int, int]] = {}
    step, tail = "", list[str]()
    for event in events:
        if "error" in event:
            raise _failed(str(event["error"]), step, tail)
        for line in str(event.get("stream", "")).splitlines():
            if match := _STEP.match(line):
                step, tail = match[3], []
                progress.step(int(match[1]), int(match[2]), step)
            elif text := re.sub(r"\x1b\[[0-9;]*m", "", line).strip():
                tail = [*tail[1 - _TAIL :], text]
                progress.said(text)
        detail = event.get("progressDetail") or {}
        if event.get("status") == "Downloading" and detail.get("total"):
            layers[str(event.get("id"))] = (int(detail["current"]), int(detail["total"]))
            progress.pulling(sum(done for done, _ in layers.values()), sum(total for _, total in layers.values()))


def _failed(said: str, step: str, tail: list[str]) -> Missing:
    known = refusal("\n".join([*tail, said]))
    if "returned a non-zero code" in said and "is full" not in known.what:
        told = "\n  ".join(line for line in tail if not line.startswith(("--->", "Removing intermediate")))
        return Missing(f"the toolchain's image does not build; the step was: {step}", hint=told or said)
    return known if "refuses" not in known.what else refusal(said)


def leftovers(engine: Engine) -> list[str]:
    """List images of other contents of the folder: nobody needs them any more."""
    with contextlib.suppress(Missing), refusals():
        tags = [tag for image in engine.client.images.list("vmote-toolchain") for tag in image.tags]
        return sorted(tag for tag in tags if tag not in (_tag("baremetal"), _tag("zephyr")))
    return []
