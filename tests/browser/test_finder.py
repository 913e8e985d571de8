"""A worker's way through the finder."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, SCREENSHOTS

HERE = {"latitude": 33.3832, "longitude": 120.1306}


def nearest(server: str, **body: Any) -> list[dict[str, Any]]:
    request = urllib.request.Request(
        f"{server}/api/v1/nearest",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        places: list[dict[str, Any]] = json.load(answer)["places"]
    return places


def listed(page: Page, count: int) -> list[str]:
    ids: list[str] = page.eval_on_selector_all(
        "#places [data-id]", "items => items.map((item) => item.dataset.id)"
    )
    return ids[:count]


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_the_browser_lists_the_same_places_in_the_same_order_as_the_server(
    mode: str, server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(
        server,
        viewport=PHONE,
        geolocation=HERE,
        permissions=["geolocation"],
        reduced_motion="reduce",
    )
    page.click("#locate")
    page.get_by_text("从你的位置算起").wait_for()
    if mode != "walk":
        page.check(f"input[name=mode][value={mode}]", force=True)
    expected = nearest(server, lat=HERE["latitude"], lon=HERE["longitude"], mode=mode, limit=15)
    assert listed(page, 15) == [place["id"] for place in expected]
    page.wait_for_selector(".leaflet-zoom-anim", state="detached")
    page.screenshot(path=SCREENSHOTS / f"finder-nearest-{mode}.png")


def test_no_request_and_no_address_holds_the_position(
    server: str, open_page: Callable[..., Page]
) -> None:
    canary = {"latitude": 33.412345, "longitude": 120.187654}
    page = open_page(server, geolocation=canary, permissions=["geolocation"])
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(f"{request.url} {request.post_data}"))
    page.click("#locate")
    page.get_by_text("从你的位置算起").wait_for()
    page.wait_for_load_state("networkidle")
    seen = " ".join([*bodies, *page.requested, page.url])
    assert "33.41" not in seen
    assert "120.18" not in seen
    assert page.context.cookies() == []


def test_a_refused_position_leads_to_search_and_districts(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(server)
    page.click("#locate")
    page.get_by_text("没有得到定位的许可").wait_for()
    assert page.get_by_role("link", name="按区县找").is_visible()
    assert page.is_enabled("#locate")
    page.screenshot(path=SCREENSHOTS / "finder-refused.png")


def test_searching_a_town_ranks_from_there(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(server)
    page.fill("#search", "东台")
    page.get_by_role("button", name="从 东台市 算起").click()
    page.locator("#origin").get_by_text("东台市").wait_for()


def test_a_facility_filter_says_how_many_are_not_recorded(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(server)
    page.check("input[name=amenity][value=meal_heating]", force=True)
    assert "没登记" in page.inner_text("#unrecorded")
    first = page.locator("#places [data-id]").first.inner_text()
    assert "热饭" in first


def test_without_scripts_the_first_list_and_the_districts_are_there(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(server, java_script_enabled=False)
    assert page.locator("#places [data-id]").count() >= 10
    page.get_by_role("link", name="亭湖区").first.click()
    assert page.locator(".place").count() > 20
    page.screenshot(path=SCREENSHOTS / "district-noscript.png")


def test_choosing_in_the_list_shows_it_on_the_map(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(server)
    page.wait_for_selector("canvas")
    first = page.locator("#places [data-id]").first
    first.locator(".where").click()
    page.wait_for_load_state("networkidle")
    assert first.get_attribute("aria-current") == "true"
    page.screenshot(path=SCREENSHOTS / "finder-chosen.png")
