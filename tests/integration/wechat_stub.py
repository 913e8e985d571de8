"""A server on loopback that speaks WeChat's documented JSON for tokens and tickets.

    with WechatStub() as stub:
        stub.misbehave("ticket", "code 40001", times=1)
        settings = load_settings({..., "LOCATOR_WECHAT_URL": stub.url})

A new token kills the one before it; a ticket is good as long as the token that it was asked with.
Every answer's ``Date`` is years off, and every refusal echoes what was sent: whoever believes the
one or repeats the other is found out.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

APP_ID = "wx0123456789abcdef"
APP_SECRET = "5ecre75ecre75ecre75ecre75ecre700"
OVERSIZE = 300_000

PATHS = {"/cgi-bin/token": "token", "/cgi-bin/ticket/getticket": "ticket"}


class Request(BaseHTTPRequestHandler):
    """One question."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    stub: WechatStub

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.query = {name: texts[0] for name, texts in parse_qs(parts.query).items()}
        what = PATHS.get(parts.path)
        if what is None:
            self.stub.strays.append(self.path)
            self.send(404, b"no such page", "text/plain")
            return
        how = self.stub.note(what)
        with contextlib.suppress(OSError):  # the other side has had enough of it
            if how.startswith("code "):
                self.send_json({"errcode": int(how[5:]), "errmsg": f"no: {self.path}"})
            elif how != "good":
                MISBEHAVIOURS[how](self)
            else:
                self.send_json(self.stub.answer(what, self.query))

    def send(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def send_json(self, value: Any) -> None:
        self.send(200, json.dumps(value).encode(), "application/json; encoding=utf-8")

    def send_changed(self, **members: Any) -> None:
        """A good answer with some members changed or, where None, taken out."""
        name = "access_token" if "/token" in self.path else "ticket"
        answer = {name: "V" * 32, "expires_in": 7200} | members
        self.send_json({key: value for key, value in answer.items() if value is not None})

    def date_time_string(self, timestamp: float | None = None) -> str:
        return self.stub.date

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        while not self.stub.closing.wait(0.02):
            self.wfile.write(b" ")
            self.wfile.flush()

    def cut(self) -> None:
        self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"access_')
        self.close_connection = True

    def reset(self) -> None:
        now = struct.pack("ii", 1, 0)  # linger for no time: a TCP reset instead of a close
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the stub has its own count."""


MISBEHAVIOURS: dict[str, Callable[[Request], Any]] = {
    "forbidden": lambda r: r.send(403, f"not you: {r.path}".encode(), "text/plain"),
    "rate_limited": lambda r: r.send(429, b"slow down", "text/plain"),
    "server_error": lambda r: r.send(500, f"oops {r.path}".encode(), "text/plain"),
    "silence": lambda r: r.stub.closing.wait(30),
    "drip": Request.drip,
    "cut": Request.cut,
    "reset": Request.reset,
    "garbage": lambda r: r.send(200, b"\x00\xff\xfe{]", "application/json"),
    "html": lambda r: r.send(200, b"<!doctype html><title>Login</title>", "text/html"),
    "empty": lambda r: r.send(200, b"", "application/json"),
    "list": lambda r: r.send_json(["access_token"]),
    "scalar": lambda r: r.send_json(7200),
    "nested": lambda r: r.send(200, b"[" * 100_000, "application/json"),
    "oversize": lambda r: r.send(200, b" " * OVERSIZE + b"{}", "application/json"),
    "redirect": lambda r: r.send(302, b"", "text/plain", Location="/cgi-bin/elsewhere"),
    "no_value": lambda r: r.send_changed(access_token=None, ticket=None),
    "number_for_value": lambda r: r.send_changed(access_token=7, ticket=7),
    "empty_value": lambda r: r.send_changed(access_token="", ticket=""),
    "value_with_newline": lambda r: r.send_changed(access_token="a\nb", ticket="a\nb"),
    "long_value": lambda r: r.send_changed(access_token="a" * 5000, ticket="a" * 5000),
    "no_life": lambda r: r.send_changed(expires_in=None),
    "zero_life": lambda r: r.send_changed(expires_in=0),
    "negative_life": lambda r: r.send_changed(expires_in=-7200),
    "absurd_life": lambda r: r.send_changed(expires_in=10**12),
    "text_life": lambda r: r.send_changed(expires_in="7200"),
    "true_life": lambda r: r.send_changed(expires_in=True),
    "fraction_life": lambda r: r.send_changed(expires_in=7200.5),
    "nan_life": lambda r: r.send_changed(expires_in=float("nan")),
    "text_code": lambda r: r.send_changed(errcode="0"),
}
"""What the stub may do instead of a good answer."""


class WechatStub:
    """The server. A context manager; ``url`` is its address."""

    def __init__(self) -> None:
        handler = type("Request", (Request,), {"stub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._lock = threading.Condition()
        self._scripts: dict[str, deque[str]] = {"token": deque(), "ticket": deque()}
        self._otherwise = {"token": "good", "ticket": "good"}
        self._live = ""
        self._tickets: dict[str, str] = {}
        self.closing = threading.Event()
        self.open = threading.Event()
        self.open.set()
        self.asked: list[str] = []
        self.strays: list[str] = []
        self.expires_in = 7200
        self.date = "Mon, 01 Jan 2001 00:00:00 GMT"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def misbehave(self, what: str, how: str, *, times: int | None = None) -> None:
        """To tokens or tickets, from now on, or for so many questions and well afterwards."""
        if times is None:
            self._otherwise[what] = how
        else:
            self._scripts[what].extend([how] * times)

    def behave(self) -> None:
        """Answer well again."""
        self._otherwise = {"token": "good", "ticket": "good"}

    def count(self, what: str) -> int:
        with self._lock:
            return self.asked.count(what)

    def wait_for(self, count: int, timeout_s: float = 60.0) -> None:
        """Return when so many questions have come in. Raises ``TimeoutError``."""
        with self._lock:
            if not self._lock.wait_for(lambda: len(self.asked) >= count, timeout_s):
                raise TimeoutError(f"{len(self.asked)} of {count} questions")

    def good(self, ticket: str) -> bool:
        """Whether WeChat would accept a signature made with this ticket."""
        with self._lock:
            return self._live != "" and self._tickets.get(ticket) == self._live

    def good_tickets(self) -> list[str]:
        """Those with which a signature would be accepted."""
        with self._lock:
            return [ticket for ticket, token in self._tickets.items() if token == self._live]

    def kill_token(self) -> None:
        """Somebody else asks for a token of the same account."""
        with self._lock:
            self._live = f"TOKEN-OF-SOMEBODY-ELSE-{len(self.asked)}"

    def note(self, what: str) -> str:
        """Count a question; how to answer it. Waits while the stub is not ``open``."""
        with self._lock:
            self.asked.append(what)
            self._lock.notify_all()
            script = self._scripts[what]
            how = script.popleft() if script else self._otherwise[what]
        self.open.wait(60)
        return how

    def answer(self, what: str, query: dict[str, str]) -> dict[str, Any]:
        with self._lock:
            number = len(self.asked)
            if what == "token":
                given = query.get("appid"), query.get("secret"), query.get("grant_type")
                if given != (APP_ID, APP_SECRET, "client_credential"):
                    return {"errcode": 40125, "errmsg": f"invalid appsecret {given}"}
                self._live = f"TOKEN-{number}-{'t' * 130}"
                return {"access_token": self._live, "expires_in": self.expires_in}
            if query.get("type") != "jsapi" or query.get("access_token") != self._live:
                return {"errcode": 40001, "errmsg": f"invalid credential {query}"}
            ticket = f"TICKET-{number}-{'j' * 70}"
            self._tickets[ticket] = self._live
            return {
                "errcode": 0,
                "errmsg": "ok",
                "ticket": ticket,
                "expires_in": self.expires_in,
            }

    def __enter__(self) -> WechatStub:
        serve = self._server.serve_forever
        threading.Thread(target=serve, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self.open.set()
        self._server.shutdown()
        self._server.server_close()
