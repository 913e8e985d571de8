"""What a visit costs, in bytes really received, and how soon the page can be used.

The conditions are those of the design: 1.6 Mbit/s, 150 ms round trip, a CPU slowed four times.
Bytes and requests are asserted; the moments are written to ``build/first-visit*.json`` and shown by
``make bench``, because a wall clock is no test. "Usable" is the moment when the list has come and
every control answers (the mark ``list`` of finder.js); what arrives later arrives behind it.
"""

from __future__ import annotations

import json
import re
import socket
import socketserver
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page

from services.settings import ROOT
from tests.browser.conftest import PHONE

SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}


@dataclass
class Traffic:
    """Bytes that a page received, headers included, by request."""

    received: dict[str, float] = field(default_factory=dict)
    scripts: set[str] = field(default_factory=set)

    @property
    def total(self) -> float:
        return sum(self.received.values())

    def listen(self, session: CDPSession) -> None:
        def answered(event: dict[str, Any]) -> None:
            if event["type"] == "Script":
                self.scripts.add(event["requestId"])

        def finished(event: dict[str, Any]) -> None:
            request = event["requestId"]
            self.received[request] = self.received.get(request, 0) + event["encodedDataLength"]

        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        session.on("Network.responseReceived", answered)
        session.on("Network.loadingFinished", finished)


def moments(page: Page) -> dict[str, float]:
    """What the browser and our scripts marked, in milliseconds since the navigation began."""
    found: dict[str, float] = page.evaluate(
        """() => Object.fromEntries([
          ...performance.getEntriesByType("paint").map((e) => [e.name, e.startTime]),
          ...performance.getEntriesByType("mark").map((e) => [e.name, e.startTime]),
        ])"""
    )
    return found


def write(name: str, values: dict[str, Any]) -> None:
    """Figures for ``make bench``."""
    out = ROOT / "build" / f"{name}.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(values, indent=1))


@pytest.mark.parametrize(("path", "kilobytes"), [("/", 150), ("/map", 200)])
def test_a_first_visit_stays_within_its_budget(
    path: str, kilobytes: int, server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport=PHONE)
    traffic = Traffic()
    traffic.listen(page.context.new_cdp_session(page))
    page.goto(server + path, wait_until="networkidle")
    page.wait_for_selector("canvas")

    scripts = sum(traffic.received.get(one, 0) for one in traffic.scripts)
    write(
        f"first-visit{path.replace('/', '-').rstrip('-')}",
        {
            "bytes": traffic.total,
            "scripts": scripts,
            "requests": len(traffic.received),
            **moments(page),
        },
    )
    assert 50_000 < traffic.total <= kilobytes * 1000
    assert 40_000 < scripts <= 100_000


def test_the_list_is_usable_with_ten_requests_without_the_map_and_without_the_shell(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport=PHONE)
    later = re.compile(r"/npm/|/js/(map-|places-|basemap|shell)|basemap.json")
    page.route(later, lambda route: route.abort())
    page.goto(server, wait_until="networkidle")
    needed = page.evaluate(
        """() => {
          const usable = performance.getEntriesByName("list")[0].startTime;
          return ["(page)", ...performance.getEntriesByType("resource")
            .filter((one) => one.responseEnd && one.responseEnd <= usable && one.transferSize)
            .map((one) => one.name)];
        }"""
    )
    assert page.is_enabled("#locate")
    page.check("input[name=amenity][value=toilet]", force=True)
    assert "厕所" in page.locator("#places [data-id]").first.inner_text()
    assert 4 <= len(needed) <= 10, " ".join(needed)


class Counting:
    """A wire on loopback that counts what comes down it: whoever asked, page or worker."""

    def __init__(self, upstream: str) -> None:
        host, _, port = upstream.removeprefix("http://").partition(":")
        self.bytes = 0
        self.lock = Lock()
        counting = self

        class Connection(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with socket.create_connection((host, int(port))) as server:
                    up = Thread(target=counting.pump, args=(self.request, server, False))
                    up.start()
                    counting.pump(server, self.request, True)
                    up.join()

        class Wire(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self.server = Wire(("127.0.0.1", 0), Connection)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def pump(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        try:
            while piece := source.recv(65_536):
                if counted:
                    with self.lock:
                        self.bytes += len(piece)
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the browser has hung up

    def taken(self) -> int:
        """Bytes since the last time."""
        with self.lock:
            taken, self.bytes = self.bytes, 0
        return taken


@pytest.fixture
def wire(server: str) -> Iterator[Counting]:
    counting = Counting(server)
    yield counting
    counting.server.shutdown()
    counting.server.server_close()


def test_a_repeated_visit_costs_next_to_nothing(
    wire: Counting, open_page: Callable[..., Page]
) -> None:
    page = open_page(wire.address, viewport=PHONE, service_workers="allow")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_load_state("networkidle")
    first = wire.taken()

    page.goto(wire.address, wait_until="networkidle")
    page.wait_for_selector("canvas")
    assert page.evaluate("!!navigator.serviceWorker.controller")
    second = wire.taken()
    page.goto(f"{wire.address}/map", wait_until="networkidle")
    page.wait_for_selector("canvas")
    write("repeated-visit", {"first, all kept": first, "/": second, "/map": wire.taken()})
    assert 100_000 < first <= 250_000
    assert 1_000 < second <= 10_000
