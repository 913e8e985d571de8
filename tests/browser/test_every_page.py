"""Each page in a real Chromium: it draws, it fits, it calls nobody else, axe finds nothing."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS, axe_problems


@pytest.fixture(scope="session")
def paths(server: str) -> dict[str, str]:
    """The pages by name; a station stands for all places."""
    with urllib.request.urlopen(f"{server}/api/v1/places.json") as answer:
        places = json.load(answer)
    station = places["kind"].index(places["kinds"].index("station"))
    adcode = places["districts"][places["district"][station]][0]
    return {
        "finder": "/",
        "map": "/map",
        "coverage": "/coverage",
        "place": f"/p/{places['id'][station]}",
        "district": f"/d/{adcode}",
        "embed": "/embed",
        "about": "/about",
        "error": "/nowhere",
        "offline": "/offline",
    }


NAMES = ("finder", "map", "coverage", "place", "district", "embed", "about", "error", "offline")


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_draws_fits_and_calls_only_our_own_host(
    name: str, size: str, server: str, paths: dict[str, str], open_page: Callable[..., Page]
) -> None:
    viewport = {"phone": PHONE, "desktop": DESKTOP}[size]
    page = open_page(server + paths[name], viewport=viewport)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{size}.png")

    own = [url for url in page.requested if url.startswith((server + "/", "data:"))]
    assert own == page.requested
    expected = ["404"] if name == "error" else []
    assert [problem for problem in page.problems if not any(e in problem for e in expected)] == []
    width, shown = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= shown
    assert "示例数据" in page.inner_text("body")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_violation(
    name: str,
    width: int,
    scheme: str,
    server: str,
    paths: dict[str, str],
    open_page: Callable[..., Page],
) -> None:
    page = open_page(
        server + paths[name], viewport={"width": width, "height": 740}, color_scheme=scheme
    )
    assert axe_problems(page) == []
