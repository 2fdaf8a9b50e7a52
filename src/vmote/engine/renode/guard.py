# SPDX-License-Identifier: Apache-2.0
"""Runs Renode in a cage and lends its robot server to one caller. A program of its own: standard library only.

Renode's robot server listens on every interface. Where the kernel allows it, Renode therefore gets a network of its own
with nothing but a loopback, and this program, inside with it, passes the calls on from a Unix socket. It ends Renode,
and all that Renode started, when its standard input closes: when the caller ended, however it ended. The folder that
its socket lies in goes with it.

Inside a container its Python is the image's, not ours: nothing newer than 3.10, which antmicro/renode has.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import re
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1
_PR_SET_PDEATHSIG = 1
_LISTENING = re.compile(rb"Robot Framework remote server is listening on port (\d+)")


def alone() -> bool:
    """Tell whether this network holds nothing but a loopback already, as in a container without one."""
    with contextlib.suppress(OSError):
        lines = Path("/proc/self/net/dev").read_text().splitlines()[2:]
        return all(line.split(":")[0].strip() == "lo" for line in lines)
    return False


def enter_own_network() -> bool:
    """Leave the machine's network for one that holds only a loopback; tell whether that was allowed."""
    if alone():
        return True
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWNET) != 0:
        if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
            return False
        with contextlib.suppress(OSError):  # else as nobody, but in the cage
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
            Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = bytearray(struct.pack("16sh22x", b"lo", 0))
        try:
            fcntl.ioctl(any_socket, _SIOCGIFFLAGS, request)
            name, flags = struct.unpack_from("16sh", request)
            fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh22x", name, flags | _IFF_UP))
        except OSError:
            return False
    return True


def relay(caller: socket.socket, port: int) -> None:
    """Pass bytes between a caller and the robot server until either ends."""
    with caller, socket.create_connection(("127.0.0.1", port)) as server, selectors.DefaultSelector() as ready:
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ready.register(caller, selectors.EVENT_READ, server)
        ready.register(server, selectors.EVENT_READ, caller)
        while True:
            for key, _ in ready.select():
                data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                if not data:
                    return
                key.data.sendall(data)


def serve(listener: socket.socket, port: int) -> None:
    """Take callers."""
    while True:
        caller, _ = listener.accept()
        threading.Thread(target=_relay_quietly, args=(caller, port), daemon=True).start()


def _relay_quietly(caller: socket.socket, port: int) -> None:
    with contextlib.suppress(OSError):  # the caller sees its connection end
        relay(caller, port)


def wait_for_port(output: int, log: int) -> int | None:
    """Copy Renode's output to the log until it names its port."""
    seen = b""
    while data := os.read(output, 65536):
        os.write(log, data)
        seen = (seen + data)[-65536:]
        if match := _LISTENING.search(seen):
            return int(match[1])
    return None


def copy_output(output: int, log: int, limit: int) -> None:
    """Copy Renode's output to the log, and only read it once the log has its limit."""
    while data := os.read(output, 65536):
        if limit > 0:
            os.write(log, data[:limit])
        limit -= len(data)


def die_with_parent() -> None:
    """Have the kernel end this process when its parent ends, were it killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main(socket_path: str, log_path: str, log_limit: str, *command: str) -> int:
    """Start Renode, say `ready caged|open`, serve until the standard input closes or Renode ends."""
    caged = enter_own_network()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(socket_path)
    listener.listen()
    log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    renode = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True, preexec_fn=die_with_parent,  # noqa: PLW1509  no thread runs yet
    )  # fmt: skip
    ending = threading.Event()

    def end(*_: object) -> None:
        ending.set()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(renode.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            renode.wait(5)
        shutil.rmtree(Path(socket_path).parent, ignore_errors=True)
        os._exit(0)

    def watch_caller() -> None:
        while os.read(0, 4096):
            pass
        ending.set()  # before Renode ends: the main thread must not end this program while a folder is left
        with contextlib.suppress(ProcessLookupError):  # what lives would go on writing there
            os.killpg(renode.pid, signal.SIGKILL)
        shutil.rmtree(Path(log_path).parent, ignore_errors=True)
        end()

    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=watch_caller, daemon=True).start()
    assert renode.stdout is not None
    output = renode.stdout.fileno()
    port = wait_for_port(output, log)
    if port is not None:
        threading.Thread(target=serve, args=(listener, port), daemon=True).start()
        print("ready", "caged" if caged else "open", flush=True)
        copy_output(output, log, int(log_limit))
    code = renode.wait()
    if ending.is_set():
        threading.Event().wait()  # `end` has more to do, and ends this program
    print("ended", code, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
