"""The streets of the base map in a real browser: fetched when they come into view, drawn, named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from services.settings import Settings
from services.travel.streets import build_network
from services.wiring import build
from services.workflows import build_base_tiles, load_sample
from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS, serving
from tests.conftest import VADUZ
from tests.drawn import LAT, LON, write_drawn_town

STREETS = re.compile(r"/tiles/|protomaps|basemap-(streets|names)")

VIEW = """async ([lat, lon, zoom]) => {
  const ready = document.querySelector("link[rel=modulepreload][href*=map-ready]").href;
  const { mapReady } = await import(ready);
  const { map } = await mapReady(document.getElementById("map"));
  map.setView([lat, lon], zoom, { animate: false });
}"""

COLOURS = """(names) => {
  const style = getComputedStyle(document.documentElement);
  const wanted = names.map((name) => style.getPropertyValue(name).trim().toLowerCase());
  const seen = Object.fromEntries(names.map((name) => [name, 0]));
  for (const canvas of document.querySelectorAll(".leaflet-streets-pane canvas")) {
    if (!canvas.width) continue;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] < 255) continue;
      const hex = "#" + [0, 1, 2].map((k) => data[i + k].toString(16).padStart(2, "0")).join("");
      const at = wanted.indexOf(hex);
      if (at >= 0) seen[names[at]] += 1;
    }
  }
  return seen;
}"""

WRITTEN = """() => {
  window.written = [];
  const draw = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
    window.written.push(text);
    return draw.call(this, text, ...at);
  };
}"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The second region with streets of its own."""
    folder = tmp_path_factory.mktemp("town")
    locator = build(Settings(database_url=f"sqlite:///{folder / 'registry.db'}", region=VADUZ))
    load_sample(locator)
    locator.database.dispose()
    pbf = write_drawn_town(folder / "town.osm.pbf")
    network = build_network(pbf, folder / "town.streets")
    build_base_tiles(pbf, network, folder / "town.pmtiles", progress=lambda _step: None)
    with serving(
        folder / "registry.db",
        LOCATOR_REGION=str(VADUZ),
        LOCATOR_STREETS=str(folder / "town.streets"),
    ) as address:
        yield address


def asked(page: Page) -> list[str]:
    return [url for url in page.requested if STREETS.search(url)]  # type: ignore[attr-defined]


def look_at(page: Page, zoom: float) -> None:
    with page.expect_response(lambda answer: "/tiles/" in answer.url):
        page.evaluate(VIEW, [LAT, LON, zoom])
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        "document.querySelectorAll('.leaflet-streets-pane canvas.leaflet-tile-loaded').length > 0"
    )


def test_far_away_the_streets_cost_nothing_and_near_by_they_are_fetched(
    town: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{town}/embed?center={LAT},{LON}&zoom=9", viewport=DESKTOP)
    page.evaluate(VIEW, [LAT + 3, LON, 14])  # near by, but not where the streets are
    page.wait_for_load_state("networkidle")
    assert asked(page) == []
    look_at(page, 14)
    tiles = [url for url in asked(page) if "/tiles/" in url]
    assert tiles
    # The map's zoom 14 is drawn from the tiles of 13, which are twice as wide.
    assert all(re.search(r"/tiles/[0-9a-f]{16}/13/\d+/\d+\.mvt$", url) for url in tiles)
    assert sum("protomaps" in url for url in asked(page)) == 1
    assert page.problems == []  # type: ignore[attr-defined]


def test_without_built_streets_nothing_of_them_is_asked_for(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(server + "/map", viewport=DESKTOP)
    page.evaluate(VIEW, [33.38, 120.15, 15])
    page.wait_for_load_state("networkidle")
    assert asked(page) == []
    assert page.locator(".leaflet-streets-pane").count() == 0
    assert page.problems == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_in_the_tiles_is_drawn_in_the_page_s_colours(
    scheme: str, town: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(town + "/map", viewport=DESKTOP, color_scheme=scheme)
    look_at(page, 16)
    names = ["--street", "--street-major", "--water", "--green", "--building"]
    page.wait_for_function(f"() => Object.values(({COLOURS})({names})).every((n) => n > 20)")
    assert page.problems == []  # type: ignore[attr-defined]


def test_a_change_of_theme_repaints_the_streets(town: str, open_page: Callable[..., Page]) -> None:
    page = open_page(town + "/map", viewport=PHONE, color_scheme="light")
    look_at(page, 16)
    light = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--street')")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"() => ({COLOURS})(['--street'])['--street'] > 20")
    dark = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--street')")
    assert light != dark


@pytest.mark.parametrize(("lang", "name"), [("zh-CN", "解放路"), ("en", "Jiefang Road")])
def test_a_street_is_named_in_the_page_s_language(
    lang: str, name: str, town: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport=PHONE)
    page.add_init_script(f"({WRITTEN})()")
    page.goto(f"{town}/map?lang={lang}", wait_until="networkidle")
    look_at(page, 15)
    page.wait_for_function("(name) => window.written.includes(name)", arg=name)
    # A steep Chinese name is written character by character, from the top.
    page.wait_for_function("""() => window.written.join("|").includes("南|北|街")""")
    other = {"解放路": "Jiefang Road", "Jiefang Road": "解放路"}[name]
    assert other not in page.evaluate("window.written")


def test_the_door_of_a_place_stands_out_on_its_streets(
    town: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(town, viewport=PHONE)
    place = page.locator("#places [data-id]").first.get_attribute("data-id")
    for name, view in {"phone": PHONE, "desktop": DESKTOP}.items():
        page = open_page(f"{town}/p/{place}", viewport=view)
        page.locator("#where").scroll_into_view_if_needed()
        page.wait_for_selector("#where .map-pin")
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"streets-place-{name}.png")
        assert page.problems == []  # type: ignore[attr-defined]


def test_when_the_streets_do_not_come_the_map_goes_on(
    town: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport=PHONE)
    page.route(re.compile("protomaps"), lambda route: route.abort())
    page.goto(town + "/map", wait_until="networkidle")
    with page.expect_request(re.compile("protomaps")):
        page.evaluate(VIEW, [LAT, LON, 15])
    page.wait_for_load_state("networkidle")
    assert page.locator(".leaflet-base-pane canvas").count() == 1
    page.unroute(re.compile("protomaps"))
    look_at(page, 16)  # the next move tries again
    assert page.locator(".leaflet-streets-pane").count() == 1
