# SPDX-License-Identifier: Apache-2.0
"""Renode processes that are kept warm between the runs of one program: a start costs seconds, a used one none.

A process is lent to one run at a time. It comes back only from a run that ended in order, is emptied before the next
one, and is replaced by a new one where it does not answer, has died, or is worn. They end with the program.
"""

from __future__ import annotations

import atexit
import os
import threading

from vmote.engine.renode.compiled import parts_key
from vmote.engine.renode.found import Found
from vmote.engine.renode.server import LOG_BYTES, Server
from vmote.errors import BadInput, EngineFailure

VARIABLE = "VMOTE_RENODE_WARM"  # how many are kept; 0: one process a run
_WORN = 100  # runs: what Renode's own runtime keeps of each should not add up


class Pool:
    """Lends Renode processes."""

    def __init__(self) -> None:
        self._idle: list[Server] = []
        self._lock = threading.Lock()
        self._owner = os.getpid()

    def take(self, found: Found) -> Server:
        """Return a process that is as good as new."""
        _kept()  # a wrong setting is said before anything starts
        while (server := self._pop(found)) is not None:
            try:
                if server.parts not in ("", parts_key(found)):
                    raise EngineFailure("our peripherals were edited meanwhile, and Renode loads a class only once")
                server.renew()
            except (EngineFailure, OSError):
                server.close()
                continue
            return server
        return Server(found)

    def give_back(self, server: Server) -> None:
        """Keep a process for the next run, or end it where enough are kept or it has served long enough."""
        worn = server.runs >= _WORN or server.logged > LOG_BYTES // 2
        with self._lock:
            self._disown()
            if not worn and len(self._idle) < _kept():
                self._idle.append(server)
                return
        server.close()

    def close(self) -> None:
        """End all that are kept."""
        with self._lock:
            self._disown()
            idle, self._idle = self._idle, []
        for server in idle:
            server.close()

    def _pop(self, found: Found) -> Server | None:
        with self._lock:
            self._disown()
            for server in self._idle:
                if server.found == found:
                    self._idle.remove(server)
                    return server
        return None

    def _disown(self) -> None:
        """Forget what belongs to the program that this one was forked from."""
        if self._owner != os.getpid():
            self._owner, self._idle = os.getpid(), []


def _kept() -> int:
    written = os.environ.get(VARIABLE, "1")
    if not written.isdigit():
        raise BadInput(f"{VARIABLE}={written!r} is not a number of processes", hint="0 keeps none, 1 is the default")
    return int(written)


POOL = Pool()
atexit.register(POOL.close)
