# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

from vmote.engine.renode.compiled import load_parts
from vmote.engine.renode.found import Found
from vmote.engine.renode.server import Server


def test_parts_are_compiled_again_for_another_renode(found: Found, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    with Server(found) as server:
        made = server.folder / "renode-1/parts.dll"
        made.parent.mkdir()
        made.write_bytes(b"one")
        load_parts(server, found, cache)
        (kept,) = cache.iterdir()
        assert kept.read_bytes() == b"one"
        load_parts(server, Found(found.path, "", (1, 17, 0)), cache)
        assert len(list(cache.iterdir())) == 2


def test_a_cache_that_cannot_be_used_is_done_without(found: Found, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with Server(found) as server:
        made = server.folder / "renode-1/parts.dll"
        made.parent.mkdir()
        made.write_bytes(b"one")
        load_parts(server, found, tmp_path / "cache")
