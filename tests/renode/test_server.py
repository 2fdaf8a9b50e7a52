# SPDX-License-Identifier: Apache-2.0
"""Failure paths, against a stand-in that speaks Renode's protocol."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vmote.engine.renode import guard
from vmote.engine.renode.found import Found
from vmote.engine.renode.server import Late, MonitorError, Server
from vmote.errors import EngineFailure
from vmote.platforms import project_root


def processes(word: str) -> list[int]:
    """Find processes by a word on their command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if word.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            pass
    return found


def until_gone(word: str, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not processes(word):
            return True
        time.sleep(0.05)
    return False


def test_commands_are_answered_and_nothing_is_left(found: Found) -> None:
    with Server(found) as server:
        folder = server.folder
        assert server.command("something") == "did something"
        assert server.command("again") == "did again"
        assert processes(folder.name)
    assert not folder.exists()
    assert until_gone(folder.name)
    server.close()


def test_a_refused_command_says_renodes_words_and_ours(found: Found) -> None:
    with Server(found) as server:
        with pytest.raises(MonitorError, match=r"^Renode refused `nonsense`: No such command or device: nonsense$"):
            server.command("nonsense")
        with pytest.raises(MonitorError, match=r"refused `odd`: no reason given"):
            server.command("odd")
        with pytest.raises(MonitorError, match=r"^Renode refused `no{239}…`: "):
            server.command("n" + "o" * 1000)
        assert server.command("more") == "did more"


def test_a_death_quotes_the_last_words(found: Found) -> None:
    with Server(found) as server:
        with pytest.raises(EngineFailure, match=r"(?s)ended during `die`.*last words: out of imaginary memory"):
            server.command("die")
        with pytest.raises(EngineFailure, match=r"ended during `after`"):
            server.command("after")


def test_a_hang_is_late_and_is_ended(found: Found) -> None:
    with Server(found) as server:
        begin = time.monotonic()
        with pytest.raises(Late):
            server.command("hang", timeout_s=0.3)
        assert time.monotonic() - begin < 5
        folder = server.folder
    assert until_gone(folder.name)


def test_a_flood_stops_neither_the_answer_nor_fills_the_disk(found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmote.engine.renode.server.LOG_BYTES", 100_000)
    with Server(found) as server:
        assert server.command("flood") == "did flood"
        assert server.log.stat().st_size < 200_000


def test_an_end_at_the_start_quotes_what_was_said(found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_IN", "ends")
    with pytest.raises(EngineFailure, match=r"(?s)did not start.*no .NET here.*made by a test"):
        Server(found)


def test_a_silent_start_ends_within_its_limit(found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_IN", "silent")
    with pytest.raises(EngineFailure, match=r"did not start within 0.5 s"):
        Server(found, start_s=0.5)


def test_no_orphan_when_the_caller_is_killed(found: Found, tmp_path: Path) -> None:
    script = f"""
import sys, time
from pathlib import Path
from vmote.engine.renode.found import Found
from vmote.engine.renode.server import Server
server = Server(Found(Path({str(found.path)!r}), "", (1, 16, 1)))
print(server.folder.name, flush=True)
time.sleep(600)
"""
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment) as caller:
        try:
            assert caller.stdout is not None
            name = caller.stdout.readline().strip()
            assert processes(name)
        finally:
            caller.send_signal(signal.SIGKILL)
    assert until_gone(name)
    assert list(tmp_path.glob("vmote-renode-*")) == [], "nor a folder"


def test_no_orphan_when_the_guard_is_killed(found: Found) -> None:
    with Server(found) as server:
        name = server.folder.name
        (guard,) = (pid for pid in processes(name) if b"guard.py" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(guard, signal.SIGKILL)
        with pytest.raises(EngineFailure, match="ended during `after`"):
            server.command("after")
        # The guard stays as a zombie, without a command line, until its server is closed.
        assert until_gone(name)


def test_the_guard_asks_for_no_newer_python_than_images_have(tmp_path: Path) -> None:
    """Inside a container it is that image's Python which runs it: antmicro/renode has 3.10."""
    command = [sys.executable, "-m", "mypy", "--python-version", "3.10", "--cache-dir", str(tmp_path), guard.__file__]
    done = subprocess.run(command, cwd=project_root(), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_two_at_once_do_not_meet(found: Found) -> None:
    with Server(found) as one, Server(found) as two:
        assert one.folder != two.folder
        assert one.command("first") == "did first"
        assert two.command("second") == "did second"
        assert one.command("third") == "did third"


def test_the_robot_server_is_out_of_reach_where_the_kernel_allows_it(found: Found) -> None:
    with Server(found) as server:
        if not server.caged:
            pytest.skip("this kernel gives no network of its own to this user")
        ours = Path("/proc/self/ns/net").readlink()
        assert all(Path(f"/proc/{pid}/ns/net").readlink() != ours for pid in processes(server.folder.name))
