"""Pictures and codes: ``/still.png``, share cards, QR codes, the icons of the home screen."""

from __future__ import annotations

import hashlib
from typing import Final

from flask import Blueprint, Response, request

from services import workflows
from services.errors import NotFound
from services.locator import Locator
from services.pictures.values import Framed
from services.web.addresses import absolute
from services.web.choice import ZOOM, Choice, address, given
from services.web.language import gettext as _
from services.web.view import link, view

KEEP: Final = "public, max-age=86400"
"""What hangs on its address alone may be kept for a day; the others are asked for again."""


def picture_response(body: bytes, *, content_type: str = "image/png", cache: str = "") -> Response:
    """A picture with its ETag, 304 where the browser has it."""
    response = Response(body, content_type=content_type)
    response.set_etag(hashlib.blake2b(body, digest_size=12).hexdigest())
    if cache:
        response.headers["Cache-Control"] = cache
    response.make_conditional(request)
    return response


def blueprint(locator: Locator) -> Blueprint:
    """The routes of the pictures."""
    routes = Blueprint("pictures", __name__)

    @routes.get("/still.png")
    def still() -> Response:
        choice = Choice.model_validate(given())
        asked = shown(locator, choice)
        looks = view()
        body = workflows.still(
            locator,
            asked,
            url=_page(choice),
            lang=looks.lang,
            theme="dark" if looks.theme == "dark" else "light",
        )
        return picture_response(body)

    @routes.get("/share.png")
    def share_of_city() -> Response:
        return picture_response(workflows.share(locator, None, lang=view().lang))

    @routes.get("/p/<place_id>/share.png")
    def share(place_id: str) -> Response:
        return picture_response(workflows.share(locator, _published(place_id), lang=view().lang))

    @routes.get("/p/<place_id>/photo.jpg")
    def photo(place_id: str) -> Response:
        return picture_response(workflows.photo(locator, place_id), content_type="image/jpeg")

    @routes.get("/p/<place_id>/qr.svg")
    def place_svg(place_id: str) -> Response:
        return _svg(absolute(link(f"/p/{_published(place_id)}")))

    @routes.get("/p/<place_id>/qr.png")
    def place_png(place_id: str) -> Response:
        return _png(absolute(link(f"/p/{_published(place_id)}")))

    @routes.get("/embed/qr.svg")
    def map_svg() -> Response:
        return _svg(_page(_checked_choice()))

    @routes.get("/embed/qr.png")
    def map_png() -> Response:
        return _png(_page(_checked_choice()))

    @routes.get("/icons/<name>.png")
    def icon(name: str) -> Response:
        return picture_response(workflows.icon(name), cache=KEEP)

    def _published(place_id: str) -> str:
        if place_id not in locator.snapshot().by_id:
            raise NotFound(_("没有这个服务点,或者它已经撤下。"))
        return place_id

    def _checked_choice() -> Choice:
        choice = Choice.model_validate(given())
        shown(locator, choice)
        return choice

    return routes


def shown(locator: Locator, choice: Choice) -> workflows.Shown:
    """What a picture is to show of a choice. Raises ``InvalidInput`` for words nobody knows."""
    point, zoom = choice.point, ZOOM if choice.zoom is None else choice.zoom
    return workflows.shown(
        locator,
        kinds=choice.kind,
        district=choice.district,
        amenities=choice.amenity,
        open_now=choice.open_now,
        framed=Framed(point, zoom) if point else None,
    )


def _page(choice: Choice) -> str:
    """The full page with these filters, and with the looks that were asked for."""
    return absolute(address("/", choice.parameters, view().parameters))


def _svg(text: str) -> Response:
    body = workflows.qr_svg(text).encode("utf-8")
    return picture_response(body, content_type="image/svg+xml; charset=utf-8", cache=KEEP)


def _png(text: str) -> Response:
    return picture_response(workflows.qr_png(text), cache=KEEP)
