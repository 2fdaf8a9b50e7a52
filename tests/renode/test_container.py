# SPDX-License-Identifier: Apache-2.0
"""Renode in a container, with a stand-in for docker and for what is in the image."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.engine.renode.find import find_renode
from vmote.engine.renode.server import Server
from vmote.errors import EngineFailure, Missing
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
    return lambda: [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()]


def test_an_image_is_found_driven_and_ended(told: Told) -> None:
    found = find_renode()
    assert (found.container, found.version) == ("renode:here", (1, 16, 1))
    with Server(found) as server:
        assert server.command("something") == "did something"
        folder = server.folder
    words = told()[-1]
    assert words[:5] == ["run", "--rm", "--interactive", "--network", "none"]
    assert f"{folder}:{folder}" in words
    assert f"{project_root() / 'platforms'}:{project_root() / 'platforms'}:ro" in words
    assert words[words.index("--user") + 1] == f"{os.getuid()}:{os.getgid()}"
    assert words[words.index("renode:here") - 2 :][:2] == ["--entrypoint", "python3"]
    assert not folder.exists()


def test_an_image_without_python_is_said(told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = find_renode()
    docker = tmp_path / "bin/docker"
    docker.write_text("#!/bin/sh\necho 'docker: exec: \"python3\": executable file not found in $PATH' >&2\nexit 127\n")
    with pytest.raises(EngineFailure, match=r'(?s)did not start.*exec: "python3".*image renode:here was named by'):
        Server(found)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("docker:", "names no image"),
        ("docker:renode:gone", r"no such image ready: Error: No such image.*\n.*docker pull renode:gone"),
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
