"""The streets of the base map as tiles: ``/tiles/<version>/<z>/<x>/<y>.mvt``.

A tile an address, and not ranges of one file: a browser's cache and a service worker keep whole
answers only, and so does a CDN. The version names the content, so every cache may keep them.
"""

from __future__ import annotations

import gzip

from flask import Blueprint, Response, request

from services.errors import NotFound
from services.locator import Locator

TYPE = "application/vnd.mapbox-vector-tile"


def blueprint(locator: Locator) -> Blueprint:
    """The route that serves them; where no streets were built, all of it is 404."""
    routes = Blueprint("base_tiles", __name__)

    @routes.get("/tiles/<version>/<int:z>/<int:x>/<int:y>.mvt")
    def tile(version: str, z: int, x: int, y: int) -> Response:
        tiles = locator.base_tiles
        if tiles is None or version != tiles.version or not tiles.covers(z, x, y):
            raise NotFound("没有这一块底图。页面可能已经更新,请刷新。")
        stored = tiles.tile(z, x, y)
        if stored is None:
            response = Response(status=204)
        elif request.accept_encodings.quality("gzip") > 0:
            response = Response(stored, content_type=TYPE)
            response.headers["Content-Encoding"] = "gzip"
        else:
            response = Response(gzip.decompress(stored), content_type=TYPE)
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    return routes


def address(locator: Locator) -> str:
    """Where a browser asks for a tile, with ``{z}``, ``{x}`` and ``{y}``; "" without tiles."""
    tiles = locator.base_tiles
    return f"/tiles/{tiles.version}/{{z}}/{{x}}/{{y}}.mvt" if tiles else ""
