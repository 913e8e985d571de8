"""A place's page in a real Chromium: kept true by its script, complete without it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app import create_app
from services.geo.point import Point
from services.locator import Locator
from services.places import LocationSource, LocationState, PlaceDraft, Precision
from services.registry.store import PlaceRegistry
from services.settings import Settings
from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS, axe_problems, in_this_process

TOUCH = 44

DRAFTS = {
    "open": PlaceDraft(
        kind="station",
        name="建军路驿站",
        address="建军中路 68 号",
        district="320902",
        township="毓龙街道",
        point=Point(33.390123, 120.140456),
        location_source=LocationSource.SURVEYED,
        location_precision=Precision.DOOR,
        location_state=LocationState.CONFIRMED,
        opening_hours="Mo-Fr 08:30-12:00,14:00-17:30",
        opening_hours_raw="周一至周五 8:30-12:00,14:00-17:30",
        amenities={"water": True, "charging": True, "shower": False},
        phone="0515-8888 1234",
        host="建军路支行",
        verified_on=date(2026, 11, 13),
    ),
    "unknown": PlaceDraft(
        kind="station",
        name="没登记时间的驿站",
        district="320902",
        point=Point(33.39, 120.14),
        location_source=LocationSource.GIVEN,
        location_precision=Precision.TOWNSHIP,
        location_state=LocationState.LOCATED,
        opening_hours_raw="随网点营业时间",
    ),
    "no-point": PlaceDraft(kind="rights_centre", name="没有位置的维权服务中心", district="320902"),
}


@dataclass
class Site:
    """A server in this process, whose clock the test may set, and what it has registered."""

    address: str
    locator: Locator
    ids: dict[str, str]

    def set_clock(self, moment: str) -> datetime:
        """Stop the server's clock; returns the moment."""
        now = datetime.fromisoformat(moment).replace(tzinfo=self.locator.region.tz)
        self.locator.clock = lambda: now
        return now

    def url(self, name: str, query: str = "") -> str:
        """A place's page."""
        return f"{self.address}/p/{self.ids[name]}{query}"


