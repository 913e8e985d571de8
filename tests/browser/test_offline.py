"""After one visit, without a network: what works, and what says that it does not. A real Chromium
with a real service worker.
"""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Page

from services.settings import Settings
from tests.browser.conftest import PHONE, SCREENSHOTS, axe_problems
from tests.browser.kept import (
    Site,
    kept,
    notice,
    on_loopback,
    paths_kept,
    until,
    visited,
)


@pytest.fixture
def site(sample_settings: Settings) -> Iterator[Site]:
    with on_loopback(sample_settings) as site:
        yield site


@pytest.fixture(scope="session")
def places(server: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{server}/api/v1/places.json") as answer:
        found: dict[str, Any] = json.load(answer)
    return found


DATED = re.compile(r"^没有网络 · 数据是 \d+月\d+日 \d+:\d\d 的$")


def test_after_one_visit_the_finder_the_map_and_the_places_work_without_a_network(
    server: str, places: dict[str, Any], open_page: Callable[..., Page]
) -> None:
    page = visited(open_page, server, viewport=PHONE)
    seen, unseen = places["id"][0], places["id"][7]
    page.goto(f"{server}/p/{seen}", wait_until="networkidle")
    page.context.set_offline(True)

    page.goto(server)
    assert DATED.match(notice(page))
    page.locator("#count").get_by_text(f"{places['count']} 处").wait_for()
    page.wait_for_selector("canvas")
    page.screenshot(path=SCREENSHOTS / "offline-finder.png")
    page.check("input[name=amenity][value=toilet]", force=True)
    first = page.locator("#places [data-id]").first
    assert "厕所" in first.inner_text()
    page.uncheck("input[name=amenity][value=toilet]", force=True)
    page.fill("#search", places["name"][7])
    page.locator(f"#places [data-id='{unseen}']").first.wait_for()

    page.goto(f"{server}/map")
    assert DATED.match(notice(page))
    page.wait_for_selector("canvas")
    page.locator("#map-status").get_by_text(f"{places['count']} 处").wait_for(state="attached")
    page.screenshot(path=SCREENSHOTS / "offline-map.png")

    page.goto(f"{server}/p/{seen}")
    assert DATED.match(notice(page))
    assert page.inner_text("h1") == places["name"][0]
    assert page.locator("#where").count() == 1  # the page itself, with its map
    page.screenshot(path=SCREENSHOTS / "offline-place-visited.png")

    page.goto(f"{server}/p/{unseen}")
    assert DATED.match(notice(page))
    article = page.locator("#place")
    article.wait_for()
    assert article.locator("h1").inner_text() == places["name"][7]
    text = article.inner_text()
    assert places["address"][7] in text
    assert places["phone"][7] in text
    assert places["hours"][places["opening"][7]][0] in text
    lon = places["lon"][7] / 1e6
    assert f"position={lon}," in (article.locator("#navigate").get_attribute("href") or "")
    assert article.locator("tbody tr").count() == 8
    page.screenshot(path=SCREENSHOTS / "offline-place-from-the-list.png", full_page=True)

    for path in ("/nowhere", "/d/320902", "/about", "/coverage", "/p/nothing"):
        page.goto(server + path)
        page.locator("#no-network").get_by_text("这一页手机里没有存").wait_for()
        assert page.get_by_role("link", name="找离我最近、现在开门的").is_visible()
    assert page.locator("#not-listed").is_visible()
    page.screenshot(path=SCREENSHOTS / "offline-page.png")
    assert page.problems == []  # type: ignore[attr-defined]


def test_the_state_of_an_old_list_is_that_of_now_and_then_unknown(
    server: str, places: dict[str, Any], open_page: Callable[..., Page]
) -> None:
    page = visited(open_page, server)
    page.context.set_offline(True)
    always = next(
        place
        for place, opening in zip(places["id"], places["opening"], strict=True)
        if places["hours"][opening][0] == "24小时"
    )
    midnight = datetime.fromisoformat(places["midnight"])
    for days, word in ((7.9, "营业中"), (8.1, "时间未知")):
        page.clock.set_fixed_time(midnight + timedelta(days=days))
        page.goto(f"{server}/p/{always}")
        page.locator("#place .state").get_by_text(word).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_pages_without_a_network(
    scheme: str, server: str, places: dict[str, Any], open_page: Callable[..., Page]
) -> None:
    page = visited(open_page, server, viewport={"width": 320, "height": 740}, color_scheme=scheme)
    page.context.set_offline(True)
    for name, path in (
        ("finder", "/"),
        ("list", f"/p/{places['id'][7]}"),
        ("page", "/nowhere"),
    ):
        page.goto(server + path, wait_until="networkidle")
        notice(page)
        page.screenshot(path=SCREENSHOTS / f"offline-{name}-{scheme}-320.png", full_page=True)
        assert axe_problems(page) == [], path
        width, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width <= shown, path


def test_the_english_finder_works_too_once_it_was_visited(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = visited(open_page, server, "/?lang=en")
    assert all(
        "lang=en" in path for path in paths_kept(page, server) if path.startswith(("/?", "/map"))
    )
    page.context.set_offline(True)
    page.goto(f"{server}/?lang=en")
    assert notice(page).startswith("No network · data of ")
    page.locator("#count").get_by_text("open now").wait_for()
    page.goto(f"{server}/nowhere?lang=en")
    page.locator("#no-network").get_by_text("not kept on the phone").wait_for()


def test_another_language_is_kept_when_it_is_chosen(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = visited(open_page, server)
    page.goto(f"{server}/?lang=en", wait_until="networkidle")
    until(page, "!!(await caches.match('/offline?lang=en'))")
    page.context.set_offline(True)
    page.goto(f"{server}/map?lang=en")
    page.locator("#map-status").get_by_text("open now").wait_for(state="attached")


def test_a_first_visit_at_a_door_keeps_that_place(
    server: str, places: dict[str, Any], open_page: Callable[..., Page]
) -> None:
    path = f"/p/{places['id'][3]}"
    page = visited(open_page, server, path)
    assert path in paths_kept(page, server)


def test_a_failing_server_is_told_from_no_network(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = visited(open_page, site.address)
    site.failing = True
    page.goto(site.address)
    assert notice(page).startswith("服务器这会儿不通 · 数据是 ")
    page.locator("#count").get_by_text("现在开门").wait_for()


def test_a_network_that_does_not_answer_is_not_waited_for(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = visited(open_page, site.address)
    site.stuck = Event()
    try:
        page.goto(site.address)
        assert notice(page).startswith("网络太慢,先看存下的 · 数据是 ")
        page.locator("#count").get_by_text("现在开门").wait_for()
    finally:
        site.stuck.set()


def test_a_slow_network_is_waited_for_once(site: Site, open_page: Callable[..., Page]) -> None:
    page = visited(open_page, site.address)
    page.goto(site.address, wait_until="networkidle")
    said = notice_of_list(page)
    site.stuck = Event()
    try:
        page.goto(site.address, wait_until="commit")
        page.locator("#count").get_by_text("现在开门").wait_for()
        page.fill("#search", "jfnl")  # needs the list of pinyin
        page.locator("#count").get_by_text("23 处").wait_for()
        page.wait_for_selector("canvas")  # and this the base map
        assert notice(page) == f"网络太慢,先看存下的 · 数据是 {said} 的"
        # The page waits for patience to end, its lists for nothing: each would take as long again.
        waited = page.evaluate(
            """() => Object.fromEntries(performance.getEntriesByType("resource")
              .filter((one) => one.name.endsWith(".json"))
              .map((one) => [one.name.split("/").pop(), one.duration]))"""
        )
        assert set(waited) == {"places.json", "basemap.json", "pinyin.json"}
        assert max(waited.values()) < 3000, waited  # the worker's patience
    finally:
        site.stuck.set()


def notice_of_list(page: Page) -> str:
    """The date of the kept list in the words of the notice."""
    text: str = page.evaluate(
        """async () => {
          const kept = await caches.match("/api/v1/places.json", {ignoreVary: true});
          const date = new Date(kept.headers.get("Date").split(" GMT")[0] + " GMT");
          return `${date.getMonth() + 1}月${date.getDate()}日 ` +
            `${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;
        }"""
    )
    return text


def test_a_place_that_is_late_or_behind_a_broken_proxy_comes_out_of_the_list(
    site: Site, places: dict[str, Any], open_page: Callable[..., Page]
) -> None:
    page = visited(open_page, site.address)
    site.failing = True
    page.goto(f"{site.address}/p/{places['id'][9]}")
    page.locator("#place h1").get_by_text(places["name"][9]).wait_for()
    assert notice(page).startswith("服务器这会儿不通 · 数据是 ")
    page.goto(f"{site.address}/about")
    page.locator("#no-network").get_by_text("这一页手机里没有存").wait_for()
    site.failing = False
    site.stuck = Event()
    try:
        page.goto(f"{site.address}/p/{places['id'][11]}")
        page.locator("#place h1").get_by_text(places["name"][11]).wait_for()
        assert notice(page).startswith("网络太慢,先看存下的 · 数据是 ")
    finally:
        site.stuck.set()


def test_our_own_error_page_is_shown(site: Site, open_page: Callable[..., Page]) -> None:
    page = visited(open_page, site.address)
    whole = site.releases["A"]

    def failing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def failed(_status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response("500 Internal Server Error", headers, *rest)

        answer: Iterable[bytes] = whole(environ, failed)
        return answer

    site.releases["A"] = failing
    page.goto(f"{site.address}/about")
    assert page.inner_text("h1") == "关于这张地图"
    site.releases["A"] = whole


def test_a_district_leads_to_its_places_in_the_list(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = visited(open_page, server, viewport=PHONE)
    page.context.set_offline(True)
    page.goto(f"{server}/d/320902")
    link = page.get_by_role("link", name="在手机里的名单里看亭湖区")
    link.wait_for()
    page.screenshot(path=SCREENSHOTS / "offline-district.png")
    link.click()
    page.wait_for_url("**/?district=320902")
    page.locator("#count").get_by_text("现在开门").wait_for()
    assert page.is_checked("input[name=district][value='320902']")
    page.goto(f"{server}/d/999999")
    page.locator("#no-network").wait_for()
    assert not link.is_visible()


def test_who_asks_for_english_that_is_not_kept_is_told_so(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = visited(open_page, server)
    page.context.set_offline(True)
    page.goto(f"{server}/?lang=en")
    said = page.locator("[data-notice=language]")
    said.get_by_text("English is not kept on this phone").wait_for()
    assert said.get_attribute("lang") == "en"


def test_pieces_of_the_map_are_kept_empty_ones_too_and_no_more_than_300(
    site: Site, open_page: Callable[..., Page]
) -> None:
    whole = site.releases["A"]

    def tiles(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith("/tiles/"):
            answer: Iterable[bytes] = whole(environ, start_response)
            return answer
        start_response("204 No Content" if path.endswith("/0.mvt") else "200 OK", [])
        return [] if path.endswith("/0.mvt") else [b"streets"]

    page = visited(open_page, site.address)
    page.goto(site.address, wait_until="networkidle")
    site.releases["A"] = tiles
    page.evaluate(
        """async () => {
          for (let y = 304; y >= 0; y--) await (await fetch(`/tiles/v/12/1/${y}.mvt`)).text();
        }"""
    )
    until(page, "!!(await caches.match('/tiles/v/12/1/0.mvt'))")
    until(page, "!(await caches.match('/tiles/v/12/1/304.mvt'))")
    assert sum("/tiles/" in path for path in paths_kept(page, site.address)) <= 301
    page.context.set_offline(True)
    statuses = page.evaluate(
        """Promise.all([0, 1].map((y) => fetch(`/tiles/v/12/1/${y}.mvt`).then((r) => r.status)))"""
    )
    assert statuses == [204, 200]
    site.releases["A"] = whole


def test_what_is_kept_is_bounded_listed_and_holds_no_position(
    server: str, places: dict[str, Any], open_page: Callable[..., Page]
) -> None:
    canary = {"latitude": 33.412345, "longitude": 120.187654}
    page = visited(open_page, server, geolocation=canary, permissions=["geolocation"])
    page.goto(server, wait_until="networkidle")
    page.click("#locate")
    page.locator("#origin").get_by_text("从你的位置算起").wait_for()
    at = f"{canary['latitude']},{canary['longitude']}"
    page.evaluate(
        """async ([lat, lon]) => {
          await fetch("/api/v1/nearest", {method: "POST", body: JSON.stringify({lat, lon}),
            headers: {"Content-Type": "application/json"}});
          await fetch(`/api/v1/places?bbox=${lon},${lat},${lon + 1},${lat + 1}`);
          await fetch("/api/v1/coverage");
        }""",
        [canary["latitude"], canary["longitude"]],
    )
    token = "SomebodyStoodHere"
    first = places["id"][0]
    for path in (
        f"/?center={at}",
        f"/map?center={at}",
        f"/embed?center={at}",
        f"/p/{first}?door={token}",
        f"/p/{first}?text=large",
        f"/nowhere/{at}",
        "/coverage",
        "/about",
    ):
        page.goto(server + path)
    for place in places["id"][: 30 + 4]:
        page.goto(f"{server}/p/{place}", wait_until="load")
    last = f"/p/{places['id'][33]}"
    until(page, f"!!(await caches.match('{last}'))")

    found = kept(page)
    visits = [one["url"] for one in found if "/p/" in one["url"]]
    assert len(visits) <= 30 + 1  # one may be on its way in while the oldest goes
    assert server + last in visits
    known = re.compile(
        r"/|/map|/offline|/assets/\w+/[\w/.-]+|/p/\w+"
        r"|/api/v1/(places|basemap|pinyin)\.json|/tiles/\w+/\d+/\d+/\d+\.mvt"
    )
    for one in found:
        assert known.fullmatch(one["url"].removeprefix(server)), one["url"]
        assert (one["method"], one["status"]) == ("GET", 200)
        for trace in ("33.412", "120.187", "33412345", "120187654", token):
            assert trace not in f"{one['url']} {one['headers']} {one['body']}", one["url"]


def test_a_full_disk_costs_the_copy_and_not_the_answer(
    server: str, places: dict[str, Any], open_page: Callable[..., Page]
) -> None:
    page = visited(open_page, server)
    full = {"origin": server, "quotaSize": 1}
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", full)
    path = f"/p/{places['id'][4]}"
    page.goto(server + path, wait_until="networkidle")
    assert page.inner_text("h1") == places["name"][4]
    assert path not in paths_kept(page, server)
    page.goto(server, wait_until="networkidle")
    page.locator("#count").get_by_text("现在开门").wait_for()
    page.context.set_offline(True)
    page.goto(server + path)
    page.locator("#place h1").get_by_text(places["name"][4]).wait_for()


def test_a_filtered_finder_is_not_kept_twice_and_filters_without_a_network(
    server: str, places: dict[str, Any], open_page: Callable[..., Page]
) -> None:
    page = visited(open_page, server)
    page.goto(f"{server}/?open=now", wait_until="networkidle")
    assert "/?open=now" not in paths_kept(page, server)
    page.context.set_offline(True)
    page.goto(f"{server}/?district=320902")
    names = dict(places["districts"])
    [number] = [i for i, (adcode, _) in enumerate(places["districts"]) if adcode == "320902"]
    there = places["district"].count(number)
    assert names["320902"] == "亭湖区"
    page.locator("#count").get_by_text(f"{there} 处").wait_for()


def test_a_withdrawn_place_is_forgotten(
    site: Site, places: dict[str, Any], open_page: Callable[..., Page]
) -> None:
    path = f"/p/{places['id'][2]}"
    page = visited(open_page, site.address)
    page.goto(site.address + path, wait_until="networkidle")
    assert path in paths_kept(page, site.address)
    whole = site.releases["A"]

    def withdrawn(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        moved = {**environ, "PATH_INFO": "/p/nothing"} if environ["PATH_INFO"] == path else environ
        answer: Iterable[bytes] = whole(moved, start_response)
        return answer

    site.releases["A"] = withdrawn
    page.goto(site.address + path)
    until(page, f"!(await caches.match('{path}'))")
    site.releases["A"] = whole


def test_a_frame_registers_nothing(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{server}/embed", service_workers="allow")
    assert page.locator("#notices").count() == 0
    assert page.evaluate("caches.keys()") == []
    assert (
        page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    )


def test_without_service_workers_everything_else_works(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(service_workers="allow")
    page.add_init_script("delete Navigator.prototype.serviceWorker; delete window.caches")
    page.goto(server, wait_until="networkidle")
    page.locator("#count").get_by_text("现在开门").wait_for()
    page.click("a[data-large]")
    assert page.get_attribute("html", "data-text") == "large"
    assert page.problems == []  # type: ignore[attr-defined]
