# SPDX-License-Identifier: Apache-2.0
"""Warm processes, against a stand-in that speaks Renode's protocol."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from vmote.engine.renode.compiled import parts_key
from vmote.engine.renode.found import Found
from vmote.engine.renode.pool import Pool
from vmote.engine.renode.server import Server
from vmote.errors import BadInput


@pytest.fixture
def pool() -> Iterator[Pool]:
    one = Pool()
    yield one
    one.close()


def test_a_process_is_used_again_and_remembers_nothing(pool: Pool, found: Found) -> None:
    first = pool.take(found)
    first.command("a run")
    (first.work / "left").write_text("x")
    first.log.write_text("what the run said")
    pool.give_back(first)
    second = pool.take(found)
    assert second is first
    assert list(second.work.iterdir()) == []
    assert second.logs() == {"renode.log": ""}
    assert second.command("more") == "did more"
    second.close()


def test_two_at_a_time_are_two_and_one_is_kept(pool: Pool, found: Found) -> None:
    one, two = pool.take(found), pool.take(found)
    assert one is not two
    pool.give_back(one)
    pool.give_back(two)
    assert not two.folder.exists()
    assert pool.take(found) is one
    one.close()


def test_another_renode_gets_another_process(pool: Pool, found: Found) -> None:
    one = pool.take(found)
    pool.give_back(one)
    other = pool.take(replace(found, version=(1, 17, 0)))
    assert other is not one
    other.close()


def test_parts_that_were_edited_get_another_process(pool: Pool, found: Found) -> None:
    one = pool.take(found)
    one.parts = parts_key(found)
    pool.give_back(one)
    assert pool.take(found) is one
    one.parts = "of another day"
    pool.give_back(one)
    other = pool.take(found)
    assert other is not one
    assert not one.folder.exists()
    other.close()


@pytest.mark.parametrize("manner", ["dying", "hanging"])
def test_one_that_is_dead_or_hangs_is_replaced(
    pool: Pool, found: Found, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Server.renew
    monkeypatch.setattr(Server, "renew", lambda self: usual(self, timeout_s=0.5))
    one = pool.take(found)
    one.command(f"reset {manner}")
    pool.give_back(one)
    other = pool.take(found)
    assert other is not one
    assert not one.folder.exists()
    assert other.command("fine") == "did fine"
    other.close()


def test_none_is_kept_where_that_is_asked(pool: Pool, found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMOTE_RENODE_WARM", "0")
    one = pool.take(found)
    pool.give_back(one)
    assert not one.folder.exists()
    monkeypatch.setenv("VMOTE_RENODE_WARM", "many")
    with pytest.raises(BadInput, match="VMOTE_RENODE_WARM='many' is not a number"):
        pool.take(found)


def test_a_worn_one_is_ended(pool: Pool, found: Found) -> None:
    one = pool.take(found)
    one.runs = 1000
    pool.give_back(one)
    assert not one.folder.exists()


def test_they_end_with_the_program(found: Found, tmp_path: Path) -> None:
    script = f"""
from pathlib import Path
from vmote.engine.renode.found import Found
from vmote.engine.renode.pool import POOL
server = POOL.take(Found(Path({str(found.path)!r}), "", (1, 16, 1)))
POOL.give_back(server)
print(server.folder)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.stderr == ""
    folder = Path(done.stdout.strip())
    end = time.monotonic() + 10
    while folder.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert folder.parent == tmp_path
    assert not folder.exists()
