"""Inside WeChat: a real Chromium with WeChat's user agent, and a stub of WeChat's own script.

The server signs against a stub of WeChat's endpoints, so the signature that the page hands over is
checked as WeChat would check it. GCJ-02 by geocoordinates-rs, distances by geographiclib: neither
knows our code.
"""

from __future__ import annotations

import hashlib
import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geocoordinates_ffi as oracle
import pytest
from geographiclib.geodesic import Geodesic
from playwright.sync_api import Page

from tests.browser.conftest import SCREENSHOTS, serving
from tests.browser.test_finder import HERE, listed, nearest
from tests.integration.wechat_stub import APP_ID, APP_SECRET, WechatStub

WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; V2034A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240501 MMWEBID/2190 "
    "MicroMessenger/8.0.50.2701(0x28003253) WeChat/arm64 Weixin NetType/4G Language/zh_CN ABI/arm64"
)
SDK = "https://res.wx.qq.com/**"
AMAP = "https://uri.amap.com/**"

WX = """
window.wx = (() => {
  const how = window.wxHow || {};
  const calls = window.wxCalls = [];
  const waiting = { ready: [], error: [] };
  const act = (name) => (options) => {
    const { success, fail, cancel, ...given } = options;
    calls.push([name, given]);
    const [what, answer] = how[name] || ["success", {}];
    const then = { success, fail, cancel }[what];
    if (then) then({ errMsg: `${name}:ok`, ...answer });
  };
  return {
    config(options) {
      calls.push(["config", options]);
      setTimeout(() => {
        // As WeChat's own script does: "ready" is told after a failure too.
        if (how.config === "silence") return;
        if (how.config) waiting.error.forEach((then) => then({ errMsg: "config:" + how.config }));
        waiting.ready.forEach((then) => then());
      });
    },
    ready(then) { waiting.ready.push(then); },
    error(then) { waiting.error.push(then); },
    openLocation: act("openLocation"),
    getLocation: act("getLocation"),
    updateAppMessageShareData: act("updateAppMessageShareData"),
    updateTimelineShareData: act("updateTimelineShareData"),
    miniProgram: { getEnv(then) { then({ miniprogram: true }); } },
  };
})();
"""


@pytest.fixture(scope="module")
def stub() -> Iterator[WechatStub]:
    with WechatStub() as stub:
        yield stub


