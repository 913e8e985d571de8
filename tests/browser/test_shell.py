"""The shell of every page: large text, the header."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import PHONE, SCREENSHOTS, axe_problems


def test_the_large_text_is_remembered_on_the_phone_only(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(server, viewport=PHONE)
    usual = page.evaluate("getComputedStyle(document.body).fontSize")
    page.click("a[data-large]")
    large = page.evaluate("getComputedStyle(document.body).fontSize")
    assert (usual, large) == ("17px", "20.995px")
    assert page.locator("a[data-large]").inner_text() == "标准"
    page.add_init_script(
        """new MutationObserver((_, seen) => {
          if (!document.body) return;
          window.sizeAtFirst = document.documentElement.dataset.text;
          seen.disconnect();
        }).observe(document, {childList: true, subtree: true})"""
    )
    page.goto(f"{server}/about", wait_until="networkidle")
    assert page.evaluate("window.sizeAtFirst") == "large"  # before there was anything to paint
    assert "text=" not in page.url
    assert page.context.cookies() == []
    page.screenshot(path=SCREENSHOTS / "about-large.png")
    page.click("a[data-large]")
    page.goto(f"{server}/?text=large", wait_until="networkidle")
    assert page.get_attribute("html", "data-text") is None  # this phone has said what it wants


def test_without_scripts_the_large_text_is_a_link(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(server, java_script_enabled=False)
    page.click("a[data-large]")
    assert page.url.endswith("/?text=large")
    assert page.get_attribute("html", "data-text") == "large"
    page.click("a[data-large]")
    assert page.url.endswith("/")


@pytest.mark.parametrize(
    ("width", "query", "height"),
    [
        (320, "", 46),
        (360, "", 46),
        (1280, "", 46),
        (320, "?lang=en", 56),
        (360, "?lang=en", 46),
        (1280, "?lang=en", 46),
        (360, "?text=large", 57),
        (1280, "?text=large", 57),
    ],
)
def test_the_header_is_one_line_of_targets_for_a_thumb(
    width: int, query: str, height: int, server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{server}/about{query}", viewport={"width": width, "height": 740})
    boxes = page.eval_on_selector_all(
        ".top a",
        """links => links.filter((a) => a.getClientRects().length).map((a) => {
          const {left, top, right, bottom} = a.getBoundingClientRect();
          return {left, top, right, bottom};
        })""",
    )
    assert len(boxes) == (8 if width == 1280 else 4)
    for box in boxes:
        assert box["bottom"] - box["top"] >= 44
        assert box["right"] - box["left"] >= 44
        assert 0 <= box["left"] < box["right"] <= width
    middles = {round((box["top"] + box["bottom"]) / 2) for box in boxes}
    assert len(middles) == 1
    assert page.evaluate("document.querySelector('.top').offsetHeight") <= height


LOST = {"": "没有下载完,点这里再试", "?lang=en": "Not everything was downloaded: tap to try again"}


@pytest.mark.parametrize("query", LOST)
@pytest.mark.parametrize("module", ["cards", "find", "words", "finder"])
def test_a_finder_without_one_of_its_modules_says_so(
    module: str, query: str, server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport=PHONE)
    route = f"**/js/{module}.js"
    page.route(route, lambda route: route.abort())
    page.goto(f"{server}/{query}", wait_until="networkidle")
    again = page.locator("#lost").get_by_role("link", name=LOST[query])
    again.wait_for()
    for link in page.locator("#lost a").all():
        box = link.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] + box["width"] <= PHONE["width"]
    page.screenshot(path=SCREENSHOTS / f"lost-{module}{query[-2:]}.png")
    assert axe_problems(page, "header") == []
    assert not any("Content Security Policy" in one for one in page.problems)  # type: ignore[attr-defined]
    page.locator("#lost a[href='#districts']").click()
    assert page.locator("#districts a").first.is_visible()
    page.unroute(route)
    again.click()
    page.locator("#places[data-live]").wait_for()
    assert page.locator("#lost").is_hidden()
    assert page.url == f"{server}/{query}"


def test_a_frame_says_so_too_and_stays_a_frame(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.route("**/js/finder.js", lambda route: route.abort())
    page.goto(f"{server}/embed", wait_until="networkidle")
    page.get_by_role("link", name=LOST[""]).click()
    page.locator("#lost").wait_for()
    assert len(page.context.pages) == 1


def test_a_style_that_is_lost_is_said(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.route("**/css/app.css", lambda route: route.abort())
    page.goto(f"{server}/about")
    page.get_by_role("link", name=LOST[""]).wait_for()


def test_a_module_that_never_comes_is_not_waited_for_without_a_word(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    stuck: list[Route] = []

    def hold(route: Route) -> None:
        stuck.append(route)

    page.clock.install()
    page.route("**/js/cards.js", hold)
    page.goto(server, wait_until="commit")
    page.locator("#districts").wait_for(state="attached")
    page.clock.run_for(9_000)
    assert page.locator("#lost").is_hidden()
    page.clock.run_for(2_000)
    page.get_by_role("link", name=LOST[""]).wait_for()
    for route in stuck:
        route.continue_()
    page.locator("#places[data-live]").wait_for()
    page.clock.run_for(2_000)
    assert page.locator("#lost").is_hidden()
