"""What a finder that is short of something says: of words, of points, of its own address."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from app import create_app
from services.places import PlaceDraft
from services.registry.store import PlaceRegistry
from services.settings import Settings
from tests.browser.conftest import in_this_process

Open = Callable[..., Page]


def features(server: str) -> list[dict[str, object]]:
    """Every published place as the API has it."""
    found: list[dict[str, object]] = []
    path = "/api/v1/places?limit=500"
    while path:
        with urllib.request.urlopen(server + path) as answer:
            page = json.load(answer)
        found += page["features"]
        path = next((each["href"] for each in page["links"] if each["rel"] == "next"), "")
    return found


def test_while_the_words_of_the_search_are_on_their_way_nothing_is_said_to_be_missing(
    server: str, open_page: Open
) -> None:
    page = open_page()
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/api/v1/pinyin.json", hold)
    page.goto(server, wait_until="networkidle")
    with page.expect_request("**/api/v1/pinyin.json"):
        page.fill("#search", "jfnl")
    expect(page.locator("#places")).to_contain_text("正在准备拼音搜索")
    assert "没有找到" not in page.inner_text("main")
    for route in waiting:
        route.continue_()
    expect(page.locator("#places .place").first).to_contain_text("解放南路")


def test_places_without_a_point_are_told_of_where_a_search_finds_nothing(
    sample_settings: Settings, open_page: Open
) -> None:
    app = create_app(sample_settings)
    without = {"320902": 2, "320981": 1}
    drafts = [
        PlaceDraft(kind="station", name=f"还没有位置的站 {number}", district=adcode)
        for adcode, count in without.items()
        for number in range(count)
    ]
    with app.extensions["locator"].database.writing() as session:
        PlaceRegistry(session).apply(creates=drafts, actor="test")
    with in_this_process(app) as address:
        page = open_page(address)
        page.fill("#search", "还没有位置的站")
        note = page.locator("#places .unlocated")
        expect(note).to_contain_text("3 处没有位置")
        links = note.locator("a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
        assert {link.split("/")[-1] for link in links} == set(without)
        page.context.close()


def test_the_districts_are_in_sight_when_one_goes_there_after_a_refusal(
    server: str, open_page: Open
) -> None:
    page = open_page(server, viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    page.click("#locate")
    page.get_by_role("link", name="按区县找").click()
    title = page.locator("#districts-title").bounding_box()
    map_box = page.locator("#map").bounding_box()
    assert title and map_box
    assert title["y"] >= map_box["y"] + map_box["height"] or map_box["y"] + map_box["height"] <= 0
    assert 0 <= title["y"] < 640


def test_a_kept_page_does_what_its_address_asks(server: str, open_page: Open) -> None:
    expected = {
        each["id"]
        for each in features(server)
        if each["geometry"] and each["properties"]["kind"] == "trucker_home"  # type: ignore[index]
    }
    page = open_page(server, service_workers="allow")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(
        "navigator.serviceWorker.controller || caches.keys().then((k) => k.length)"
    )
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.goto(f"{server}/?kind=trucker_home&nonsense=1")
    expect(page.locator("#count")).to_contain_text(f"{len(expected)} 处")
    listed = page.eval_on_selector_all("#places [data-id]", "all => all.map((e) => e.dataset.id)")
    assert set(listed) == expected
    assert page.is_checked("#kinds input[value=trucker_home]")