@pytest.fixture(scope="module")
def server(
    sample_database: Path, stub: WechatStub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    database = tmp_path_factory.mktemp("wechat") / "registry.db"
    database.write_bytes(sample_database.read_bytes())
    with serving(
        database,
        LOCATOR_WECHAT_APP_ID=APP_ID,
        LOCATOR_WECHAT_APP_SECRET=APP_SECRET,
        LOCATOR_WECHAT_URL=stub.url,
    ) as address:
        yield address


@pytest.fixture
def in_wechat(open_page: Callable[..., Page], server: str) -> Callable[..., Page]:
    """Open a page of ours in WeChat; ``how`` makes functions of its script answer otherwise."""

    def open_(path: str, *, script: bool = True, before: str = "", **options: Any) -> Page:
        how = options.pop("how", {})
        page = open_page(user_agent=WECHAT, **options)
        page.add_init_script(f"window.wxHow = {json.dumps(how)};{before}")
        if script:
            page.route(SDK, lambda route: route.fulfill(body=WX, content_type="text/javascript"))
        else:
            page.route(SDK, lambda route: route.abort())
        page.route(AMAP, lambda route: route.fulfill(body="<title>AMap</title>"))
        page.goto(server + path, wait_until="networkidle")
        return page

    return open_


@pytest.fixture(scope="module")
def place(server: str) -> dict[str, Any]:
    """The first place of the list that has a point and an address."""
    with urllib.request.urlopen(f"{server}/api/v1/places?kind=station&limit=20") as answer:
        features = json.load(answer)["features"]
    feature = next(each for each in features if each["geometry"])
    lon, lat = feature["geometry"]["coordinates"]
    return {**feature["properties"], "id": feature["id"], "lat": lat, "lon": lon}


def calls(page: Page, name: str) -> list[dict[str, Any]]:
    found: list[tuple[str, dict[str, Any]]] = page.evaluate("window.wxCalls")
    return [given for called, given in found if called == name]


def off_by_m(given: dict[str, Any], lat: float, lon: float) -> float:
    """Metres from where WeChat was sent to where the door is in WeChat's datum."""
    door = oracle.wgs84_to_gcj02(oracle.Wgs84(lat=lat, lon=lon))
    found = Geodesic.WGS84.Inverse(given["latitude"], given["longitude"], door.lat, door.lon)
    return float(found["s12"])


# ---------------------------------------------------------------- the signature


def test_the_page_hands_over_a_signature_that_wechat_would_accept(
    in_wechat: Callable[..., Page], stub: WechatStub, place: dict[str, Any]
) -> None:
    page = in_wechat(f"/p/{place['id']}?door=x%20y&text=large#where")
    (config,) = calls(page, "config")
    assert config["appId"] == APP_ID
    assert config["debug"] is False
    assert {"openLocation", "getLocation", "updateAppMessageShareData"} < set(config["jsApiList"])
    url = page.url.partition("#")[0]
    texts = [
        f"jsapi_ticket={ticket}&noncestr={config['nonceStr']}"
        f"&timestamp={config['timestamp']}&url={url}"
        for ticket in stub.good_tickets()
    ]
    assert config["signature"] in [hashlib.sha1(text.encode()).hexdigest() for text in texts]
    assert page.problems == []  # type: ignore[attr-defined]


# ---------------------------------------------------------------- navigation


def test_the_place_pages_navigation_opens_wechats_map_at_the_door(
    in_wechat: Callable[..., Page], place: dict[str, Any]
) -> None:
    page = in_wechat(f"/p/{place['id']}")
    address = page.url
    page.locator("a[data-navigate]").first.click()
    page.wait_for_function("window.wxCalls.some(([name]) => name === 'openLocation')")
    (given,) = calls(page, "openLocation")
    assert off_by_m(given, place["lat"], place["lon"]) < 0.2
    assert type(given["latitude"]) is type(given["longitude"]) is float
    assert (given["name"], given["address"]) == (place["name"], place["address"])
    assert given["infoUrl"].endswith(f"/p/{place['id']}")
    assert 1 <= given["scale"] <= 28
    assert page.url == address
    page.screenshot(path=SCREENSHOTS / "place-wechat.png")


def test_the_chosen_cards_navigation_does_so_too(
    in_wechat: Callable[..., Page], server: str
) -> None:
    page = in_wechat("/")
    page.locator("#places[data-live]").wait_for()
    card = page.locator("#places [data-id]").first
    card.locator(".where").click()
    card.locator("a[data-navigate]").click()
    page.wait_for_function("window.wxCalls.some(([name]) => name === 'openLocation')")
    (given,) = calls(page, "openLocation")
    with urllib.request.urlopen(
        f"{server}/api/v1/places/{card.get_attribute('data-id')}"
    ) as answer:
        feature = json.load(answer)
    lon, lat = feature["geometry"]["coordinates"]
    assert off_by_m(given, lat, lon) < 0.2
    assert given["name"] == feature["properties"]["name"]
    assert given["infoUrl"] == f"{server}/p/{feature['id']}"
    assert page.problems == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "options",
    [
        {"script": False},
        {"how": {"config": "invalid signature"}},
        {"how": {"openLocation": ["fail", {"errMsg": "openLocation:fail"}]}},
        {"how": {"openLocation": ["nothing", {}]}},
    ],
    ids=["no script", "refused signature", "failure", "silence"],
)
def test_where_wechat_does_not_help_the_link_leads_to_the_map_app(
    in_wechat: Callable[..., Page], place: dict[str, Any], options: dict[str, Any]
) -> None:
    page = in_wechat(f"/p/{place['id']}", **options)
    page.locator("a[data-navigate]").first.click()
    page.wait_for_url(AMAP)
    assert f"position={place['lon']},{place['lat']}" in page.url
    assert "coordinate=wgs84" in page.url


def test_where_the_server_cannot_sign_the_link_leads_to_the_map_app(
    in_wechat: Callable[..., Page], place: dict[str, Any], server: str
) -> None:
    page = in_wechat("/about")
    page.route("**/api/v1/wechat/signature", lambda route: route.fulfill(status=502, body="{}"))
    page.goto(f"{server}/p/{place['id']}", wait_until="networkidle")
    assert calls(page, "config") == []
    page.locator("a[data-navigate]").first.click()
    page.wait_for_url(AMAP)


def test_while_wechat_makes_up_its_mind_the_link_says_that_it_was_pressed(
    in_wechat: Callable[..., Page], place: dict[str, Any]
) -> None:
    page = in_wechat(f"/p/{place['id']}", how={"config": "silence"})
    link = page.locator("a[data-navigate]").first
    link.click()
    page.locator("a[data-navigate][aria-busy=true]").get_by_text("正在打开…").wait_for()
    page.wait_for_url(AMAP)


# ---------------------------------------------------------------- the share card


