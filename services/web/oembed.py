"""oEmbed 1.0 (https://oembed.com): whoever pastes a link of ours gets the frame for it.

Answers for the finder, the map, a place, a district and a frame. JSON only; the specification asks
for 501 where a format is not offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import parse_qs

from apiflask import APIBlueprint
from flask import Response, abort
from pydantic import ConfigDict, Field

from services.errors import InvalidInput, NotFound
from services.locator import Locator
from services.pictures.values import CARD
from services.web.addresses import absolute, ours
from services.web.choice import EVERYTHING, Choice, address, known_choice
from services.web.embed import known_controls
from services.web.language import district_name, product_name
from services.web.language import gettext as _
from services.web.params import Params, WholeNumber
from services.web.representations import json_response
from services.web.view import View, answer_in, link, view

WIDTH: Final = 480
HEIGHT: Final = 640
PLACE_ZOOM: Final = 16
CACHE_S: Final = 86_400


class OembedQuery(Params):
    """What a consumer asks. Others may add to it (WordPress sends ``dnt``): that is ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    url: str = Field(max_length=2000, description="a page of ours")
    format: str = Field("json", max_length=8)
    maxwidth: WholeNumber | None = Field(None, ge=1, le=10_000)
    maxheight: WholeNumber | None = Field(None, ge=1, le=10_000)


@dataclass(frozen=True, slots=True)
class Framed:
    """What stands for a page of ours in a frame."""

    title: str
    frame: str
    picture: str


def snippet(src: str, title: str, width: int | str, height: int) -> str:
    """The frame as markup for another site's page."""
    return (
        f'<iframe src="{escape(src)}" title="{escape(title)}" width="{width}" height="{height}" '
        'style="border:0" loading="lazy" allow="geolocation"></iframe>'
    )


def framed(locator: Locator, url: str) -> Framed:
    """The frame for a page of ours. Raises ``InvalidInput``, ``NotFound``."""
    parts = ours(url, locator.settings)
    if parts is None:
        raise InvalidInput("这个网址不是本站的,请给出本站页面的完整网址。", field="url", value=url)
    query = parse_qs(parts.query, keep_blank_values=True)
    said = {name: ",".join(values) for name, values in query.items()}
    answer_in(View.of(said))
    looks = view().parameters
    product = product_name(locator.region)
    path = parts.path.rstrip("/") or "/"
    kind, _slash, rest = path.lstrip("/").partition("/")
    if kind == "p":
        place = locator.snapshot().by_id.get(rest)
        if place is None:
            raise NotFound(_("没有这个服务点,或者它已经撤下。"))
        shown = EVERYTHING
        if place.point is not None and place.is_located:
            at = place.point.rounded(5)
            shown = Choice.model_validate({"center": f"{at.lat},{at.lon}", "zoom": str(PLACE_ZOOM)})
        return Framed(
            f"{place.name} · {product}",
            address("/embed", shown.parameters, looks),
            link(f"/p/{place.id}/share.png"),
        )
    if kind == "d":
        if rest not in locator.region.districts:
            raise NotFound(_("没有这个区县。"))
        name = district_name(locator.region, rest)
        return Framed(
            f"{name} · {product}", address("/embed", {"district": rest}, looks), link("/share.png")
        )
    if path in ("/", "/map", "/embed"):
        shown = known_choice(locator, said)
        controls = known_controls(said) if path == "/embed" else {}
        return Framed(
            product, address("/embed", shown.parameters, controls, looks), link("/share.png")
        )
    raise NotFound("这个页面不能嵌入。可以嵌入的是首页、完整地图、区县名单和服务点的网址。")


def blueprint(locator: Locator) -> APIBlueprint:
    """The route of the provider."""
    routes = APIBlueprint("oembed", __name__, enable_openapi=False)

    @routes.get("/oembed")
    @routes.input(OembedQuery, location="query", arg_name="query")
    def oembed(query: OembedQuery) -> Response:
        if query.format != "json":
            abort(501)
        found = framed(locator, query.url)
        # As wide and high as the consumer lets it be; a phone's screen where it says nothing.
        width = min(WIDTH, query.maxwidth or WIDTH)
        height = min(HEIGHT, query.maxheight or HEIGHT)
        response = json_response(
            {
                "version": "1.0",
                "type": "rich",
                "title": found.title,
                "provider_name": product_name(locator.region),
                "provider_url": absolute("/"),
                "cache_age": CACHE_S,
                "thumbnail_url": absolute(found.picture),
                "thumbnail_width": CARD[0],
                "thumbnail_height": CARD[1],
                "html": snippet(absolute(found.frame), found.title, width, height),
                "width": width,
                "height": height,
            }
        )
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return routes
