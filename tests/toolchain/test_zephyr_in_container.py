# SPDX-License-Identifier: Apache-2.0
"""The container's Zephyr stage: images of a workspace on this machine, and a workspace that west makes in a volume."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from vmote.errors import Missing
from vmote.firmware.build import build
from vmote.firmware.elf import open_image
from vmote.platforms import load_board
from vmote.toolchain.command import build_in_container
from vmote.toolchain.container import Job, carry_out
from vmote.toolchain.engine import Engine
from vmote.toolchain.image import image_for
from vmote.toolchain.places import Places
from vmote.toolchain.progress import Progress

from .workspace import WITH_WORKSPACE

pytestmark = [pytest.mark.docker, WITH_WORKSPACE]


@pytest.mark.tools
def test_same_bytes_as_on_this_machine(one_compiler: None) -> None:
    """Though CMake, Ninja, Python and the build's folder are others."""
    board = load_board("nano33ble-sense")
    inside = build_in_container(board, "weather", "zephyr", "native")
    about = open_image(inside.path, board).about
    assert about is not None and (about.app, about.port, about.runtime) == ("weather", "zephyr", "native")
    try:
        outside = build(board, "weather", "zephyr")
    except Missing as missing:
        pytest.skip(str(missing))
    assert inside.path != outside.path
    assert inside.path.read_bytes() == outside.path.read_bytes()


def test_a_workspace_is_made_once(engine: Engine, tmp_path: Path) -> None:
    """Of a stand-in for Zephyr's repository, by the real west, in a volume that is thrown away."""
    upstream = tmp_path / "upstream" / "zephyr"
    (upstream / "scripts").mkdir(parents=True)
    (upstream / "scripts" / "requirements-base.txt").write_text("anytree\n", encoding="utf-8")

    def git(*words: str) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(upstream), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "a stand-in")
    manifest = tmp_path / "manifest"
    manifest.mkdir()
    (manifest / "west.yml").write_text(
        f"manifest:\n  self:\n    path: manifest\n  projects:\n    - name: zephyr\n      path: deps/zephyr\n"
        f"      url: file://{upstream}\n      revision: {git('rev-parse', 'HEAD')}\n",
        encoding="utf-8",
    )
    places = Places()
    places.show(manifest)
    places.show(upstream.parent)
    image = image_for(engine, "zephyr", Progress())
    look = "ls /tmp/west/deps/zephyr/scripts && /tmp/west/deps/.venv/bin/python -c 'import anytree'"
    make = f"sed 's,/vmote/west,/tmp/west,' /vmote/install-workspace.sh >/tmp/make && sh /tmp/make {manifest}"
    said = bytearray()
    job = Job(["-c", f"{make} && {look} && {make} && echo again"], places, ("sh",), network=True)
    assert carry_out(engine, image, job, said.extend, said.extend) == 0, said.decode()
    assert b"requirements-base.txt" in said and b"again" in said
    assert said.count(b"fetching the Zephyr workspace") == 1
