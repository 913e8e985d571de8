"""``/embed``: the finder to be framed by another site. It sets no cookie and traps no scroll."""

from __future__ import annotations

import re
from typing import Any

from apiflask import APIBlueprint
from flask import render_template
from pydantic import ConfigDict, Field, field_validator

from services import workflows
from services.geo.point import Point
from services.locator import Locator
from services.web.assets import Assets
from services.web.frames import around, frame
from services.web.pages import finder_context, first_list
from services.web.params import Names, Params, WholeNumber

CONTROLS = ("search", "locate", "list", "filter")


class EmbedQuery(Params):
    """What a frame may be asked to show. Unknown parameters are ignored: pages out in the world
    must not break when a parameter comes or goes.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: Names = ()
    district: str = Field("", max_length=12)
    center: str = Field("", description="lat,lon of the view: a place to show, not a person")
    zoom: WholeNumber = Field(13, ge=7, le=18)
    controls: Names = CONTROLS

    @field_validator("center")
    @classmethod
    def _two_numbers(cls, text: str) -> str:
        number = r"-?[0-9]{1,3}(?:\.[0-9]{1,6})?"
        if text and not re.fullmatch(rf"{number},{number}", text):
            raise ValueError("应是 纬度,经度")
        return text

    @field_validator("controls")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in CONTROLS:
                raise ValueError(f"可用的是 {'、'.join(CONTROLS)}")
        return names

    @property
    def point(self) -> Point | None:
        """The centre. Raises ``InvalidInput``."""
        return Point(*map(float, self.center.split(","))) if self.center else None


def blueprint(locator: Locator, assets: Assets) -> APIBlueprint:
    """The route of the frame."""
    routes = APIBlueprint("embed", __name__, enable_openapi=False)

    @routes.get("/embed")
    @routes.input(EmbedQuery, location="query", arg_name="query")
    def embed(query: EmbedQuery) -> str:
        kinds = workflows.known_names(locator, "kind", query.kind)
        point = query.point
        initial: dict[str, Any] = {
            "kinds": sorted(kinds),
            "district": query.district,
            "center": [point.lat, point.lon] if point else None,
        }
        return render_template(
            "embed.html",
            map=frame(
                locator, assets, label="服务点地图", gestures="embed", card=False,
                **around(point, query.zoom),
            ),
            embed={"controls": query.controls, "kinds": sorted(kinds)},
            **first_list(locator, kinds=sorted(kinds), district=query.district),
            **finder_context(locator, initial),
        )  # fmt: skip

    return routes
