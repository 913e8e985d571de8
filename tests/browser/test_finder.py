"""A worker's way through the finder, in a real Chromium."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS, axe_problems

HERE = {"latitude": 33.3832, "longitude": 120.1306}
LOCATED = {"geolocation": HERE, "permissions": ["geolocation"], "reduced_motion": "reduce"}
YANCHENG = ZoneInfo("Asia/Shanghai")
TUESDAY_NIGHT = datetime(2026, 11, 24, 23, 0, tzinfo=YANCHENG)
NOON = datetime(2026, 11, 24, 11, 40, tzinfo=YANCHENG)
NATIONAL_DAY = datetime(2026, 10, 2, 10, 30, tzinfo=YANCHENG)
"""A Friday in the week off."""

Open = Callable[..., Page]


def ask(url: str, body: dict[str, Any] | None = None) -> Any:
    request = urllib.request.Request(
        url,
        data=json.dumps(body).encode() if body is not None else None,
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def nearest(server: str, **body: Any) -> list[dict[str, Any]]:
    at = {"lat": HERE["latitude"], "lon": HERE["longitude"]}
    places: list[dict[str, Any]] = ask(f"{server}/api/v1/nearest", {**at, **body})["places"]
    return places


def listed(page: Page, count: int | None = None) -> list[str]:
    ids: list[str] = page.eval_on_selector_all(
        "#places [data-id]", "items => items.map((item) => item.dataset.id)"
    )
    return ids[:count]


def ready(page: Page) -> None:
    """Until the page has everything: search, stars, the map."""
    page.wait_for_selector("#places .star")
    page.wait_for_selector("#map canvas")


def visit(page: Page, address: str, now: datetime) -> None:
    """The page at a moment that the server's clock shows too."""
    page.clock.set_fixed_time(now)
    page.goto(address, wait_until="networkidle")
    ready(page)


def tap_nearest(page: Page) -> None:
    page.click("#locate")
    page.locator("#origin").get_by_text("从你的位置算起").wait_for()


