"""Folium frames for the pages: options from the region and the settings, never from a row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from services.geo.point import Point
from services.locator import Locator
from services.maps.page import MapOptions, MapParts, render_map
from services.web.assets import Assets
from services.web.security import nonce


def frame(locator: Locator, assets: Assets, **options: Any) -> MapParts:
    """The frame with these options, on the region's default view.

    Its ``script`` is the whole element and carries this response's nonce.
    """
    region, settings = locator.region, locator.settings
    parts = render_map(
        MapOptions(
            **{
                "center": region.center,
                "zoom": region.zoom,
                "review_number": settings.map_review_number,
                "tianditu_key": settings.tianditu_key,
                "credits": region.credits,
                **options,
            }
        ),
        assets.url,
    )
    opening = Markup('<script type="module" nonce="{}">\n').format(nonce())
    return replace(parts, script=opening + parts.script + Markup("</script>"))


def around(point: Point | None, zoom: int) -> dict[str, Any]:
    """Options for a view around a point."""
    return {"center": point.rounded(4), "zoom": zoom} if point else {}
