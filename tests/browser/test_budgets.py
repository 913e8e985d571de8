"""What a first visit costs, in bytes really received, and how soon it can be used.

The figures are those of the design: 1.6 Mbit/s, 150 ms round trip, a CPU slowed four times. Bytes
and requests are asserted; the moments are written to ``build/first-visit.json`` and shown by
``make bench``, because a wall clock is no test.
"""

from __future__ import annotations

import json
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


@pytest.mark.parametrize(
    ("path", "kilobytes", "requests"),
    [("/", 150, 10), ("/map", 200, 30)],
)
def test_a_first_visit_stays_within_its_budget(
    path: str, kilobytes: int, requests: int, server: str, open_page: Callable[..., Page]
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

    assert total <= kilobytes * 1000
    assert 3 <= len(received) <= requests
