"""Feedback on the place's page, in a real Chromium: by script, without it, offline, by keyboard."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from services.feedback import door_token
from services.settings import Settings
from services.wiring import build
from services.workflows import feedback_json
from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS, axe_problems, serving

SECRET = "a secret of the browser's tests"


@pytest.fixture(scope="module")
def database(sample_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry that these tests write to."""
    path = tmp_path_factory.mktemp("feedback") / "registry.db"
    shutil.copy(sample_database, path)
    return path


@pytest.fixture(scope="module")
def address(database: Path) -> Iterator[str]:
    """A server on it."""
    with serving(database, LOCATOR_SECRET_KEY=SECRET) as address:
        yield address


@pytest.fixture(scope="module")
def ids(address: str) -> Iterator[str]:
    """Places one after another, so that no test speaks of another's."""
    with urllib.request.urlopen(f"{address}/api/v1/places.json") as answer:
        return iter(json.load(answer)["id"])


def said_of(database: Path, place: str) -> dict[str, dict[str, int]]:
    locator = build(Settings(database_url=f"sqlite:///{database}"))
    try:
        report = feedback_json(locator, place=place)
    finally:
        locator.database.dispose()
    return report["places"][0]["counts"] if report["places"] else {}


def answer(page: Page) -> object:
    return page.locator("#feedback [role=status]")


def open_wrong(page: Page) -> None:
    page.get_by_text("有不对的地方").click()


def test_two_taps_say_that_it_is_right_and_a_second_word_replaces_it(
    address: str, database: Path, ids: Iterator[str], open_page: Callable[..., Page]
) -> None:
    place = next(ids)
    page = open_page(f"{address}/p/{place}")
    page.get_by_role("button", name="信息没错").click()
    expect(answer(page)).to_have_text("谢谢,记下了:信息没错。")  # type: ignore[arg-type]
    open_wrong(page)
    page.get_by_label("开门时间不对").check()
    page.get_by_label("补充一句").fill("周日不开 {{7*7}}<b>")
    page.get_by_role("button", name="发送").click()
    expect(answer(page)).to_contain_text("改成了你刚说的:开门时间不对")  # type: ignore[arg-type]
    assert page.url == f"{address}/p/{place}"
    assert said_of(database, place) == {"hours": {"n": 1, "at_door": 0}}
    assert page.locator("#feedback details").get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert page.context.cookies() == []
    assert page.problems == []  # type: ignore[attr-defined]
    # The phone's name stays the same for the next place, and is in no address.
    kept = page.evaluate("localStorage.getItem('locator.feedback.phone')")
    assert len(kept) == 32
    page.goto(f"{address}/p/{next(ids)}")
    page.get_by_role("button", name="信息没错").click()
    expect(answer(page)).to_contain_text("记下了")  # type: ignore[arg-type]
    assert page.evaluate("localStorage.getItem('locator.feedback.phone')") == kept
    assert not any(kept in url for url in page.requested)  # type: ignore[attr-defined]


def test_nothing_is_sent_before_something_is_chosen(
    address: str, database: Path, ids: Iterator[str], open_page: Callable[..., Page]
) -> None:
    place = next(ids)
    page = open_page(f"{address}/p/{place}")
    open_wrong(page)
    page.get_by_role("button", name="发送").click()
    assert (
        page.evaluate("document.querySelector('#feedback details form').checkValidity()") is False
    )
    assert said_of(database, place) == {}


def test_without_scripts_the_browser_sends_the_form_itself(
    address: str, database: Path, ids: Iterator[str], open_page: Callable[..., Page]
) -> None:
    place = next(ids)
    page = open_page(f"{address}/p/{place}", java_script_enabled=False)
    open_wrong(page)
    page.get_by_label("搬了、位置不对").check()
    page.get_by_label("补充一句").fill("搬到了对面")
    page.get_by_role("button", name="发送").click()
    page.wait_for_url(f"{address}/p/{place}?said=moved#feedback")
    expect(answer(page)).to_contain_text("谢谢,记下了:搬了、位置不对。")  # type: ignore[arg-type]
    assert said_of(database, place) == {"moved": {"n": 1, "at_door": 0}}
    assert page.context.cookies() == []


