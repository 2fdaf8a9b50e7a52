# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.engine.renode import find
from vmote.errors import Missing

Program = Callable[..., Path]
SAYS = 'echo "Renode v{}.1234"\n'


@pytest.fixture(autouse=True)
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Renode, so that only what a test puts there is found."""
    monkeypatch.delenv("VMOTE_RENODE", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def by_renode_run(tmp_path: Path, **config: object) -> None:
    path = tmp_path / "home/.config/renode/renode-run.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(config))


def test_the_variable_comes_before_path_and_renode_run(
    tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = program(SAYS.format("1.15.3"), folder=tmp_path / "installed")
    by_renode_run(tmp_path, default=str(installed.parent), installations={str(installed.parent): {}})
    assert find.find_renode().path == installed
    on_path = program(SAYS.format("1.16.0"), folder=tmp_path / "path")
    assert find.find_renode().path == on_path
    named = program(SAYS.format("1.16.1"), folder=tmp_path / "named")
    monkeypatch.setenv("VMOTE_RENODE", str(named))
    found = find.find_renode()
    assert (found.path, found.version, found.caution) == (named, (1, 16, 1), "")
    assert "VMOTE_RENODE" in found.how


def test_an_older_file_of_renode_run_is_understood(tmp_path: Path, program: Program) -> None:
    installed = program(SAYS.format("1.16.1"), folder=tmp_path / "installed")
    by_renode_run(tmp_path, default={"mono-portable": "/gone", "dotnet-portable": str(installed.parent)})
    assert find.find_renode().path == installed


@pytest.mark.parametrize("config", ["", "{", "[]", '{"default": 3}', '{"default": "/gone", "installations": []}'])
def test_a_damaged_file_of_renode_run_is_as_if_absent(tmp_path: Path, config: str) -> None:
    path = tmp_path / "home/.config/renode/renode-run.json"
    path.parent.mkdir(parents=True)
    path.write_text(config)
    with pytest.raises(Missing, match=r"not found.*\n.*renode-run"):
        find.find_renode()


def test_another_version_is_a_caution(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMOTE_RENODE", str(program(SAYS.format("1.17.0"))))
    assert "1.17.0" in find.find_renode().caution


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (SAYS.format("1.14.0"), "is Renode 1.14.0; 1.15.0 or newer"),
        ("echo 'Usage: renode [dir]'", "it says: Usage"),
        ("exit 9", r"nothing \(exit code 9\)"),
        ("echo broken >&2; exit 1", "broken"),
    ],
)
def test_what_is_no_usable_renode_is_refused(
    program: Program, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    monkeypatch.setenv("VMOTE_RENODE", str(program(script)))
    with pytest.raises(Missing, match=words):
        find.find_renode()


def test_a_variable_that_names_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMOTE_RENODE", "/no/such/renode")
    with pytest.raises(Missing, match=r"VMOTE_RENODE=/no/such/renode is not a program"):
        find.find_renode()


def test_the_way_out_of_a_container_without_renode(monkeypatch: pytest.MonkeyPatch) -> None:
    """There neither `make renode` nor VMOTE_RENODE helps."""
    monkeypatch.setenv("VMOTE_IN_CONTAINER", "1")
    with pytest.raises(Missing, match=r"not in this container\n.*RENODE=yes.*--toolchain local"):
        find.find_renode()


def test_the_usual_default_of_an_older_file_comes_first(tmp_path: Path, program: Program) -> None:
    """Before its format 2.1 renode-run kept a default for each variant, in any order; its own first is this one."""
    mono = program(SAYS.format("1.15.3"), folder=tmp_path / "mono")
    dotnet = program(SAYS.format("1.16.1"), folder=tmp_path / "dotnet")
    by_renode_run(tmp_path, default={"mono-portable": str(mono.parent), "dotnet-portable": str(dotnet.parent)})
    assert find.find_renode().path == dotnet
