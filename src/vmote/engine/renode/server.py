# SPDX-License-Identifier: Apache-2.0
"""One Renode process, driven through its robot server: a monitor command in, its answer or an exception out."""

from __future__ import annotations

import contextlib
import http.client
import os
import select
import shutil
import socket
import subprocess
import sys
import time
import xmlrpc.client
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from vmote.engine.renode.container import in_container
from vmote.engine.renode.found import Found
from vmote.errors import EngineFailure
from vmote.platforms import project_root
from vmote.scratch import Scratch

START_S = 90.0  # a loaded machine may take long to start .NET
LOG_BYTES = 20_000_000
_MOST_SAID = 240  # characters of a command that a sentence holds
_CONFIG = """[general]
use-synchronous-logging = True
collapse-repeated-log-entries = False
terminal = Termsharp
history-path = {folder}/history
"""


class MonitorError(EngineFailure):
    """A monitor command that Renode refused, in Renode's words."""

    def __init__(self, command: str, words: str) -> None:
        self.command = command
        self.words = words
        super().__init__(f"Renode refused `{_short(command)}`: {words}")


def _short(command: str) -> str:
    return command if len(command) <= _MOST_SAID else f"{command[:_MOST_SAID]}…"


class Late(EngineFailure):
    """An answer did not come in time."""