def test_offline_it_says_so_and_keeps_what_was_written(
    address: str, database: Path, ids: Iterator[str], open_page: Callable[..., Page]
) -> None:
    place = next(ids)
    page = open_page(f"{address}/p/{place}")
    open_wrong(page)
    page.get_by_label("别的").check()
    page.get_by_label("补充一句").fill("热水器坏了")
    page.context.set_offline(True)
    page.get_by_role("button", name="发送").click()
    expect(answer(page)).to_contain_text("现在没有网络,没有发出去")  # type: ignore[arg-type]
    assert page.get_by_label("补充一句").input_value() == "热水器坏了"
    page.context.set_offline(False)
    page.get_by_role("button", name="发送").click()
    expect(answer(page)).to_contain_text("谢谢,记下了:别的")  # type: ignore[arg-type]
    assert said_of(database, place) == {"other": {"n": 1, "at_door": 0}}


def test_by_keyboard_only_and_in_english_at_the_door(
    address: str, database: Path, ids: Iterator[str], open_page: Callable[..., Page]
) -> None:
    place = next(ids)
    token = door_token(SECRET.encode(), place)
    page = open_page(f"{address}/p/{place}?door={token}&lang=en")
    assert "You are at the door" in page.inner_text("#feedback")
    assert page.url == f"{address}/p/{place}?lang=en"  # an address that may be sent on
    page.get_by_role("button", name="All correct").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # opens the second choice
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first of the reasons
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("now across the road")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(answer(page)).to_have_text(  # type: ignore[arg-type]
        "Thank you, noted: Moved, or wrong on the map (said on the spot)."
        " This page changes once staff have checked."
    )
    assert said_of(database, place) == {"moved": {"n": 1, "at_door": 1}}


def test_the_sixth_place_in_an_hour_is_refused_with_a_sentence(
    address: str, database: Path, ids: Iterator[str], open_page: Callable[..., Page]
) -> None:
    places = [next(ids) for _ in range(6)]
    page = open_page()
    for place in places:
        page.goto(f"{address}/p/{place}")
        page.get_by_role("button", name="信息没错").click()
        expect(answer(page)).not_to_have_text("正在发送…")  # type: ignore[arg-type]
        expect(answer(page)).to_contain_text("。")  # type: ignore[arg-type]
    expect(answer(page)).to_contain_text("这部手机一小时里已经说了 5 处")  # type: ignore[arg-type]
    assert said_of(database, places[-1]) == {}
    page.goto(f"{address}/p/{places[-1]}?lang=en")
    page.get_by_role("button", name="All correct").click()
    expect(answer(page)).to_contain_text("Please try again later")  # type: ignore[arg-type]


@pytest.mark.parametrize("query", ["", "?lang=en", "?text=large"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_big_enough_fits_and_axe_finds_nothing(
    address: str,
    ids: Iterator[str],
    open_page: Callable[..., Page],
    width: int,
    scheme: str,
    query: str,
) -> None:
    page = open_page(
        f"{address}/p/{next(ids)}{query}",
        viewport={"width": width, "height": 740},
        color_scheme=scheme,
    )
    page.locator("#feedback summary").click()
    small = page.evaluate(
        """[...document.querySelectorAll("#feedback button, #feedback summary, #feedback .choice")]
        .filter((each) => each.getBoundingClientRect().height < 43.9)
        .map((each) => each.outerHTML)"""
    )
    assert small == []
    shown, inner = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert shown <= inner
    assert axe_problems(page, "#feedback") == []


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_screenshots(
    address: str, ids: Iterator[str], open_page: Callable[..., Page], size: str
) -> None:
    viewport = {"phone": PHONE, "desktop": DESKTOP}[size]
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    place = next(ids)
    token = door_token(SECRET.encode(), place)
    page = open_page(f"{address}/p/{place}?door={token}", viewport=viewport)
    section = page.locator("#feedback")
    section.screenshot(path=SCREENSHOTS / f"feedback-{size}.png")
    page.locator("#feedback summary").click()
    section.screenshot(path=SCREENSHOTS / f"feedback-wrong-{size}.png")
    page.get_by_label("关了、找不到").check()
    page.get_by_role("button", name="发送").click()
    expect(answer(page)).to_contain_text("谢谢")  # type: ignore[arg-type]
    section.screenshot(path=SCREENSHOTS / f"feedback-thanks-{size}.png")
