"""Folium frames for the pages: options from the region and the settings, never from a row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from services.geo.point import Point
from services.locator import Locator
from services.maps.layers import StreetTiles
from services.maps.page import MapOptions, MapParts, render_map
from services.web import base_tiles
from services.web.assets import Assets
from services.web.choice import ZOOM
from services.web.language import gettext as _
from services.web.security import nonce
from services.web.view import view


def frame(locator: Locator, assets: Assets, **options: Any) -> MapParts:
    """The frame with these options, on the region's default view.

    Its ``script`` is the whole element and carries this response's nonce.
    """
    region, settings, tiles = locator.region, locator.settings, locator.base_tiles
    parts = render_map(
        MapOptions(
            **{
                "center": region.center,
                "zoom": region.zoom,
                "review_number": settings.map_review_number,
                "tianditu_key": settings.tianditu_key,
                "credits": (*region.credits, tiles.credit) if tiles else region.credits,
                "streets": StreetTiles(
                    url=base_tiles.address(locator),
                    bounds=tiles.bounds,
                    min_zoom=tiles.min_zoom,
                    max_zoom=tiles.max_zoom,
                )
                if tiles
                else None,
                "english": view().lang == "en",
                "wait": _("地图正在画,名单可以先用"),
                **options,
            }
        ),
        assets.addresses[view().lang],
    )
    opening = Markup('<script type="module" nonce="{}">\n').format(nonce())
    return replace(parts, script=opening + parts.script + Markup("</script>"))


def around(point: Point | None, zoom: int | None) -> dict[str, Any]:
    """Options for a view around a point, or of this zoom."""
    asked = {"zoom": zoom or (ZOOM if point else None), "center": point and point.rounded(4)}
    return {name: value for name, value in asked.items() if value is not None}
