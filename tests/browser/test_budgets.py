"""What a first visit costs, in bytes really received, and how soon it can be used.

The figures are those of the design: 1.6 Mbit/s, 150 ms round trip, a CPU slowed four times. Bytes
and requests are asserted; the moments are written to ``build/first-visit.json`` and shown by
``make bench``, because a wall clock is no test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from services.settings import ROOT
from tests.browser.conftest import PHONE

SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}


@pytest.mark.parametrize(("path", "kilobytes"), [("/", 150), ("/map", 200)])
def test_a_first_visit_stays_within_its_budget(
    path: str, kilobytes: int, server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport=PHONE)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    network.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    received: dict[str, float] = {}
    network.on(
        "Network.loadingFinished",
        lambda event: received.__setitem__(event["requestId"], event["encodedDataLength"]),
    )
    page.goto(server + path, wait_until="networkidle")
    page.wait_for_selector("canvas")

    moments = page.evaluate(
        """() => Object.fromEntries([
          ...performance.getEntriesByType("paint").map((e) => [e.name, e.startTime]),
          ...performance.getEntriesByType("mark").map((e) => [e.name, e.startTime]),

        ])"""
    )
    out = ROOT / "build" / f"first-visit{path.replace('/', '-').rstrip('-')}.json"
    out.parent.mkdir(exist_ok=True)
    total = sum(received.values())
    out.write_text(json.dumps({"bytes": total, "requests": len(received), **moments}, indent=1))

    assert 50_000 < total <= kilobytes * 1000


def test_the_list_is_usable_with_ten_requests_and_without_any_part_of_the_map(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport=PHONE)
    answered: list[str] = []
    page.on("requestfinished", lambda request: answered.append(request.url))
    of_the_map = re.compile(
        r"/npm/|/js/(map-(frame|canvas|card|handle)|places-|basemap)|basemap.json"
    )
    page.route(of_the_map, lambda route: route.abort())
    page.goto(server, wait_until="networkidle")
    page.check("input[name=amenity][value=toilet]", force=True)
    assert "厕所" in page.locator("#places [data-id]").first.inner_text()
    assert page.is_enabled("#locate")
    assert 4 <= len(answered) <= 10, " ".join(answered)
