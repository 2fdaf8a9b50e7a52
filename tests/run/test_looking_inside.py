# SPDX-License-Identifier: Apache-2.0
"""What may be looked at while a scenario runs leaves no mark on it."""

from __future__ import annotations

import socket
import threading

import pytest

from vmote.errors import BadInput, Unsupported
from vmote.platforms import project_root
from vmote.report.page import page_of
from vmote.report.result import result_of
from vmote.run import Request, Watcher, execute

pytestmark = pytest.mark.tools
FROST = project_root() / "scenarios" / "weather" / "dry-frost.yaml"


@pytest.fixture(scope="module")
def plain() -> str:
    return execute(Request(FROST)).trace.fingerprint()


def test_instructions_by_function(plain: str) -> None:
    run = execute(Request(FROST, functions=True))
    assert run.trace.fingerprint() == plain
    assert sum(run.trace.functions.values()) == run.trace.counters.instructions
    rows = result_of(run)["functions"]
    assert sum(row["share"] for row in rows) == pytest.approx(1, abs=1e-3)
    assert rows[0]["instructions"] == max(run.trace.functions.values())
    assert f"<code>{rows[0]['name']}</code>" in page_of(run)


class Debugger(Watcher):
    """Lets the device go as soon as it waits."""

    def __init__(self, port: int, packet: str) -> None:
        self.port, self.packet, self.told = port, packet, ""
        self.thread: threading.Thread | None = None

    def stage(self, name: str, detail: str) -> None:
        """Begin when the run waits."""
        if name == "debugger":
            self.told = detail
            self.thread = threading.Thread(target=self._speak)
            self.thread.start()

    def _speak(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as wire:
            wire.sendall(f"${self.packet}#{sum(self.packet.encode()) & 0xFF:02x}".encode())
            wire.recv(64)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_debugger_lets_it_run(plain: str) -> None:
    port = free_port()
    watcher = Debugger(port, "D")
    run = execute(Request(FROST, gdb=port), watcher)
    assert run.trace.fingerprint() == plain
    assert f"target remote 127.0.0.1:{port}" in watcher.told and ".elf" in watcher.told


def test_a_debugger_ends_it() -> None:
    port = free_port()
    stop = execute(Request(FROST, gdb=port), Debugger(port, "k")).trace.stop
    assert (stop.end, stop.detail) == ("interrupted", "the debugger ended the device")


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(BadInput, match="cannot be used for a debugger"):
            execute(Request(FROST, gdb=taken.getsockname()[1]))


def test_renode_says_that_it_cannot() -> None:
    with pytest.raises(Unsupported, match="engine renode does not wait for a debugger"):
        execute(Request(FROST, engine="renode", gdb=free_port()))
