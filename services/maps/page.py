"""The map's frame as three strings for a page: head, body and script.

``render_map`` is a function of its options alone, and cached: the same options give the same
bytes, whatever the registry holds. Folium links its libraries to foreign hosts; here each link of
the frame's head is replaced by our own copy or dropped *by name*, and an unknown name raises, so
that an upgrade of Folium fails a test instead of calling a stranger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import folium
from branca.element import Figure, JavascriptLink
from folium.template import Template
from markupsafe import Markup, escape

from services.geo.point import Point
from services.maps.layers import (
    Base,
    Coverage,
    Districts,
    Places,
    Planner,
    StreetTiles,
    constant,
)
from services.places import vocabulary

LayerName = Literal["base", "districts", "coverage", "places", "planner"]
ControlName = Literal["zoom", "scale"]
Gestures = Literal["page", "embed"]

OWN_COPIES: Final[Mapping[str, str]] = {
    "leaflet": "npm/leaflet.js",
    "supercluster": "npm/supercluster.js",
}
"""What Folium's head calls a script, and our copy of it."""

UNUSED: Final = frozenset(
    {
        "meta_http",  # the page has its own
        "jquery",
        "bootstrap",
        "awesome_markers",
        "leaflet_css",  # part of css/app.css
        "bootstrap_css",
        "glyphicons_css",
        "awesome_markers_font_css",
        "awesome_markers_css",
        "awesome_rotate_css",
    }
)

MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "base": ("js/basemap.js",),
    "places": ("js/places-layer.js",),
    "districts": ("js/districts-layer.js",),
    "coverage": ("js/coverage-layer.js",),
    "planner": ("js/planner-layer.js",),
}
FRAME_MODULES: Final = ("js/map-ready.js", "js/map-frame.js", "js/map-canvas.js")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOptions:
    """What a frame may vary in: constants, settings and checked numbers, never a registry row.

    ``bounds`` is (south, west, north, east) and, when given, wins over ``center`` and ``zoom`` as
    the first view. ``gestures``: "page" zooms with the wheel and moves with one finger; "embed"
    leaves both to the page around it (ctrl + wheel, two fingers). ``card`` opens a card for the
    place that is chosen on the map. ``english``: kinds carry their English names; ``label`` and
    ``wait`` (what stands there until the map is drawn) come in the page's language.
    """

    center: Point
    zoom: int
    bounds: tuple[float, float, float, float] | None = None
    layers: tuple[LayerName, ...] = ("base", "places")
    controls: tuple[ControlName, ...] = ("zoom", "scale")
    gestures: Gestures = "page"
    card: bool = True
    label: str = "地图"
    wait: str = "地图正在画"
    english: bool = False
    review_number: str = ""
    tianditu_key: str = ""
    credits: tuple[str, ...] = ()
    streets: StreetTiles | None = None
    min_zoom: int = 7
    max_zoom: int = 18
    basemap_url: str = "/api/v1/basemap.json"
    coverage_url: str = "/api/v1/coverage/areas"


@dataclass(frozen=True, slots=True)
class MapParts:
    """Three pieces of trusted markup.

    ``body`` is the map's ``<div id="map">``. ``script`` is the text of an ES module, for
    ``<script type="module" nonce="…">``. Deferred scripts and modules run in the order of the
    page: ``head`` belongs *after* the modules that must not wait for Leaflet.
    """

    head: Markup
    body: Markup
    script: Markup


class DeferredScript(JavascriptLink):
    """A script that does not hold up the page's first list."""

    _template = Template('<script defer src="{{ this.url }}"></script>')


