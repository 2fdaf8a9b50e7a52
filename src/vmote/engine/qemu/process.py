# SPDX-License-Identifier: Apache-2.0
"""The emulator's process: started with what it needs and nothing else, ended for certain."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from pathlib import Path

from vmote.engine.qemu.native import compiled
from vmote.errors import BadInput, Missing
from vmote.tools import find_tool

# Stock machines that serve as a base; the plugin widens what a board needs wider.
MACHINES = {"cortex-m4f": "netduinoplus2", "cortex-m7": "mps2-an500"}
ADDRESS_SPACE = 4 << 30  # QEMU reserves much more than it touches


def find_qemu() -> str:
    """Return the emulator: VMOTE_QEMU, or the one on PATH."""
    return str(Path(find_tool("qemu-system-arm").path).absolute())


def qemu_version() -> str:
    """Return the emulator's version as it says it."""
    return find_tool("qemu-system-arm").said


def _must_be_free(port: int) -> None:
    """Refuse a port that something else listens at; the emulator would only end."""
    with socket.socket() as wanted:
        wanted.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            wanted.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            why = error.strerror if isinstance(error, OSError) else "there is no such port"
            raise BadInput(f"port {port} cannot be used for a debugger: {why}", hint="name another one") from error


class Process:
    """One emulator. It dies with this process: it watches a pipe that only we hold open."""

    def __init__(
        self, core: str, vectors: int, shift: int, memory_fd: int, cpu_seconds: int, debugger: int | None = None
    ) -> None:
        """`vectors` is where the core finds its vector table at reset."""
        self.cpu_seconds = cpu_seconds
        qemu = find_qemu()
        plugin = str(compiled("plugin")).replace(",", ",,")
        watched, self._held = os.pipe()
        arguments = [
            qemu, "-M", MACHINES[core], "-S", "-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none",
            "-serial", "none", "-parallel", "none", "-nic", "none", "-accel", "tcg,tb-size=64",
            "-global", f"armv7m.init-nsvtor={vectors}",
            "-global", "cortex-m7-arm-cpu.pmsav7-dregion=16",  # as the STM32H747 has (RM0399, table 5)
            "-icount", f"shift={shift},sleep=off",
            "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=allow",
            "-plugin", f"{plugin},memory={memory_fd},parent={watched},cpu={cpu_seconds},space={ADDRESS_SPACE}",
        ]  # fmt: skip
        if debugger is not None:  # for this machine's own debugger, nobody else's
            _must_be_free(debugger)
            arguments += ["-gdb", f"tcp:127.0.0.1:{debugger}"]
        try:
            self._process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(memory_fd, watched),
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                cwd="/",
                start_new_session=True,  # Ctrl-C is for us, not for the emulator
            )
        except OSError as error:
            os.close(self._held)
            raise Missing(f"{qemu} cannot be started: {error.strerror}") from error
        finally:
            os.close(watched)
        assert self._process.stderr is not None
        self._errors = self._process.stderr
        os.set_blocking(self._errors.fileno(), False)
        self._said = b""

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    def alive(self) -> bool:
        """Tell whether it runs; also takes what it said, lest it blocks."""
        self._drain()
        return self._process.poll() is None

    def _drain(self) -> None:
        if not self._errors.closed:
            while chunk := self._errors.read(65536):
                self._said = (self._said + chunk)[-16384:]

    def said(self) -> str:
        """Return what it wrote to stderr, and how it ended."""
        self._drain()
        text = self._said.decode("utf-8", "replace").strip()
        code = self._process.poll()
        if code is not None and code < 0:
            text += f" (ended by {signal.Signals(-code).name})"
        elif code:
            text += f" (exit code {code})"
        return text.strip()

    @property
    def code(self) -> int | None:
        """Return its exit code, negative for a signal, None while it runs."""
        return self._process.poll()

    def end(self) -> None:
        """Kill it. It holds nothing that would need a farewell."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._errors.close()
        if self._held >= 0:
            os.close(self._held)
            self._held = -1
