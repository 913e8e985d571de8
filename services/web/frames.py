"""Folium frames for the pages: options from the region and the settings, never from a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from services.geo.point import Point
from services.locator import Locator
from services.maps.page import MapOptions, render_map
from services.web.assets import Assets
from services.web.security import nonce


@dataclass(frozen=True, slots=True)
class Frame:
    """A map's pieces, ready for a template; the script carries this response's nonce."""

    head: Markup
    body: Markup
    script: Markup


def frame(locator: Locator, assets: Assets, **options: Any) -> Frame:
    """The frame with these options, on the region's default view."""
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
    script = Markup('<script type="module" nonce="{}">\n').format(nonce())
    return Frame(
        head=Markup(parts.head),  # noqa: S704  the frame is made of constants and settings
        body=Markup(parts.body),  # noqa: S704
        script=script + Markup(parts.script) + Markup("</script>"),  # noqa: S704
    )


def around(point: Point | None, zoom: int) -> dict[str, Any]:
    """Options for a view around a point."""
    return {"center": point.rounded(4), "zoom": zoom} if point else {}
