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
import threading
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.integration.stub_server import FAILURES, StubRequest, StubServer

APP_ID = "wx0123456789abcdef"
APP_SECRET = "5ecre75ecre75ecre75ecre75ecre700"

PATHS = {"/cgi-bin/token": "token", "/cgi-bin/ticket/getticket": "ticket"}


class Request(StubRequest):
    """One question."""

    json_kind = "application/json; encoding=utf-8"  # as WeChat has it

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.query = {name: texts[0] for name, texts in parse_qs(parts.query).items()}
        what = PATHS.get(parts.path)
        if what is None:
            self.stray()
            return
        how = self.stub.note(what)
        with contextlib.suppress(OSError):  # the other side has had enough of it
            if how.startswith("code "):
                self.send_json({"errcode": int(how[5:]), "errmsg": f"no: {self.path}"})
            elif how != "good":
                MISBEHAVIOURS[how](self)
            else:
                self.send_json(self.stub.answer(what, self.query))

    def send_changed(self, **members: Any) -> None:
        """A good answer with some members changed or, where None, taken out."""
        name = "access_token" if "/token" in self.path else "ticket"
        answer = {name: "V" * 32, "expires_in": 7200} | members
        self.send_json({key: value for key, value in answer.items() if value is not None})

    def date_time_string(self, timestamp: float | None = None) -> str:
        return self.stub.date


MISBEHAVIOURS: dict[str, Callable[[Any], Any]] = FAILURES | {
    "forbidden": lambda r: r.send(403, f"not you: {r.path}".encode(), "text/plain"),
    "rate_limited": lambda r: r.send(429, b"slow down", "text/plain"),
    "server_error": lambda r: r.send(500, f"oops {r.path}".encode(), "text/plain"),
    "empty": lambda r: r.send(200, b"", "application/json"),
    "list": lambda r: r.send_json(["access_token"]),
    "scalar": lambda r: r.send_json(7200),
    "nested": lambda r: r.send(200, b"[" * 100_000, "application/json"),
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


class WechatStub(StubServer):
    """The server."""

    def __init__(self) -> None:
        super().__init__(Request)
        self._scripts: dict[str, deque[str]] = {"token": deque(), "ticket": deque()}
        self._otherwise = {"token": "good", "ticket": "good"}
        self._live = ""
        self._tickets: dict[str, str] = {}
        self.open = threading.Event()
        self.open.set()
        self.asked: list[str] = []
        self.expires_in = 7200
        self.date = "Mon, 01 Jan 2001 00:00:00 GMT"

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
        with self.lock:
            return self.asked.count(what)

    def good(self, ticket: str) -> bool:
        """Whether WeChat would accept a signature made with this ticket."""
        with self.lock:
            return self._live != "" and self._tickets.get(ticket) == self._live

    def good_tickets(self) -> list[str]:
        """Those with which a signature would be accepted."""
        with self.lock:
            return [ticket for ticket, token in self._tickets.items() if token == self._live]

    def kill_token(self) -> None:
        """Somebody else asks for a token of the same account."""
        with self.lock:
            self._live = f"TOKEN-OF-SOMEBODY-ELSE-{len(self.asked)}"

    def note(self, what: str) -> str:
        """Count a question; how to answer it. Waits while the stub is not ``open``."""
        with self.lock:
            self.asked.append(what)
            self.lock.notify_all()
            script = self._scripts[what]
            how = script.popleft() if script else self._otherwise[what]
        self.open.wait(60)
        return how

    def answer(self, what: str, query: dict[str, str]) -> dict[str, Any]:
        with self.lock:
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

    def __exit__(self, *failure: Any) -> None:
        self.open.set()
        super().__exit__(*failure)
