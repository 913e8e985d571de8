"""The shell of every page: large text, the header."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, SCREENSHOTS


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