@pytest.mark.parametrize("path", ["/", "/map", "/p/{id}", "/d/320902"])
def test_the_share_card_holds_the_page_and_no_position(
    in_wechat: Callable[..., Page], place: dict[str, Any], server: str, path: str
) -> None:
    path = path.format(**place)
    page = in_wechat(f"{path}?center=33.41,120.18&door=secret")
    page.wait_for_function("window.wxCalls.some(([name]) => name === 'updateTimelineShareData')")
    (friend,), (timeline,) = (
        calls(page, "updateAppMessageShareData"),
        calls(page, "updateTimelineShareData"),
    )
    assert friend["link"] == timeline["link"] == server + path
    assert friend["title"] == timeline["title"]
    if "/p/" in path:
        assert place["name"] in friend["title"]
    assert set(friend) == {"title", "desc", "link", "imgUrl"}
    assert friend["desc"]
    assert friend["imgUrl"].startswith(f"{server}/")
    assert set(timeline) == {"title", "link", "imgUrl"}
    for text in (*friend.values(), *timeline.values()):
        assert "33.41" not in text
        assert "secret" not in text


def test_in_a_mini_program_the_page_does_not_share_but_navigates(
    in_wechat: Callable[..., Page], place: dict[str, Any]
) -> None:
    page = in_wechat(f"/p/{place['id']}", before="window.__wxjs_environment = 'miniprogram';")
    page.locator("a[data-navigate]").first.click()
    page.wait_for_function("window.wxCalls.some(([name]) => name === 'openLocation')")
    assert calls(page, "updateAppMessageShareData") == []
    assert page.problems == []  # type: ignore[attr-defined]


# ---------------------------------------------------------------- the position


def test_wechats_position_ranks_the_finders_list(
    in_wechat: Callable[..., Page], server: str
) -> None:
    answer = {**{name: str(value) for name, value in HERE.items()}, "accuracy": "30"}
    page = in_wechat("/", how={"getLocation": ["success", answer]})
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(f"{request.url} {request.post_data}"))
    page.click("#locate")
    page.get_by_text("从你的位置算起").wait_for()
    (asked,) = calls(page, "getLocation")
    assert asked == {"type": "wgs84"}
    expected = nearest(server, lat=HERE["latitude"], lon=HERE["longitude"], mode="walk", limit=10)
    assert listed(page, 10) == [each["id"] for each in expected]
    assert not any("33.38" in body for body in bodies)
    assert page.problems == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "refusal", [["cancel", {}], ["fail", {"errMsg": "getLocation:fail auth deny"}]]
)
def test_who_says_no_to_wechat_is_not_asked_again_by_the_browser(
    in_wechat: Callable[..., Page], refusal: list[Any]
) -> None:
    page = in_wechat(
        "/", how={"getLocation": refusal}, geolocation=HERE, permissions=["geolocation"]
    )
    page.click("#locate")
    page.get_by_text("没有得到定位的许可").wait_for()
    assert page.is_enabled("#locate")


@pytest.mark.parametrize(
    "options",
    [
        {"script": False},
        {"how": {"config": "invalid url domain"}},
        {"how": {"getLocation": ["fail", {"errMsg": "getLocation:permission denied"}]}},
        {"how": {"getLocation": ["success", {"latitude": "?", "longitude": None}]}},
    ],
    ids=["no script", "refused signature", "no permission", "no number"],
)
def test_where_wechat_cannot_tell_the_browser_is_asked(
    in_wechat: Callable[..., Page], options: dict[str, Any]
) -> None:
    page = in_wechat("/", **options, geolocation=HERE, permissions=["geolocation"])
    page.click("#locate")
    page.get_by_text("从你的位置算起").wait_for()


def test_a_wechat_that_never_answers_leads_to_search_and_districts(
    in_wechat: Callable[..., Page],
) -> None:
    page = in_wechat("/", how={"getLocation": ["nothing", {}]})
    page.click("#locate")
    page.get_by_text("8 秒里没有定到位置").wait_for()
    assert page.is_enabled("#locate")


# ---------------------------------------------------------------- outside


def test_outside_wechat_nobody_is_asked(
    open_page: Callable[..., Page], server: str, place: dict[str, Any]
) -> None:
    for path in ("/", "/map", f"/p/{place['id']}", "/embed", "/about", "/d/320902"):
        page = open_page(server + path)
        requested: list[str] = page.requested  # type: ignore[attr-defined]
        assert not any("wechat" in url or "qq.com" in url for url in requested)
        assert page.evaluate("'wx' in window") is False


def test_the_frame_asks_nobody_inside_wechat_either(in_wechat: Callable[..., Page]) -> None:
    page = in_wechat("/embed")
    requested: list[str] = page.requested  # type: ignore[attr-defined]
    assert not any("wechat" in url or "qq.com" in url for url in requested)
    assert page.problems == []  # type: ignore[attr-defined]
