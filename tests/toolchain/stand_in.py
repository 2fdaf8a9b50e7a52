# SPDX-License-Identifier: Apache-2.0
"""An engine that only ever refuses: the few answers of docker's interface that come before a refusal."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

VERSION = {"Version": "20.10.24", "ApiVersion": "1.41", "MinAPIVersion": "1.12"}


@contextmanager
def refusing(folder: Path, *events: dict[str, object], build_status: int = 200, image: object = None) -> Iterator[str]:
    """Serve at a socket in a folder, answer each build and pull with these events, and yield the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def address_string(self) -> str:
            return "-"

        def log_message(self, *words: object) -> None:
            pass

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            if path.endswith("/version"):
                self._answer(200, VERSION)
            elif path.endswith("/networks"):
                self._answer(200, [{"Name": "bridge", "Id": "1", "Driver": "bridge"}])
            elif "/images/" in path:
                self._answer(404 if image is None else 200, image or {"message": "No such image"})
            else:
                self._answer(200, {"SecurityOptions": ["name=seccomp,profile=default"]})

        def do_POST(self) -> None:
            if "chunked" in self.headers.get("Transfer-Encoding", ""):
                while size := int(self.rfile.readline(), 16):
                    self.rfile.read(size + 2)
                self.rfile.readline()
            else:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if build_status != 200:
                self._answer(build_status, events[0])
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for event in events:
                line = json.dumps(event).encode() + b"\r\n"
                self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            self.wfile.write(b"0\r\n\r\n")

        def _answer(self, status: int, document: object) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True

    path = folder / "docker.sock"
    with Server(str(path), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"unix://{path}"
        finally:
            server.shutdown()
            thread.join()
