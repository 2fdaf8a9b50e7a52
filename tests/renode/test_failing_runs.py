# SPDX-License-Identifier: Apache-2.0
"""A run whose Renode misbehaves ends within its limit, with a sentence, and with Renode's log beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.cli import main
from vmote.engine.base import End, Limits
from vmote.engine.renode import engine as engine_module
from vmote.engine.renode.pool import POOL
from vmote.platforms import project_root
from vmote.run import Request, execute

pytestmark = pytest.mark.tools
SNOW_FRONT = project_root() / "scenarios/weather/snow-front.yaml"
Misbehave = Callable[[str], None]


@pytest.fixture
def misbehave(stand_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Misbehave:
    monkeypatch.setenv("VMOTE_RENODE", str(stand_in))
    monkeypatch.setenv("VMOTE_RENODE_WARM", "0")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    POOL.close()
    return lambda manner: monkeypatch.setenv("STAND_IN", manner)


@pytest.mark.parametrize(
    ("manner", "words"),
    [
        ("dies in a run", "Renode ended during `observer Advance"),
        ("babbles", "Renode's observer said 'whatever'"),
        ("lacks a model", "Could not resolve type: 'Miscellaneous.Dwt'"),
        ("ends", "Renode did not start"),
    ],
)
def test_a_failure_is_said_and_the_log_is_kept(
    misbehave: Misbehave, manner: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    misbehave(manner)
    words_given = ["run", str(SNOW_FRONT), "--engine", "renode", "--out", str(tmp_path / "runs"), "--json"]
    monkeypatch.setattr("sys.argv", ["vmote", *words_given])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert ended.value.code == 3, said
    assert words in said.err
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.endswith("snow-front-failed")
    assert f"{folder.name}/renode.log" in said.err.replace("\n", "")
    log = (folder / "renode.log").read_text()
    if manner == "dies in a run":
        assert "translation cache is on fire" in log
    if manner == "lacks a model":
        assert "board.repl:21:6" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("manner", ["hangs in a run", "never arrives"])
def test_a_run_without_end_stops_at_the_wall(
    misbehave: Misbehave, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    misbehave(manner)
    monkeypatch.setattr(engine_module, "_GRACE_S", 0.2)
    begin = time.monotonic()
    run = execute(Request(SNOW_FRONT, engine="renode", limits=Limits(wall_s=0.5)))
    assert time.monotonic() - begin < 40  # what a loaded machine takes around it
    assert run.trace.stop.end is End.WALL
    assert not run.verdict.passed
    assert "listening on port" in run.logs["renode.log"]


def test_an_image_that_never_prints_ends_with_the_scenario(misbehave: Misbehave) -> None:
    misbehave("arrives at once")
    run = execute(Request(SNOW_FRONT, engine="renode"))
    assert run.trace.stop.end is End.TIME
    assert run.trace.lines == ()
    assert not run.verdict.passed