def keep(page: Page, name: str) -> None:
    """A picture to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"finder-{name}.png")


# --- the list --------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_the_browser_lists_the_same_places_in_the_same_order_as_the_server(
    mode: str, server: str, open_page: Open
) -> None:
    page = open_page(server, **LOCATED)
    tap_nearest(page)
    if mode != "walk":
        page.check(f"input[name=mode][value={mode}]", force=True)
    expected = nearest(server, mode=mode, limit=15)
    assert listed(page, 15) == [place["id"] for place in expected]


def test_a_worker_finds_hot_food_power_and_a_toilet_and_goes_there(
    app_at: Callable[[datetime], str], open_page: Open
) -> None:
    server = app_at(NOON)
    page = open_page(**LOCATED)
    visit(page, server, NOON)
    keep(page, "1-open")
    tap_nearest(page)
    assert page.locator("#places .state").first.inner_text().startswith(("●营业中", "◐即将关闭"))
    expect(page.locator("#places [data-id]").first).to_be_in_viewport(ratio=1)
    keep(page, "2-list")
    wanted = ("meal_heating", "charging", "toilet")
    for amenity in wanted:
        page.check(f"#amenities input[value={amenity}]", force=True)
    expected = nearest(server, amenities=list(wanted), limit=5)
    assert listed(page, 5) == [place["id"] for place in expected]
    assert page.inner_text("#filter-count") == "3"
    keep(page, "3-filtered")
    first = page.locator("#places [data-id]").first
    first.locator(".where").first.click()
    assert first.get_attribute("aria-current") == "true"
    way = first.get_by_role("link", name="导航")
    place = expected[0]
    href = way.get_attribute("href") or ""
    assert href.startswith(
        f"https://uri.amap.com/marker?position={place['lon']:.6f}".rstrip("0").rstrip(".")
    )
    assert "coordinate=wgs84" in href
    assert float(way.get_attribute("data-lat") or 0) == pytest.approx(place["lat"], abs=1e-6)
    assert float(way.get_attribute("data-lon") or 0) == pytest.approx(place["lon"], abs=1e-6)
    assert way.get_attribute("data-name") == place["name"]
    assert way.get_attribute("data-address") == place["address"]
    expect(page.locator(".map-pin")).to_be_visible()
    keep(page, "4-chosen")
    assert page.problems == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "now", "kind"),
    [("tuesday-23", TUESDAY_NIGHT, "station"), ("national-day", NATIONAL_DAY, "trucker_home")],
)
def test_what_is_shut_says_when_it_opens_again(
    name: str, now: datetime, kind: str, app_at: Callable[[datetime], str], open_page: Open
) -> None:
    server = app_at(now)
    page = open_page(**LOCATED)
    visit(page, server, now)
    tap_nearest(page)
    page.check("input[name=mode][value=ebike]", force=True)
    keep(page, name)
    expected = nearest(server, mode="ebike", kinds=[kind], limit=100)
    page.check(f"input[name=kind][value={kind}]", force=True)
    while page.is_visible("#more") and len(listed(page)) < len(expected):
        page.click("#more")
    assert listed(page, 100) == [place["id"] for place in expected]
    states = page.eval_on_selector_all(
        "#places .state", "items => items.map((item) => item.className.split('state-')[1])"
    )
    assert states[:100] == [place["state"] for place in expected]
    assert {"open", "closed"} < set(states)
    shut = next(place for place in expected if place["opens_at"])
    opens = datetime.fromisoformat(shut["opens_at"])
    line = page.locator(f"[data-id='{shut['id']}'] .hours").inner_text()
    assert f"{opens.hour}:{opens.minute:02d} 开" in line
    page.locator(f"[data-id='{shut['id']}']").scroll_into_view_if_needed()
    keep(page, f"{name}-shut")


def test_the_list_and_the_states_move_on_with_the_clock(
    app_at: Callable[[datetime], str], open_page: Open
) -> None:
    now = datetime(2026, 11, 24, 17, 0, tzinfo=YANCHENG)
    page = open_page()
    page.clock.install(time=now)
    page.goto(app_at(now), wait_until="networkidle")
    before = page.inner_text("#count")
    page.clock.fast_forward("02:00:00")
    expect(page.locator("#count")).not_to_have_text(before)


def test_how_one_travels_is_remembered_on_the_phone(server: str, open_page: Open) -> None:
    page = open_page(server, **LOCATED)
    tap_nearest(page)
    page.check("input[name=mode][value=bike]", force=True)
    page.reload(wait_until="networkidle")
    tap_nearest(page)
    assert page.is_checked("input[name=mode][value=bike]")
    assert "locator.mode" in page.evaluate("Object.keys(localStorage)")


# --- where from ------------------------------------------------------------------------------


def test_no_request_and_no_address_holds_the_position(server: str, open_page: Open) -> None:
    canary = {"latitude": 33.412345, "longitude": 120.187654}
    page = open_page(server, geolocation=canary, permissions=["geolocation"])
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(f"{request.url} {request.post_data}"))
    tap_nearest(page)
    page.get_by_role("button", name="刷新位置").click()
    page.fill("#search", "canary")
    page.wait_for_load_state("networkidle")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")
    seen = " ".join([*bodies, *page.requested, page.url, kept])  # type: ignore[attr-defined]
    assert "33.41" not in seen
    assert "120.18" not in seen
    assert "canary" not in seen
    assert page.context.cookies() == []


def test_a_refused_position_leads_to_search_and_districts(server: str, open_page: Open) -> None:
    page = open_page(server, reduced_motion="reduce")
    page.click("#locate")
    page.get_by_text("没有得到定位的许可").wait_for()
    assert page.get_by_role("link", name="按区县找").is_visible()
    assert page.is_enabled("#locate")
    assert page.inner_text("#locate") == "离我最近、现在开门"
    keep(page, "refused")
    page.get_by_role("button", name="搜附近的街道、乡镇").click()
    page.keyboard.type("毓龙")
    page.get_by_role("button", name="从 毓龙街道 算起").click()
    page.locator("#origin").get_by_text("毓龙街道").wait_for()
    assert not page.is_visible("#problem")
    keep(page, "refused-town")


def test_a_position_that_never_comes_is_given_up_after_eight_seconds(
    app_at: Callable[[datetime], str], open_page: Open
) -> None:
    page = open_page()
    page.add_init_script(
        "navigator.geolocation.getCurrentPosition = (good) => { window.late = good; };"
        "navigator.permissions.query = async () => ({state: 'granted'});"
    )
    page.clock.install(time=TUESDAY_NIGHT)
    page.goto(app_at(TUESDAY_NIGHT), wait_until="networkidle")
    ready(page)
    page.click("#locate")
    expect(page.locator("#locate")).to_have_text("正在定位…")
    page.clock.fast_forward(4000)
    expect(page.locator("#locate")).to_have_text("还在定位,最多等 8 秒…")
    page.clock.fast_forward(4001)
    expect(page.locator("#problem")).to_contain_text("8 秒里没有定到位置。")
    expect(page.locator("#locate")).to_have_text("离我最近、现在开门")
    keep(page, "time-out")
    page.evaluate(
        "late({coords: {latitude: 33.3832, longitude: 120.1306, accuracy: 900}})"
    )  # better late than never
    expect(page.locator("#origin")).to_contain_text("误差约 900 米")


def test_searching_a_town_ranks_from_there_by_pinyin_too(server: str, open_page: Open) -> None:
    page = open_page(server)
    ready(page)
    page.fill("#search", "dongtai")
    page.get_by_role("button", name="从 东台市 算起").click()
    page.locator("#origin").get_by_text("东台市").wait_for()
    assert page.input_value("#search") == ""
    assert page.locator("#places .minutes b").first.inner_text() != ""


# --- filters ---------------------------------------------------------------------------------


def test_a_facility_filter_says_how_many_are_not_recorded(server: str, open_page: Open) -> None:
    page = open_page(server)
    page.check("#amenities input[value=meal_heating]", force=True)
    assert "没登记" in page.inner_text("#unrecorded")
    assert "热饭" in page.locator("#places [data-id]").first.inner_text()
    before = page.inner_text("#count")
    page.get_by_role("button", name="也列出来").click()
    assert page.inner_text("#count") != before
    page.get_by_role("button", name="清除条件").click()
    assert not page.is_visible("#unrecorded")
    assert not page.is_checked("#amenities input[value=meal_heating]")


def test_the_sheet_holds_every_filter_and_says_how_many_are_set(
    app_at: Callable[[datetime], str], open_page: Open
) -> None:
    server = app_at(NOON)
    page = open_page(**LOCATED)
    visit(page, server, NOON)
    page.get_by_role("button", name="更多设施").click()
    sheet = page.get_by_role("dialog", name="要符合哪些条件")
    facilities = ask(f"{server}/api/v1/kinds")["amenities"]
    assert sheet.get_by_role("checkbox").count() == len(facilities) + 2
    sheet.get_by_label("母婴").check(force=True)
    sheet.get_by_label("现在开门").check(force=True)
    keep(page, "sheet")
    assert axe_problems(page) == []
    sheet.get_by_role("button", name="看这").click()
    assert page.get_by_role("button", name="更多设施,选了 2 项").is_visible()
    assert page.is_checked("#amenities input[value=nursing_room]")
    assert page.locator("#amenities").get_by_text("母婴").is_visible()
    for state in page.locator("#places .state").all():
        assert state.inner_text().startswith(("●营业中", "◐即将关闭"))
    page.get_by_role("button", name="更多设施").click()
    sheet.get_by_role("button", name="清除条件").click()
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="更多设施").is_visible()
    assert page.inner_text("#filter-count") == ""


def test_an_address_starts_with_its_filters_with_and_without_the_script(
    app_at: Callable[[datetime], str], open_page: Open
) -> None:
    server = app_at(TUESDAY_NIGHT)
    query = "district=320902&amenity=meal_heating&open=now&kind=station&nonsense=1&zoom=99"
    api = ask(
        f"{server}/api/v1/places?district=320902&amenity=meal_heating&kind=station"
        f"&open_at=2026-11-24T23:00&limit=500"
    )
    expected = {feature["id"] for feature in api["features"]}
    assert len(expected) > 3

    plain = open_page(f"{server}/?{query}", java_script_enabled=False)
    assert set(listed(plain)) <= expected
    assert len(listed(plain)) == min(12, len(expected))

    page = open_page()
    visit(page, f"{server}/?{query}", TUESDAY_NIGHT)
    while page.is_visible("#more"):
        page.click("#more")
    assert set(listed(page)) == expected
    assert "时间没登记" in page.inner_text("#unrecorded")
    assert page.inner_text("#filter-count") == "3"
    keep(page, "from-address")
    before = len(listed(page))
    page.locator("#unrecorded > span", has_text="时间没登记").get_by_role("button").click()
    assert len(listed(page)) > before
    page.uncheck("#amenities input[name=district]", force=True)
    assert page.inner_text("#filter-count") == "2"
    page.get_by_role("button", name="清除条件").first.click()
    assert page.is_checked("input[name=kind][value='']")
    assert page.inner_text("#filter-count") == ""


def test_truckers_are_told_how_far_their_nearest_home_is(
    app_at: Callable[[datetime], str], open_page: Open
) -> None:
    far = {"latitude": 33.3, "longitude": 120.25}
    server = app_at(NOON)
    page = open_page(**{**LOCATED, "geolocation": far})
    visit(page, server, NOON)
    tap_nearest(page)
    assert page.is_checked("input[name=mode][value=walk]")
    page.check("input[name=kind][value=trucker_home]", force=True)
    assert page.is_checked("input[name=mode][value=drive]")
    homes = nearest(
        server, lat=far["latitude"], lon=far["longitude"],
        mode="drive", kinds=["trucker_home"], limit=50,
    )  # fmt: skip
    assert listed(page) == [home["id"] for home in homes]
    closest = min(homes, key=lambda home: home["distance_m"])
    assert closest["state"] == "open"
    minutes = -(-closest["travel_s"] // 60)
    assert minutes > 10
    assert page.inner_text("#near") == (
        f"开车 10 分钟内没有盐工·卡友之家,最近的 {minutes:.0f} 分钟"
        f"({closest['distance_m'] / 1000:.1f} 公里)"
    )
    keep(page, "truckers")
    page.check("input[name=mode][value=bike]", force=True)
    page.check("input[name=kind][value=station]", force=True)
    page.check("input[name=kind][value=trucker_home]", force=True)
    assert page.is_checked("input[name=mode][value=bike]")


# --- search ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["解放南路", "jfnl", "jiefangnanlu", "解放南陆", "解放难路", "解方南路x"]
)
def test_search_understands_pinyin_initials_homophones_and_a_slip(
    typed: str, server: str, open_page: Open
) -> None:
    page = open_page(server)
    ready(page)
    with page.expect_response("**/api/v1/pinyin.json"):
        page.focus("#search")
    page.keyboard.type(typed)
    expect(page.locator("#places [data-id]").first).to_contain_text("解放南路")
    assert not any(typed in url for url in page.requested)  # type: ignore[attr-defined]
    if typed == "jfnl":
        keep(page, "pinyin")


def test_what_is_not_found_says_what_is_nearest_and_how_far(
    app_at: Callable[[datetime], str], open_page: Open
) -> None:
    server = app_at(NOON)
    page = open_page(**LOCATED)
    visit(page, server, NOON)
    tap_nearest(page)
    page.fill("#search", "qqqqqq")
    message = page.locator("#places .message")
    expect(message).to_contain_text("没有找到“qqqqqq”")
    place = nearest(server, limit=1)[0]
    expect(message).to_contain_text(place["name"])
    expect(message).to_contain_text(f"{place['distance_m']:.0f} 米,走过去")
    keep(page, "not-found")
    assert axe_problems(page) == []
    message.get_by_role("button", name="清除条件").click()
    assert page.input_value("#search") == ""
    assert listed(page, 1) == [place["id"]]


def test_the_search_is_cleared_by_its_button(server: str, open_page: Open) -> None:
    page = open_page(server)
    ready(page)
    count = page.inner_text("#count")
    page.fill("#search", "解放南路")
    expect(page.locator("#count")).not_to_have_text(count)
    page.get_by_role("button", name="清空").click()
    expect(page.locator("#count")).to_have_text(count)
    assert page.evaluate("document.activeElement.id") == "search"
    assert not page.is_visible("#search-clear")


# --- saved and recent ------------------------------------------------------------------------


def test_saved_and_recent_places_stay_on_the_phone(server: str, open_page: Open) -> None:
    page = open_page(server, **LOCATED)
    ready(page)
    assert not page.is_visible("#kept-open")
    first, second = listed(page, 2)
    star = page.locator(f"[data-id='{first}']").get_by_role("button", name="收藏")
    assert min((star.bounding_box() or {}).get(side, 0) for side in ("width", "height")) >= 44
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    page.evaluate("localStorage.setItem('locator.recent', JSON.stringify(['gone', arguments[0]]))"
                  .replace("arguments[0]", json.dumps(second)))  # fmt: skip
    page.reload(wait_until="networkidle")
    ready(page)
    star = page.locator(f"[data-id='{first}'] .star")
    expect(star).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="★ 收藏").click()
    names = page.locator("#suggested b").all_inner_texts()
    assert names[0] == "收藏"
    assert names[2] == "最近看过"
    assert len(names) == 4
    keep(page, "saved")
    assert axe_problems(page) == []
    page.locator("#suggested .suggestion").nth(1).click()
    card = page.locator("#places .place").first
    assert card.get_attribute("data-id") == second
    assert card.get_attribute("aria-current") == "true"
    page.focus("#search")
    page.get_by_role("button", name="清除最近看过").click()
    page.get_by_role("button", name="清除收藏").click()
    assert not page.is_visible("#suggested")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key !== 'locator.mode')") == []
    expect(star).to_have_attribute("aria-pressed", "false")


def test_a_browser_that_keeps_nothing_says_so(server: str, open_page: Open) -> None:
    page = open_page()
    page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };"
        "Storage.prototype.getItem = () => { throw new DOMException('', 'SecurityError'); };"
    )
    page.goto(server, wait_until="networkidle")
    ready(page)
    page.locator("#places .star").first.click()
    expect(page.locator("#places .card-note").first).to_contain_text("收藏不了")
    assert page.problems == []  # type: ignore[attr-defined]


# --- list and map ----------------------------------------------------------------------------


def test_choosing_in_one_shows_in_the_other(server: str, open_page: Open) -> None:
    page = open_page(server, **LOCATED)
    ready(page)
    tap_nearest(page)
    card = page.locator("#places [data-id]").nth(1)
    place = card.get_attribute("data-id")
    card.locator(".where").first.click()
    pin = page.locator(".map-pin")
    expect(pin).to_be_visible()
    assert pin.evaluate("pin => pin.closest('[title]').title") == (
        card.locator("h3 a").inner_text()
    )
    keep(page, "list-to-map")

    box = pin.bounding_box()
    whole = page.locator("#map").bounding_box()
    assert box and whole
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    corner = (whole["x"] + 60, whole["y"] + 40)
    page.mouse.click(*corner)
    expect(pin).to_have_count(0)
    assert page.locator("[aria-current=true].place").count() == 0
    page.mouse.click(*middle)
    first = page.locator("#places .place").first
    expect(first).to_have_attribute("aria-current", "true")
    assert first.get_attribute("data-id") == place
    expect(first).to_be_in_viewport(ratio=1)
    keep(page, "map-to-list")


def test_the_map_stays_in_sight_while_the_list_scrolls_and_its_handle_drags(
    server: str, open_page: Open
) -> None:
    page = open_page(server, **LOCATED)
    ready(page)
    page.evaluate("scrollTo(0, 1500)")
    header = page.locator("header.top").bounding_box()
    box = page.locator("#map").bounding_box()
    assert header and box
    assert box["y"] == pytest.approx(header["y"] + header["height"], abs=1)
    handle = page.locator("#handle").bounding_box()
    assert handle
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] - 8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 60)
    page.mouse.move(x, y + 120)
    page.mouse.up()
    taller = page.locator("#map").bounding_box()
    assert taller
    assert taller["height"] == pytest.approx(box["height"] + 120, abs=2)
    page.mouse.move(x, y + 120)
    page.mouse.down()
    page.mouse.move(x, 2000)
    page.mouse.up()
    tallest = page.locator("#map").bounding_box()
    assert tallest
    assert tallest["y"] + tallest["height"] < PHONE["height"] * 0.9  # some of the list stays
    keep(page, "map-tall")


# --- for everybody ---------------------------------------------------------------------------


def test_everything_works_by_keyboard_alone(server: str, open_page: Open) -> None:
    page = open_page(server, **LOCATED)
    ready(page)

    def tab_to(selector: str, key: str = "Tab") -> None:
        for _ in range(60):
            page.keyboard.press(key)
            if page.evaluate(f"document.activeElement.matches({json.dumps(selector)})"):
                outline = page.evaluate(
                    "getComputedStyle(document.activeElement.matches('.chip input') "
                    "? document.activeElement.nextElementSibling : document.activeElement"
                    ".matches('#search') ? document.activeElement.form "
                    ": document.activeElement).outlineStyle"
                )
                assert outline != "none", selector
                return
        raise AssertionError(selector)

    tab_to("#search")
    tab_to("#locate")
    page.keyboard.press("Enter")
    page.locator("#origin").get_by_text("从你的位置算起").wait_for()
    tab_to("input[name=kind]")
    page.keyboard.press("ArrowRight")
    assert page.is_checked("input[name=kind][value=station]")
    tab_to("input[name=amenity][value=water]")
    page.keyboard.press("Space")
    assert page.is_checked("#filter-sheet input[value=water]")
    tab_to("#all-amenities")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    tab_to("#filter-sheet input[value=charging]")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).not_to_be_visible()
    assert page.evaluate("document.activeElement.id") == "all-amenities"
    assert page.inner_text("#filter-count") == "2"
    tab_to("input[name=mode]")
    page.keyboard.press("ArrowRight")
    assert page.is_checked("input[name=mode][value=bike]")
    tab_to("#places .place a")
    current = page.locator("#places .place").first
    expect(current).to_have_attribute("aria-current", "true")
    tab_to("#places .star")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    tab_to("[data-navigate]")
    expect(page.locator(":focus")).to_be_in_viewport(ratio=1)
    keep(page, "keyboard")
    tab_to("#kept-open", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#suggested")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#suggested")).not_to_be_visible()


def test_without_scripts_the_list_its_phones_and_the_districts_are_there(
    server: str, open_page: Open
) -> None:
    page = open_page(server, java_script_enabled=False)
    first = page.locator("#places [data-id]").first
    assert page.locator("#places [data-id]").count() >= 10
    assert first.locator("h3 a").is_visible()
    assert "·" in first.locator(".hours").inner_text()
    assert first.locator("[data-field=address]").inner_text() != ""
    assert page.locator("#places a[href^='tel:']").first.is_visible()
    assert not page.is_visible(".tools")
    keep(page, "noscript")
    page.get_by_role("link", name="亭湖区").first.click()
    assert page.locator(".place").count() > 20
    page.screenshot(path=SCREENSHOTS / "district-noscript.png")


def test_a_list_that_does_not_come_leaves_the_first_one_and_a_button(
    server: str, open_page: Open
) -> None:
    page = open_page()
    page.route("**/places.json", lambda route: route.abort())
    page.goto(server, wait_until="networkidle")
    expect(page.locator("#problem")).to_contain_text("完整名单没有下载完")
    assert page.locator("#places [data-id]").count() >= 10
    keep(page, "list-failed")
    assert axe_problems(page) == []
    page.unroute("**/places.json")
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator("#count")).to_contain_text("现在开门")
    assert page.is_enabled("#locate")


def test_english_speaks_english_and_keeps_the_registrys_names(server: str, open_page: Open) -> None:
    page = open_page(f"{server}/?lang=en", **LOCATED)
    ready(page)
    page.click("#locate")
    page.locator("#origin").get_by_text("From where you are").wait_for()
    page.check("input[name=kind][value=trucker_home]", force=True)
    card = page.locator("#places .place").first
    link = card.locator("h3 a")
    assert link.get_attribute("lang") == "zh-CN"
    assert (link.get_attribute("href") or "").endswith("?lang=en")
    card.locator(".facts").click()
    assert card.get_by_role("link", name="Directions").is_visible()
    keep(page, "english")
    unmarked = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
          .filter((e) => e.children.length === 0 && /[\\u4e00-\\u9fff]/.test(e.textContent))
          .filter((e) => e.closest("[lang]").lang === "en" && !e.closest("template, #map"))
          .map((e) => e.outerHTML.slice(0, 200))"""
    )
    assert unmarked == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_any_state(
    width: int, scheme: str, server: str, open_page: Open
) -> None:
    page = open_page(
        server, **{**LOCATED, "viewport": {"width": width, "height": 740}, "color_scheme": scheme}
    )
    ready(page)
    tap_nearest(page)
    page.locator("#places .where").first.click()
    assert axe_problems(page) == []
    page.locator("#places .star").first.click()
    page.fill("#search", "毓龙")
    page.wait_for_selector("#suggested:not([hidden])")
    assert axe_problems(page) == []
    page.fill("#search", "")
    page.wait_for_selector("#suggested .suggested-title")
    assert axe_problems(page) == []
    page.keyboard.press("Escape")
    page.check("#amenities input[value=toilet]", force=True)
    page.click("#all-amenities")
    assert axe_problems(page) == []
    keep(page, f"sheet-{width}-{scheme}")
    page.keyboard.press("Escape")
    page.context.clear_permissions()
    page.get_by_role("button", name="刷新位置").click()
    page.get_by_text("没有得到定位的许可").wait_for()
    assert axe_problems(page) == []


