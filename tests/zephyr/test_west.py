# SPDX-License-Identifier: Apache-2.0
"""The manifest: what it fetches is pinned, needed and put where the build looks for it."""

from __future__ import annotations

import re
from typing import Any

import yaml

from vmote.firmware.zephyr import tflm, workspace
from vmote.platforms import project_root

PORT = project_root() / "firmware" / "zephyr"
TEXT = (PORT / "west.yml").read_text(encoding="utf-8")
MANIFEST: dict[str, Any] = yaml.safe_load(TEXT)["manifest"]
PROJECTS = {project["name"]: project for project in MANIFEST["projects"]}


def test_every_revision_is_a_commit() -> None:
    for name, project in PROJECTS.items():
        assert re.fullmatch(r"[0-9a-f]{40}", project["revision"]), name
        assert project["remote"] in {remote["name"] for remote in MANIFEST["remotes"]}


def test_the_modules_that_the_build_looks_for_and_no_others() -> None:
    wanted = {name for needed in workspace.MODULES.values() for name in needed}
    allowed = PROJECTS["zephyr"]["import"]["name-allowlist"]
    assert set(allowed) == wanted
    for name in allowed:
        assert re.search(rf"- {name} +# \S", TEXT), f"{name} is not given a reason"


def test_nothing_is_fetched_over_the_port_itself() -> None:
    """`west init -l firmware/zephyr` makes firmware/ the top: a project at zephyr/ would be this very folder."""
    prefix = PROJECTS["zephyr"]["import"]["path-prefix"]
    assert MANIFEST["self"]["path"] == PORT.name and prefix == "deps"
    assert f"firmware/{prefix}/" in (project_root() / ".gitignore").read_text(encoding="utf-8")
    assert all(project.get("path", prefix).startswith(prefix) for project in PROJECTS.values())


def test_tflm_lies_where_it_is_looked_for() -> None:
    names = {name for wanted in tflm._WANTED.values() for name in wanted}
    assert names == set(PROJECTS) - {"zephyr"}
    for name in names:
        assert PROJECTS[name]["path"] == f"deps/modules/tflm/{name}"
