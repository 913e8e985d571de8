"""Our Folium elements: each mounts one ES module of ``static/js/`` on the map.

Their templates are constant and their options are constants and settings, so there is nothing
for a row of the registry to get into. Branca renders every output through Jinja a second time;
``constant`` writes JSON that neither Jinja nor an HTML parser can mistake for its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from branca.element import MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template

AssetUrl = Callable[[str], str]
Styles = Sequence[Mapping[str, str]]
"""The kinds as the browser names and draws them (``Kind.style``)."""

_HTML_ESCAPES: Final = {ord(c): f"\\u{ord(c):04x}" for c in "<>&'"}


def constant(value: Any) -> str:
    """``value`` as JSON that is safe inside a script and inert in a second Jinja pass."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return re.sub(r"\{(?=[{%#])", r"\\u007b", text.translate(_HTML_ESCAPES))


class Module(MacroElement):
    """Calls ``mount(map, options)`` of an ES module and keeps what it returns under ``key``."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
import { mount as mount_{{ this.key }} } from {{ this.module }};
layers.{{ this.key }} = mount_{{ this.key }}({{ this._parent.get_name() }}, {{ this.settings }});
        {% endmacro %}
        """
    )

    def __init__(self, key: str, module_url: str, settings: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "Layer", key
        self.key = key
        self.module = constant(module_url)
        self.settings = constant(settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetTiles:
    """Vector tiles of streets: an address with ``{z}``, ``{x}``, ``{y}``, and where there are any.

    ``bounds`` is (south, west, north, east); a tile of zoom *z* is shown at the map's *z* + 1.
    """

    url: str
    bounds: tuple[float, float, float, float]
    min_zoom: int
    max_zoom: int


class Base(Module):
    """The base map: the region's own drawing, the streets over it where they were built and, with
    a key, Tianditu's tiles above both. The streets' script is fetched when they come into view.
    """

    def __init__(
        self, asset_url: AssetUrl, *, data_url: str, tianditu_key: str, streets: StreetTiles | None
    ) -> None:
        super().__init__(
            "base",
            asset_url("js/basemap.js"),
            {
                "data": data_url,
                "tianditu": tianditu_key,
                "streets": streets
                and {
                    "url": streets.url,
                    "bounds": streets.bounds,
                    "minZoom": streets.min_zoom,
                    "maxZoom": streets.max_zoom,
                    "library": asset_url("npm/protomaps-leaflet.js"),
                },
            },
        )


class Places(JSCSSMixin, Module):
    """The places, clustered and drawn on a canvas; the page hands them over by ``setPlaces``."""

    default_js = [("supercluster", "npm/supercluster.js")]  # noqa: RUF012  Folium's own form

    def __init__(
        self, asset_url: AssetUrl, *, kinds: Sequence[Mapping[str, str]], card: bool
    ) -> None:
        super().__init__(
            "places",
            asset_url("js/places-layer.js"),
            {
                "card": card,
                "kinds": list(kinds),
            },
        )


class Coverage(Module):
    """Covered once, covered twice and gaps; nothing is fetched before it is switched on."""

    def __init__(self, asset_url: AssetUrl, *, data_url: str) -> None:
        super().__init__("coverage", asset_url("js/coverage-layer.js"), {"data": data_url})


class Districts(Module):
    """The districts' outlines, each leading to its list."""

    def __init__(self, asset_url: AssetUrl, *, data_url: str) -> None:
        super().__init__("districts", asset_url("js/districts-layer.js"), {"data": data_url})


class Planner(Module):
    """The planner's cells, places, gaps and sites; the page hands all of them over."""

    def __init__(self, asset_url: AssetUrl, *, kinds: Styles) -> None:
        super().__init__(
            "planner",
            asset_url("js/planner-layer.js"),
            {"kinds": list(kinds)},
        )