@pytest.mark.parametrize("view", ["", "?theme=dark", "?text=large", "?lang=en"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_pictures_to_look_at(size: str, view: str, server: str, open_page: Open) -> None:
    viewport = {"phone": PHONE, "desktop": DESKTOP}[size]
    page = open_page(server + "/" + view, **{**LOCATED, "viewport": viewport})
    ready(page)
    page.click("#locate")
    page.wait_for_selector("#origin button")
    page.locator("#places .where").first.click()
    keep(page, f"view-{size}{view.replace('?', '-').replace('=', '-')}")
    width, shown = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= shown


def test_a_frame_keeps_its_district_and_without_a_list_the_map_says_what_is_chosen(
    server: str, open_page: Open
) -> None:
    places = ask(f"{server}/api/v1/places?district=320902&amenity=water&limit=500")["features"]
    lon, lat = places[0]["geometry"]["coordinates"]
    page = open_page(
        f"{server}/embed?controls=filter&district=320902&amenity=water&zoom=16&center={lat},{lon}",
        viewport={"width": 320, "height": 480},
    )
    page.wait_for_selector("#map canvas")
    assert page.locator("input[name=district]").count() == 0
    assert page.is_checked("#amenities input[value=water]")
    assert page.inner_text("#filter-count") == "1"
    whole = page.locator("#map").bounding_box()
    assert whole
    assert whole["y"] + whole["height"] == pytest.approx(480, abs=1)
    page.evaluate("performance.getEntriesByName('map').length || Promise.reject('no map')")
    card = page.locator(".map-card")
    # The address put this place in the middle.
    page.mouse.click(whole["x"] + whole["width"] / 2, whole["y"] + whole["height"] / 2)
    assert any(feature["properties"]["name"] in card.inner_text() for feature in places)


# --- what goes wrong -------------------------------------------------------------------------


def test_a_lost_part_offers_to_load_the_page_again(server: str, open_page: Open) -> None:
    page = open_page(**LOCATED)
    page.route("**/js/locate.js", lambda route: route.abort("connectionreset"))
    page.goto(server, wait_until="networkidle")
    page.click("#locate")
    page.get_by_role("button", name="重新打开这一页").wait_for()
    page.unroute("**/js/locate.js")
    page.get_by_role("button", name="重新打开这一页").click()
    ready(page)
    tap_nearest(page)


@pytest.mark.parametrize("path", ["/", "/embed"])
def test_the_view_that_an_address_asks_for_is_not_moved(
    path: str, server: str, open_page: Open
) -> None:
    page = open_page(f"{server}{path}?center=33.3832,120.1306&zoom=16", reduced_motion="reduce")
    ready(page)
    view = page.evaluate(
        """async () => {
          const script = document.querySelector("script[src*='finder.js']").src;
          const { mapReady } = await import(new URL("map-ready.js", script).href);
          const { map } = await mapReady(document.getElementById("map"));
          const { lat, lng } = map.getCenter();
          return [map.getZoom(), lat, lng];
        }"""
    )
    assert view == pytest.approx([16, 33.3832, 120.1306], abs=1e-3)


@pytest.mark.parametrize("hours", [-24, 24, 24 * 9])
def test_a_wrong_clock_of_the_phone_changes_no_state(
    hours: int, app_at: Callable[[datetime], str], open_page: Open
) -> None:
    server = app_at(NOON)
    right = open_page()
    visit(right, server, NOON)
    expected = right.inner_text("#count")
    assert "现在开门 0" not in expected
    wrong = open_page()
    visit(wrong, server, NOON + timedelta(hours=hours))
    expect(wrong.locator("#count")).to_have_text(expected)
