"""Every state of the worker's pages, under axe, at two widths, light and dark; and as a screen
reader meets it: the tree is written to ``build/screen-reader-*.txt``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from services.settings import ROOT
from tests.browser.conftest import SCREENSHOTS, axe_problems

HERE = {"latitude": 33.3832, "longitude": 120.1306}
ALLOWED = {"geolocation": HERE, "permissions": ["geolocation"]}


def locate(page: Page) -> None:
    page.click("#locate")
    page.get_by_text("从你的位置算起").wait_for()


def results(page: Page) -> None:
    locate(page)
    page.locator("#places .place .where").first.click()
    page.locator("#places [aria-current]").wait_for()


def refused(page: Page) -> None:
    page.click("#locate")
    page.locator("#problem:not([hidden])").wait_for()


def empty(page: Page) -> None:
    page.fill("#search", "没有这样的地方")
    page.locator("#places .message").wait_for()


def filters_open(page: Page) -> None:
    page.click("#all-amenities")
    page.locator("#filter-sheet[open]").wait_for()


def filtered(page: Page) -> None:
    for amenity in ("meal_heating", "charging", "toilet"):
        # By key: a chip that the fixed "+" covers comes out from under it when it has the focus.
        page.focus(f"#amenities input[name=amenity][value={amenity}]")
        page.keyboard.press("Space")
    page.locator("#unrecorded:not([hidden])").wait_for()


def searched(page: Page) -> None:
    page.fill("#search", "jfnl")
    page.locator("#places .place").first.wait_for()


def offline(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("caches.keys().then((names) => names.length > 0)")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.reload()
    page.locator("#places .place").first.wait_for()


def no_list(page: Page) -> None:
    page.locator("#problem:not([hidden])").wait_for()


STATES: dict[str, tuple[Callable[[Page], None], dict[str, Any]]] = {
    "results": (results, ALLOWED),
    "refused": (refused, {}),
    "empty": (empty, {}),
    "filter-open": (filters_open, {}),
    "filtered": (filtered, ALLOWED),
    "searched": (searched, {}),
    "offline": (offline, {}),
    "no-list": (no_list, {}),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_in_any_state(
    name: str, width: int, scheme: str, server: str, open_page: Callable[..., Page]
) -> None:
    reach, options = STATES[name]
    page = open_page(
        viewport={"width": width, "height": 740},
        color_scheme=scheme,
        reduced_motion="reduce",
        service_workers="allow" if name == "offline" else "block",
        **options,
    )
    if name == "no-list":
        page.route("**/api/v1/places.json", lambda route: route.fulfill(status=503))
    page.goto(server, wait_until="networkidle")
    reach(page)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"state-{name}-{width}-{scheme}.png")
    assert axe_problems(page) == []
    inner, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert inner <= shown


@pytest.mark.parametrize("view", ["text=large", "lang=en", "lang=en&text=large"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/", "/map", "/about", "/embed/builder", "/nowhere"])
def test_axe_finds_nothing_in_large_text_and_in_english(
    path: str, width: int, view: str, server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{server}{path}?{view}", viewport={"width": width, "height": 740})
    assert axe_problems(page) == []
    inner, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert inner <= shown


def spoken(page: Page) -> str:
    """What the accessibility tree gives to a screen reader, indented; without what is ignored."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    children = {node["nodeId"]: node.get("childIds", []) for node in nodes}
    by_id = {node["nodeId"]: node for node in nodes}
    lines: list[str] = []

    def walk(identity: str, depth: int) -> None:
        node = by_id.get(identity)
        if node is None:
            return
        role = node.get("role", {}).get("value", "")
        name = node.get("name", {}).get("value", "")
        plain = role in ("none", "generic", "InlineTextBox", "paragraph", "StaticText")
        if not node["ignored"] and (name or not plain) and role != "InlineTextBox":
            lines.append(f"{'  ' * depth}{role}: {name}".rstrip())
            depth += 1
        for child in children[identity]:
            walk(child, depth)

    walk(nodes[0]["nodeId"], 0)
    return "\n".join(lines) + "\n"


def test_a_screen_reader_is_told_what_is_open_how_far_and_what_to_press(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(server, reduced_motion="reduce", **ALLOWED)
    before = spoken(page)
    results(page)
    tree = spoken(page)
    out = ROOT / "build"
    out.mkdir(exist_ok=True)
    (out / "screen-reader-finder.txt").write_text(tree)
    assert "button: 离我最近、现在开门" in before
    assert re.search(r"heading: .*处,到了能进门 \d+ 处", tree)
    place = page.locator("#places .place-name a").first
    assert f"link: {place.inner_text()}" in tree
    assert re.search(r"radio: 步行", tree)
    assert re.search(r"checkbox: 热饭", tree)
    # Nothing that can be pressed is without a name.
    assert re.findall(r"^\s*(?:button|link|checkbox|radio|textbox|searchbox):$", tree, re.M) == []

    place.click()
    page.wait_for_load_state("networkidle")
    tree = spoken(page)
    (out / "screen-reader-place.txt").write_text(tree)
    assert re.search(r"heading: .+", tree)
    assert "link: 导航过去" in tree
    assert re.findall(r"^\s*(?:button|link|checkbox|radio|textbox|searchbox):$", tree, re.M) == []
