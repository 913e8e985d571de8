"""What the stubs of outside services share: a server on loopback, how it answers, how it fails."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Sized
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

OVERSIZE = 300_000


class StubServer:
    """The server, a context manager. ``asked`` is added to under ``lock``."""

    asked: Sized

    def __init__(self, request: type[StubRequest], *, port: int = 0) -> None:
        handler = type("Request", (request,), {"stub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.lock = threading.Condition()
        self.closing = threading.Event()
        self.strays: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def wait_for(self, count: int, timeout_s: float = 60.0) -> None:
        """Return when ``count`` questions have come in. Raises ``TimeoutError``."""
        with self.lock:
            if not self.lock.wait_for(lambda: len(self.asked) >= count, timeout_s):
                raise TimeoutError(f"{len(self.asked)} of {count} questions")

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.02)

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


class StubRequest(BaseHTTPRequestHandler):
    """One question."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    json_kind = "application/json; charset=utf-8"
    stub: Any

    def stray(self) -> None:
        """Nobody should have asked for this."""
        self.stub.strays.append(self.path)
        self.send(404, b"no such page", "text/plain")

    def send(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def send_json(self, value: Any, status: int = 200, **headers: str) -> None:
        body = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        self.send(status, body.encode(), self.json_kind, **headers)

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        while not self.stub.closing.wait(0.02):
            self.wfile.write(b" ")
            self.wfile.flush()

    def cut(self) -> None:
        self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"')
        self.close_connection = True

    def reset(self) -> None:
        now = struct.pack("ii", 1, 0)  # linger for no time: a TCP reset instead of a close
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the stub has its own count."""


FAILURES: dict[str, Callable[[Any], Any]] = {
    "silence": lambda r: r.stub.closing.wait(30),
    "drip": StubRequest.drip,
    "cut": StubRequest.cut,
    "reset": StubRequest.reset,
    "garbage": lambda r: r.send(200, b"\x00\xff\xfe{]", "application/json"),
    "html": lambda r: r.send(200, b"<!doctype html><title>Login</title>", "text/html"),
    "oversize": lambda r: r.send(200, b" " * OVERSIZE + b"{}", "application/json"),
}
"""How any server may fail, whatever it speaks."""