@pytest.fixture(scope="module")
def site(sample_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    path = tmp_path_factory.mktemp("place") / "registry.db"
    shutil.copy(sample_database, path)
    app = create_app(Settings(database_url=f"sqlite:///{path}"))
    locator: Locator = app.extensions["locator"]
    with locator.database.writing() as session:
        ids = PlaceRegistry(session).apply(creates=list(DRAFTS.values()), actor="test").ids
    stale = next(
        place.id
        for place in locator.snapshot().places
        if place.verified_on and place.freshness(date(2026, 11, 25)).value == "stale"
    )
    with in_this_process(app) as address:
        yield Site(address, locator, {**dict(zip(DRAFTS, ids, strict=True)), "stale": stale})


@pytest.fixture
def visit(site: Site, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Open a place at a moment, which is the server's and the phone's."""

    def go(name: str, moment: str = "2026-11-25T10:20", query: str = "", **options: object) -> Page:
        now = site.set_clock(moment)
        script = str(options.pop("script", ""))
        page = open_page(**options)
        page.clock.install(time=now)
        if script:
            page.add_init_script(script)
        page.goto(site.url(name, query), wait_until="networkidle")
        return page

    return go


def state(page: Page) -> str:
    return " ".join(page.locator("#state").inner_text().split())


def today_row(page: Page) -> str:
    (row,) = page.locator(".schedule tr[aria-current=date]").all_inner_texts()
    return row.split("\t")[0].strip()


# --- time --------------------------------------------------------------------------------------


def test_a_page_left_open_goes_on_telling_the_truth(visit: Callable[..., Page]) -> None:
    page = visit("open")
    assert state(page) == "● 营业中 到今天 12:00"
    page.clock.run_for("01:15:00")
    assert state(page) == "◐ 即将关闭 到今天 12:00"
    page.clock.run_for("00:30:00")
    assert state(page) == "○ 已打烊 今天 14:00 开"
    page.clock.run_for("06:00:00")
    assert state(page) == "○ 已打烊 明早 8:30 开"
    assert page.problems == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("lang", "said", "row", "checked"),
    [
        ("", "○ 已打烊 周一 8:30 开", "今天 11月28日", "15 天前核实"),
        ("?lang=en", "○ Closed opens Mon 8:30", "Today 28 Nov", "checked 15 days ago"),
    ],
)
def test_a_page_of_wednesday_read_on_saturday(
    site: Site, visit: Callable[..., Page], lang: str, said: str, row: str, checked: str
) -> None:
    page = visit("open", query=lang)
    page.clock.set_fixed_time(datetime(2026, 11, 28, 10, 20, tzinfo=site.locator.region.tz))
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    assert state(page) == said
    assert today_row(page) == row
    assert page.locator(".schedule .past").count() == 3
    assert page.locator("main [data-field=verified]").inner_text() == checked


@pytest.mark.parametrize("days", [8, 30, -1])
def test_a_page_too_old_says_of_when_it_is(
    site: Site, visit: Callable[..., Page], days: int
) -> None:
    page = visit("open")
    then = datetime(2026, 11, 25, 10, 20, tzinfo=site.locator.region.tz) + timedelta(days=days)
    page.clock.set_fixed_time(then)
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    assert state(page) == "? 时间未知 数据是 11月25日的,去之前先打电话"
    assert page.locator(".schedule .today").count() == 0


def test_the_phones_time_zone_does_not_matter(visit: Callable[..., Page]) -> None:
    page = visit("open", timezone_id="America/Los_Angeles")
    assert state(page) == "● 营业中 到今天 12:00"
    assert today_row(page) == "今天 11月25日"


def test_hours_that_nobody_recorded_stay_so(visit: Callable[..., Page]) -> None:
    page = visit("unknown")
    page.clock.run_for("30:00:00")
    assert state(page) == "? 时间未知 没登记营业时间"


# --- star and share ----------------------------------------------------------------------------


def test_the_star_stays_on_this_phone(site: Site, visit: Callable[..., Page]) -> None:
    page = visit("open")
    star = page.locator("#save")
    expect(star).to_have_attribute("aria-pressed", "false")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_have_text("已收藏")
    page.reload(wait_until="networkidle")
    expect(star).to_have_attribute("aria-pressed", "true")
    kept = page.evaluate("({...localStorage})")
    assert site.ids["open"] in kept["locator.saved"]
    assert site.ids["open"] in kept["locator.recent"]
    star.click()
    expect(star).to_have_text("收藏这里")


def test_a_browser_that_keeps_nothing_says_so(visit: Callable[..., Page]) -> None:
    page = visit("open", script="Storage.prototype.setItem = () => { throw new Error('full'); };")
    page.locator("#save").click()
    expect(page.locator("#said")).to_contain_text("没有收藏上")
    expect(page.locator("#save")).to_have_attribute("aria-pressed", "false")


SHARE = "Object.defineProperty(navigator, 'share', {value: %s, configurable: true});"
CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: %s, configurable: true});"
NO_SHARE = "delete Navigator.prototype.share;"


def test_what_is_shared_is_the_place_and_never_who_stands_there(
    site: Site, visit: Callable[..., Page]
) -> None:
    script = SHARE % "async (card) => { window.shared = card; }"
    page = visit("open", query="?door=SECRET&text=large", script=script)
    page.locator("#share").click()
    shared = page.evaluate("window.shared")
    assert shared["url"] == site.url("open")
    assert shared["title"].startswith("建军路驿站")


def test_without_a_share_sheet_the_link_is_copied(site: Site, visit: Callable[..., Page]) -> None:
    copied = CLIPBOARD % "{writeText: async (text) => { window.copied = text; }}"
    page = visit("open", query="?lang=en", script=NO_SHARE + copied)
    page.locator("#share").click()
    expect(page.locator("#said")).to_contain_text("Link copied")
    assert page.evaluate("window.copied") == site.url("open", "?lang=en")


def test_without_a_clipboard_the_link_can_be_copied_by_hand(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = visit("open", script=NO_SHARE + CLIPBOARD % "undefined")
    page.locator("#share").click()
    expect(page.locator("#said input")).to_have_value(site.url("open"))


def test_who_closes_the_share_sheet_is_not_told_of_a_failure(visit: Callable[..., Page]) -> None:
    script = SHARE % "async () => { throw new DOMException('', 'AbortError'); }"
    page = visit("open", script=script)
    page.locator("#share").click()
    expect(page.locator("#said")).to_have_text("")


def test_in_wechat_its_own_menu_is_pointed_at(visit: Callable[..., Page]) -> None:
    agent = "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/86 MicroMessenger/8.0.50"
    page = visit("open", user_agent=agent)
    page.locator("#share").click()
    expect(page.locator("#said")).to_contain_text("右上角的 ⋯")


# --- the map, the code, no script --------------------------------------------------------------


def test_the_map_shows_the_door_and_the_code_opens(site: Site, visit: Callable[..., Page]) -> None:
    page = visit("open")
    expect(page.locator("#map canvas").first).to_be_attached()
    page.locator(".qr summary").click()
    page.locator(".qr img").scroll_into_view_if_needed()
    drawn = "(image) => image.decode().then(() => image.naturalWidth)"
    assert page.locator(".qr img").evaluate(drawn) > 100
    own = [url for url in page.requested if url.startswith((site.address + "/", "data:"))]  # type: ignore[attr-defined]
    assert own == page.requested  # type: ignore[attr-defined]
    assert page.problems == []  # type: ignore[attr-defined]


def test_without_scripts_everything_on_the_page_works(visit: Callable[..., Page]) -> None:
    page = visit("open", java_script_enabled=False)
    assert state(page) == "● 营业中 到今天 12:00"
    assert not page.locator("#save").is_visible()
    assert not page.locator("#share").is_visible()
    assert not page.locator(".place-map").is_visible()
    assert page.locator(".schedule tr").count() == 8
    baidu = page.get_by_text("百度地图", exact=True)
    assert not baidu.is_visible()
    page.get_by_text("用别的地图导航").click()
    assert baidu.is_visible()
    page.get_by_text("二维码和分享图").click()
    assert page.locator(".qr img").is_visible()
    assert page.get_by_text("信息没错").is_visible()


# --- looks -------------------------------------------------------------------------------------

LOOKS = {
    "open-phone": ("open", "", PHONE, "light"),
    "open-desktop": ("open", "", DESKTOP, "dark"),
    "open-narrow-large": ("open", "?text=large", {"width": 320, "height": 740}, "light"),
    "open-english": ("open", "?lang=en", PHONE, "dark"),
    "unknown-phone": ("unknown", "", PHONE, "dark"),
    "no-point-phone": ("no-point", "", {"width": 320, "height": 740}, "light"),
    "stale-desktop": ("stale", "", DESKTOP, "light"),
}


@pytest.mark.parametrize("look", LOOKS)
def test_it_fits_axe_finds_nothing_and_a_thumb_hits(look: str, visit: Callable[..., Page]) -> None:
    name, query, viewport, scheme = LOOKS[look]
    page = visit(name, query=query, viewport=viewport, color_scheme=scheme)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"place-{look}.png", full_page=True)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    width, shown = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= shown
    small = page.evaluate(
        """(least) => [...document.querySelectorAll(
          'main .primary, main .secondary, main summary, main .tel, main button')]
          .filter((one) => one.offsetParent && !one.closest('#map'))
          .map((one) => [one.textContent.trim(), one.getBoundingClientRect().height])
          .filter(([, height]) => height < least)""",
        TOUCH,
    )
    assert small == []
    assert axe_problems(page) == []


DISTRICT_LOOKS = {
    "phone": ("", PHONE, "light"),
    "desktop": ("", DESKTOP, "dark"),
    "narrow-large-english": ("?lang=en&text=large", {"width": 320, "height": 740}, "light"),
}


@pytest.mark.parametrize("look", DISTRICT_LOOKS)
def test_a_districts_list_fits_and_axe_finds_nothing(
    look: str, site: Site, open_page: Callable[..., Page]
) -> None:
    query, viewport, scheme = DISTRICT_LOOKS[look]
    site.set_clock("2026-11-25T10:20")
    page = open_page(f"{site.address}/d/320902{query}", viewport=viewport, color_scheme=scheme)
    page.screenshot(path=SCREENSHOTS / f"district-{look}.png")
    width, shown = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= shown
    assert axe_problems(page) == []
    page.locator("nav.jump a").nth(1).click()
    heading = page.locator("section[id]").nth(1).locator("h2")
    header = page.locator("header.top").bounding_box()
    below = heading.bounding_box()
    assert header is not None
    assert below is not None
    assert below["y"] >= header["y"] + header["height"] - 1, "the header hides no title"
