"""The map's frame: constants and settings in, three strings out, no stranger called."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import folium
import pytest
from branca.element import CssLink, JavascriptLink

from services.geo.point import Point
from services.maps.layers import StreetTiles, constant
from services.maps.page import FRAME_MODULES, MODULES, MapOptions, MapPage, MapParts, render_map
from services.places import vocabulary

STATIC = Path(__file__).resolve().parents[3] / "static"

EVERYTHING = MapOptions(
    center=Point(33.37, 120.15),
    zoom=10,
    bounds=(32.57, 119.45, 34.48, 120.96),
    layers=("base", "coverage", "districts", "places", "planner"),
    review_number="GS(2024)0568号",
    tianditu_key="0123456789abcdef",
    credits=("区县界线:天地图", "地名点位:GeoNames(CC BY 4.0)"),
    streets=StreetTiles(
        url="/tiles/0f1e/{z}/{x}/{y}.mvt",
        bounds=(33.0, 119.5, 34.0, 120.9),
        min_zoom=9,
        max_zoom=15,
    ),
)


def asset(name: str) -> str:
    return f"/assets/0f1e/{name}"


def text_of(parts: MapParts) -> str:
    return parts.head + parts.body + parts.script


def test_the_same_options_give_the_same_bytes_however_often_they_are_rendered() -> None:
    first = MapPage(EVERYTHING, asset).parts()
    second = MapPage(EVERYTHING, asset).parts()
    assert text_of(first) == text_of(second)


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "from services.geo.point import Point\n"
        "from services.maps.page import *\n"
        "o = MapOptions(center=Point(33.37, 120.15), zoom=10)\n"
        "p = render_map(o, '/assets/0f1e/{}'.format)\n"
        "import sys; sys.stdout.buffer.write((p.head + p.body + p.script).encode())"
    )
    root = Path(__file__).resolve().parents[3]
    run = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, check=True)
    here = render_map(MapOptions(center=Point(33.37, 120.15), zoom=10), asset)
    assert run.stdout.decode() == text_of(here)


def test_every_script_module_and_link_is_on_our_own_host() -> None:
    parts = render_map(EVERYTHING, asset)
    urls = re.findall(r"""(?:src|href)=["']([^"']*)["']|from "([^"]*)\"""", text_of(parts))
    addresses = [one or other for one, other in urls]
    assert asset("npm/leaflet.js") in addresses
    assert asset("npm/supercluster.js") in addresses
    assert asset("js/places-layer.js") in addresses
    assert [a for a in addresses if not a.startswith("/assets/0f1e/")] == []
    assert "//" not in text_of(parts)


def test_nothing_but_leaflet_and_our_clustering_is_loaded_as_a_plain_script() -> None:
    scripts = re.findall(r"<script[^>]*>", render_map(EVERYTHING, asset).head)
    assert scripts == [
        f'<script defer src="{asset("npm/leaflet.js")}">',
        f'<script defer src="{asset("npm/supercluster.js")}">',
    ]


def test_the_streets_are_handed_to_the_base_map_and_their_library_waits() -> None:
    parts = render_map(EVERYTHING, asset)
    options = constant(
        {
            "bounds": (33.0, 119.5, 34.0, 120.9),
            "library": asset("npm/protomaps-leaflet.js"),
            "maxZoom": 15,
            "minZoom": 9,
            "url": "/tiles/0f1e/{z}/{x}/{y}.mvt",
        }
    )
    assert f'"streets":{options}' in parts.script
    assert "protomaps" not in parts.head
    assert "basemap-streets" not in parts.head + parts.script


def test_without_streets_the_base_map_is_told_of_none() -> None:
    parts = render_map(MapOptions(center=Point(33.37, 120.15), zoom=10), asset)
    assert '"streets":null' in parts.script
    assert "protomaps" not in text_of(parts)


def test_a_map_without_places_does_not_load_the_clustering() -> None:
    parts = render_map(MapOptions(center=Point(33.37, 120.15), zoom=10, layers=("base",)), asset)
    assert "supercluster" not in text_of(parts)


@pytest.mark.parametrize("link", [JavascriptLink, CssLink])
def test_a_link_that_folium_has_not_had_before_stops_the_rendering(
    link: type[JavascriptLink] | type[CssLink],
) -> None:
    page = MapPage(EVERYTHING, asset)
    page.get_root().header.add_child(link("https://cdn.example/new"), name="brand_new")
    with pytest.raises(LookupError, match="brand_new"):
        page.parts()


def test_rendering_a_frame_leaves_folium_s_own_map_as_it_was() -> None:
    before = (tuple(folium.Map.default_js), tuple(folium.Map.default_css))
    render_map(EVERYTHING, asset)
    MapPage(EVERYTHING, asset).parts()
    assert (tuple(folium.Map.default_js), tuple(folium.Map.default_css)) == before


def test_the_frame_needs_no_inline_style_and_no_inline_script_outside_its_module() -> None:
    parts = render_map(EVERYTHING, asset)
    assert "<style" not in text_of(parts)
    assert "style=" not in text_of(parts)
    assert "user-scalable" not in text_of(parts)
    assert not re.search(r"\son[a-z]+=", parts.body)
    assert parts.body == ('<div class="map" id="map"><p class="map-wait">地图正在画</p></div>\n')


HOSTILE = "{{ 7*7 }}{% raw %}{# </script><img src=x onerror=alert(1)> '\"\\` ${1}"


def test_a_hostile_setting_stays_text_through_both_template_passes() -> None:
    options = MapOptions(
        center=Point(33.37, 120.15),
        zoom=10,
        label=HOSTILE,
        review_number=HOSTILE,
        tianditu_key=HOSTILE,
        credits=(HOSTILE,),
        basemap_url=HOSTILE,
    )
    script = render_map(options, asset).script
    assert "{{" not in script
    assert "{%" not in script
    assert "<" not in script
    assert "49" not in script
    # The browser's JSON reading gives back what was set: four settings and the URL.
    shown = script.count(constant(HOSTILE))
    assert shown == 5


def test_constants_are_json_that_neither_jinja_nor_html_can_read() -> None:
    assert constant({"a": "{{x}}"}) == '{"a":"\\u007b{x}}"}'
    assert constant("{%{#") == '"\\u007b%\\u007b#"'
    assert constant("</script>&'") == '"\\u003c/script\\u003e\\u0026\\u0027"'


def test_tiles_are_shown_at_whole_zooms_and_the_drawing_at_halves() -> None:
    plain = MapOptions(center=Point(33.37, 120.15), zoom=10)
    assert '"zoomSnap": 0.5' in render_map(plain, asset).script
    assert "zoomSnap" not in render_map(EVERYTHING, asset).script


def test_leaflet_s_own_attribution_with_its_flag_is_off() -> None:
    assert '"attributionControl": false' in render_map(EVERYTHING, asset).script


def test_every_module_that_a_frame_names_is_a_file_of_ours() -> None:
    named = {*FRAME_MODULES, *(path for paths in MODULES.values() for path in paths)}
    assert [path for path in sorted(named) if not (STATIC / path).is_file()] == []


def test_no_module_of_the_map_writes_markup() -> None:
    writers = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|bindPopup|eval\(")
    found = [
        path.name for path in STATIC.glob("js/*.js") if writers.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_every_kind_has_its_own_shape_made_of_paths() -> None:
    svg = "{http://www.w3.org/2000/svg}"
    sprite = ElementTree.parse(STATIC / "icons" / "kinds.svg").getroot()
    shapes = {
        symbol.get("id"): [path.get("d") for path in symbol.iter(f"{svg}path")]
        for symbol in sprite.iter(f"{svg}symbol")
    }
    drawn = [tuple(shapes[kind.symbol]) for kind in vocabulary().kinds]
    assert all(drawn)
    assert len(set(drawn)) == len(drawn)
    # The canvas draws paths and nothing else.
    assert {element.tag for element in sprite.iter()} == {
        f"{svg}{t}" for t in ("svg", "symbol", "path")
    }
