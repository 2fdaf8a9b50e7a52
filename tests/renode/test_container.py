# SPDX-License-Identifier: Apache-2.0
"""Renode in a container, with a stand-in for docker and for what is in the image."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.engine.renode import container
from vmote.engine.renode.find import find_renode
from vmote.engine.renode.server import Server
from vmote.errors import Missing
from vmote.platforms import project_root

Told = Callable[[], list[list[str]]]


@pytest.fixture
def told(tmp_path: Path, stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    docker = tmp_path / "bin/docker"
    docker.parent.mkdir()
    docker.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("stand_in_docker.py")}" "$@"\n')
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{docker.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("DOCKER_TOLD", str(tmp_path / "told"))
    monkeypatch.setenv("DOCKER_IMAGE", str(stand_in.parent))
    monkeypatch.setenv("VMOTE_RENODE", "docker:renode:here")
    container._rootless.cache_clear()
    return lambda: [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()]


def test_an_image_is_found_driven_and_ended(told: Told) -> None:
    found = find_renode()
    assert (found.container, found.version) == ("renode:here", (1, 16, 1))
    with Server(found) as server:
        assert server.command("something") == "did something"
        folder = server.folder
    words = told()[-1]
    assert told()[-2][0] == "info"
    assert words[:5] == ["run", "--rm", "--interactive", "--network", "none"]
    assert f"{folder}:{folder}" in words
    assert f"{project_root() / 'platforms'}:{project_root() / 'platforms'}:ro" in words
    assert words[words.index("--user") + 1] == f"{os.getuid()}:{os.getgid()}"
    assert words[words.index("renode:here") - 2 :][:2] == ["--entrypoint", "python3"]
    assert not folder.exists()


def test_an_engine_without_root_is_told_its_own(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """There the container's root is the caller; what another user of it writes nobody outside can remove."""
    monkeypatch.setenv("DOCKER_OPTIONS", "[name=seccomp,profile=default name=rootless name=cgroupns]")
    with Server(find_renode()):
        pass
    words = told()[-1]
    assert words[words.index("--user") + 1] == "0:0"


def test_an_image_without_renode_is_said(told: Told, stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in.unlink()
    monkeypatch.setenv("PATH", f"{os.environ['PATH'].split(':')[0]}:/usr/bin:/bin")
    with pytest.raises(Missing, match=r"^the image renode:here has no `renode` on its PATH"):
        find_renode()


def test_an_image_without_python_is_said(told: Told, tmp_path: Path) -> None:
    docker = tmp_path / "bin/docker"
    docker.write_text(
        '#!/bin/sh\n[ "$1" = run ] || exit 0\n'
        "echo 'docker: Error response from daemon: runc create failed: unable to start container process: "
        'exec: "python3": executable file not found in $PATH: unknown.\' >&2\nexit 127\n'
    )
    with pytest.raises(Missing, match=r"^the image renode:here has no `python3` on its PATH; vmote needs"):
        find_renode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?", "not answer.*\n.*start it"),
        ("permission denied while trying to connect to the Docker daemon socket", r"refuses this user.*\n.*usermod"),
        ("invalid reference format: repository name must be lowercase", "no image's name"),
        ("something new", "does not show the image: something new"),
    ],
)
def test_a_refusal_has_a_way_out(told: Told, monkeypatch: pytest.MonkeyPatch, said: str, words: str) -> None:
    monkeypatch.setenv("DOCKER_REFUSES", said)
    with pytest.raises(Missing, match=words):
        find_renode()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("docker:", "names no image"),
        ("docker:renode:gone", r"no such image ready\n  docker pull renode:gone\n.*No such image"),
    ],
)
def test_an_image_that_is_not_there_is_said(
    told: Told, monkeypatch: pytest.MonkeyPatch, asked: str, words: str
) -> None:
    monkeypatch.setenv("VMOTE_RENODE", asked)
    with pytest.raises(Missing, match=words):
        find_renode()


def test_no_docker_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("VMOTE_RENODE", "docker:renode:here")
    with pytest.raises(Missing, match="no `docker` on PATH"):
        find_renode()