class MapPage(folium.Map):
    """Folium's map without its head: no inline style, no foreign host, no ``user-scalable=no``."""

    element_id: Final = "map"

    _template = Template(
        """
        {% macro html(this, kwargs) %}
<div class="map" id="{{ this.element_id }}"><p class="map-wait">{{ this.wait }}</p></div>
        {% endmacro %}

        {% macro script(this, kwargs) %}
import { announce } from {{ this.ready_module }};
import { frame } from {{ this.frame_module }};
const layers = {};
const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const {{ this.get_name() }} = L.map({{ this.element_id|tojson }}, {
center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}, zoomAnimation: !calm, inertia: !calm,
...{{ this.options|tojavascript }}
});
frame({{ this.get_name() }}, {{ this.frame_settings }});
queueMicrotask(() => announce({{ this.get_name() }}, layers));
        {% endmacro %}
        """
    )

    def __init__(self, options: MapOptions, asset_url: Callable[[str], str]) -> None:
        super().__init__(
            location=[options.center.lat, options.center.lon],
            zoom_start=options.zoom,
            tiles=None,
            prefer_canvas=True,
            zoom_control=False,
            attribution_control=False,  # its texts would run as markup; ours is text
        )
        self._id = "locator"
        # With tiles=None Folium drops its own two arguments.
        self.options["min_zoom"] = options.min_zoom
        self.options["max_zoom"] = options.max_zoom
        if not options.tianditu_key:
            self.options["zoom_snap"] = 0.5  # a drawing is sharp at any zoom; tiles are not
        self.asset_url = asset_url
        self.wait = escape(options.wait)
        self.ready_module = constant(asset_url("js/map-ready.js"))
        self.frame_module = constant(asset_url("js/map-frame.js"))
        self.frame_settings = constant(
            {
                "label": options.label,
                "bounds": options.bounds,
                "controls": options.controls,
                "gestures": options.gestures,
                "reviewNumber": options.review_number,
                "credits": options.credits,
            }
        )
        for layer in options.layers:
            self.add_child(self._layer(layer, options))
        self.modules = (
            *FRAME_MODULES,
            *(module for layer in options.layers for module in MODULES[layer]),
        )

    def _layer(self, layer: LayerName, options: MapOptions) -> Any:
        if layer == "base":
            return Base(
                self.asset_url,
                data_url=options.basemap_url,
                tianditu_key=options.tianditu_key,
                streets=options.streets,
            )
        if layer == "districts":
            return Districts(self.asset_url, data_url=options.basemap_url)
        if layer == "coverage":
            return Coverage(self.asset_url, data_url=options.coverage_url)
        if layer == "planner":
            return Planner(self.asset_url, kinds=_styles(options))
        return Places(self.asset_url, kinds=_styles(options), card=options.card)

    def parts(self) -> MapParts:
        """Render. Raises ``LookupError`` for a link in Folium's head that we do not know."""
        figure = self.get_root()
        assert isinstance(figure, Figure)  # noqa: S101  folium.Map puts itself into one
        self.render()  # type: ignore[no-untyped-call]
        self._use_own_copies(figure)
        preloads = "".join(
            f'<link rel="modulepreload" href="{self.asset_url(module)}">\n'
            for module in self.modules
        )
        return MapParts(
            head=_tidy(preloads + figure.header.render()),
            body=_tidy(figure.html.render()),
            script=_tidy(figure.script.render()),
        )

    def _use_own_copies(self, figure: Figure) -> None:
        links = figure.header._children
        for name in tuple(links):
            if name in UNUSED:
                del links[name]
            elif name in OWN_COPIES:
                links[name] = DeferredScript(self.asset_url(OWN_COPIES[name]))
            else:
                raise LookupError(f"不认识 Folium 页头里的“{name}”:请给出我们自己的副本或删去")


def _styles(options: MapOptions) -> list[dict[str, str]]:
    return [kind.style(english=options.english) for kind in vocabulary().kinds]


def _tidy(text: str) -> Markup:
    # Constants and settings only, each escaped for its place by ``layers.constant``.
    lines = (line.strip() for line in text.splitlines())
    return Markup("".join(f"{line}\n" for line in lines if line))  # noqa: S704


@lru_cache(maxsize=128)
def render_map(options: MapOptions, asset_url: Callable[[str], str]) -> MapParts:
    """The frame for these options; ``asset_url("npm/leaflet.js")`` gives an address of ours.

    Raises ``LookupError`` where Folium wants a library that we have no copy of.
    """
    return MapPage(options, asset_url).parts()