class Server:
    """Starts Renode in a folder of its own; `close` ends it and removes the folder.

    `work` is where the files of the present run go; `renew` makes the process ready for another one.
    """

    def __init__(self, found: Found, *, start_s: float = START_S) -> None:
        self.found = found
        self._scratch = Scratch("renode")
        self.folder = self._scratch.path
        self.log = self.folder / "renode.log"
        self.parts = ""  # which of our peripherals are loaded
        self.runs = 1
        self.logged = 0  # bytes of log of the runs before
        self.work = self._new_work()
        config = self.folder / "config"
        config.write_text(_CONFIG.format(folder=self.folder), encoding="utf-8")
        address = str(self.folder / "robot")
        guard = Path(__file__).with_name("guard.py")
        guarding = ["-IS", str(guard), address, str(self.log), str(LOG_BYTES)]
        options = ["--disable-xwt", "--hide-monitor", "--plain", "--robot-server-port", "0", "--config", str(config)]
        if found.container:
            readable = (guard.parent, project_root() / "platforms")
            command = [*in_container(found, self.folder, readable, "python3"), *guarding, "renode", *options]
        else:
            command = [sys.executable, *guarding, str(found.path), *options]
        self._guard = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=os.environ | {"TMPDIR": str(self.folder)},  # Renode's own temporary files end with the folder
            start_new_session=True,  # Ctrl-C is for us, not for Renode
        )
        try:
            said = self._first_words(start_s)
            if not said.startswith(b"ready"):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._guard.wait(2.0)  # it has closed its output: what it complains of is whole once it has ended
                raise EngineFailure(f"Renode did not start{self._last_words()}", hint=f"{found.place} was {found.how}")
        except BaseException as error:
            if isinstance(error, EngineFailure):
                error.logs = self.logs()
            self.close()
            raise
        self.caged = said.split()[1:2] == [b"caged"]  # whether the robot server is out of reach for the network
        self._transport = _Transport(address)
        self._proxy = xmlrpc.client.ServerProxy("http://renode/", transport=self._transport, allow_none=True)

    def _first_words(self, seconds: float) -> bytes:
        assert self._guard.stdout is not None
        ready, _, _ = select.select([self._guard.stdout], [], [], seconds)
        if not ready:
            raise EngineFailure(f"Renode did not start within {seconds:g} s{self._last_words()}")
        return self._guard.stdout.readline()

    def command(self, text: str, *, timeout_s: float | None = 60.0) -> str:
        """Execute a monitor command; raises MonitorError, Late, or EngineFailure if Renode is gone."""
        return self._call("ExecuteCommand", text, timeout_s)

    def python(self, text: str, *, timeout_s: float | None = 60.0) -> None:
        """Execute Python inside Renode, as the monitor's `python` does."""
        self._call("ExecutePython", text, timeout_s)

    def renew(self, timeout_s: float = 20.0) -> None:
        """Forget the run before: emulation, variables, macros, files and log. Fails where Renode is dead or hangs."""
        self._call("ResetEmulation", None, timeout_s)
        shutil.rmtree(self.work, ignore_errors=True)
        self.runs += 1
        self.work = self._new_work()
        self.logged += self.log.stat().st_size
        os.truncate(self.log, 0)

    def _new_work(self) -> Path:
        work = self.folder / f"run-{self.runs}"
        work.mkdir()
        return work

    def logs(self) -> dict[str, str]:
        """Return what Renode wrote since the run began."""
        return {"renode.log": self.log.read_text(encoding="utf-8", errors="replace")} if self.log.is_file() else {}

    def _call(self, keyword: str, text: str | None, timeout_s: float | None) -> str:
        self._transport.patience(timeout_s)
        arguments, text = ([] if text is None else [text]), text or keyword
        try:
            answer = self._proxy.run_keyword(keyword, arguments)
        except TimeoutError as error:
            raise Late(f"Renode did not answer `{text}` within {timeout_s:g} s{self._last_words()}") from error
        except xmlrpc.client.Fault as fault:
            raise MonitorError(text, fault.faultString) from fault
        except (OSError, http.client.HTTPException, xmlrpc.client.Error) as error:
            time.sleep(0.1)  # its last words may still be on their way to the log
            raise EngineFailure(f"Renode ended during `{text}`{self._last_words()}") from error
        if not isinstance(answer, dict) or answer.get("status") != "PASS":
            raise MonitorError(text, _plain_words(text, answer))
        return str(answer.get("return", "")).strip()

    def _last_words(self, lines: int = 12) -> str:
        """Quote the end of Renode's log, and what else was said."""
        said = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.is_file() else []
        if self._guard.poll() is not None and self._guard.stderr is not None and not self._guard.stderr.closed:
            said += self._guard.stderr.read().decode("utf-8", "replace").splitlines()
        tail = [line for line in said if line.strip()][-lines:]
        return "; its last words:\n    " + "\n    ".join(tail) if tail else " and said nothing"

    def close(self) -> None:
        """End Renode and remove its folder. May be called twice."""
        guard = self._guard
        if guard.stdin is not None and not guard.stdin.closed:
            guard.stdin.close()
        try:
            guard.wait(10)
        except subprocess.TimeoutExpired:
            guard.kill()
            guard.wait()
        for stream in (guard.stdout, guard.stderr):
            if stream is not None:
                stream.close()
        self._scratch.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _plain_words(command: str, answer: object) -> str:
    """Take Renode's wrapping off its complaint."""
    words = str(answer.get("error", "")) if isinstance(answer, dict) else f"an answer of no known form: {answer!r}"
    words = words.strip().removeprefix("KeywordException: ")
    for wrapping in (
        f"Could not execute command '{command}': ",
        f"There was an error when executing command '{command}': ",
        f"There was an error executing command '{command}'",
    ):
        words = words.removeprefix(wrapping)
    return words.strip() or "no reason given"


class _Connection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str, timeout: float | None) -> None:
        super().__init__("renode", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class _Transport(xmlrpc.client.Transport):
    """Keeps one connection; a call is never repeated, for a command may have been carried out."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._timeout: float | None = None
        self._kept: _Connection | None = None

    def patience(self, seconds: float | None) -> None:
        """Set how long the next answer may take."""
        self._timeout = seconds
        if self._kept is not None:
            self._kept.timeout = seconds  # of the next connection, where this one was closed after its answer …
            if self._kept.sock is not None:
                self._kept.sock.settimeout(seconds)  # … or of this one

    def make_connection(self, host: object) -> http.client.HTTPConnection:
        if self._kept is None:
            self._kept = _Connection(self._path, self._timeout)
        return self._kept

    def request(self, *args: Any, **kwargs: Any) -> Any:
        return self.single_request(*args, **kwargs)

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None
