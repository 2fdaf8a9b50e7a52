# SPDX-License-Identifier: Apache-2.0
"""`make renode`, with a stand-in for renode-run: what it does around that program."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.platforms import project_root

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="renode-run installs for Linux on x86-64 only")
RENODE = r"""
printf '#!/bin/sh\necho Renode v1.16.1.1\n' > "$HOME/renode-1/renode"
chmod +x "$HOME/renode-1/renode"
"""
CONFIG = 'printf \'{"default": "%s/renode-1"}\' "$HOME" > "$HOME/.config/renode/renode-run.json"\n'
Make = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def make(tmp_path: Path, program: Callable[..., Path]) -> Make:
    def call(renode_run: str) -> subprocess.CompletedProcess[str]:
        home = tmp_path / "home"
        for folder in ("renode-1", ".config/renode"):
            (home / folder).mkdir(parents=True, exist_ok=True)
        program('[ "$2" != --help ] || exit 0\n' + renode_run, name="renode-run", folder=tmp_path / "bin")
        source = project_root() / "src"
        environment = {key: value for key, value in os.environ.items() if key != "VMOTE_RENODE"} | {
            "HOME": str(home), "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "VMOTE_PYTHON": sys.executable,
            "PYTHONPATH": str(source), "TOLD": str(tmp_path / "told"),
        }  # fmt: skip
        return subprocess.run(
            [project_root() / "scripts/renode.sh"], capture_output=True, text=True, timeout=120, check=False,
            env=environment,
        )  # fmt: skip

    return call


def test_it_is_installed_at_the_pinned_version_and_found_once(make: Make, tmp_path: Path) -> None:
    done = make('echo "$@" >> "$TOLD"\n' + RENODE + CONFIG)
    assert done.returncode == 0, done.stderr
    assert "is Renode 1.16.1" in done.stdout
    (told,) = (tmp_path / "told").read_text().splitlines()
    assert told.startswith("install https://github.com/renode/renode/releases/download/v1.16.1/")
    assert told.endswith("--version-override 1.16.1")
    again = make("exit 9\n")
    assert again.returncode == 0
    assert "nothing to do" in again.stdout


def test_a_failure_is_a_sentence_with_another_way(make: Make) -> None:
    done = make("echo 'Package could not be downloaded.'\nexit 1\n")
    assert done.returncode == 3
    assert "could not install it: Package could not be downloaded." in done.stderr
    assert "VMOTE_RENODE" in done.stderr


def test_the_reason_is_told_in_one_line(make: Make) -> None:
    """As renode-run tells it: how far it was, a frame around a traceback, a sentence of several lines."""
    said = (
        r"Downloaded 1.00MB / 43.00MB...\rDownloaded 2.00MB / 43.00MB...\r\n╭── Traceback ──╮\n│ urlopen(url) │\n"
        r"Package could not be downloaded.\nURL/Connection Error:\n  Name or service not known\n\n"
    )
    done = make(f"printf '{said}'\nexit 1\n")
    assert done.returncode == 3
    reason = "Package could not be downloaded. URL/Connection Error: Name or service not known"
    assert done.stderr.splitlines()[0] == f"renode: renode-run could not install it: {reason}"


def test_what_was_installed_and_does_not_work_is_said(make: Make) -> None:
    done = make(CONFIG)
    assert done.returncode == 3
    assert "vmote finds no Renode that works" in done.stderr
