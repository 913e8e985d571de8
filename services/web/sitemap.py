"""``/sitemap.xml`` and ``/robots.txt``: what search engines may know, all of it published.

The protocol is https://www.sitemaps.org/protocol.html: at most 50,000 addresses a file; beyond
that ``/sitemap.xml`` is an index of ``/sitemap-<number>.xml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape

from flask import Blueprint, Response

from services import limits
from services.errors import NotFound
from services.locator import Locator
from services.web.addresses import absolute
from services.web.assets import Packed

XML: Final = "application/xml; charset=utf-8"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

PAGES: Final = ("/", "/map", "/about")
"""Pages beside the lists and the places; the planner's page is a tool, not something to find."""

UNWELCOME: Final = (
    "/api/v1/coverage",
    "/api/v1/jobs",
    "/coverage/report",
    "/desk",
    "/embed/kit.zip",
    "/oembed",
    "/still.png",
)
"""What crawlers should leave alone: work for the server and nothing to find. ``/embed`` says
itself that it is not to be listed (noindex), which only a crawler that reads it can know."""

QUALITY: Final = 5
"""Of compression: somebody waits for it."""

Entry = tuple[str, str]
"""Our own path, and the date of its last change or ""."""


def entries(locator: Locator) -> list[Entry]:
    """Every page that is to be found, in an order that only grows at its end."""
    changed: dict[str, str] = {}
    places: list[Entry] = []
    for place in locator.snapshot().places:
        on = place.updated_at.astimezone(locator.region.tz).date().isoformat()
        changed[place.district] = max(on, changed.get(place.district, ""))
        places.append((f"/p/{place.id}", on))
    pages = [(path, max(changed.values(), default="")) for path in PAGES]
    districts = [(f"/d/{d.adcode}", changed.get(d.adcode, "")) for d in locator.region.districts]
    return [*pages, *districts, *places]


def blueprint(locator: Locator) -> Blueprint:
    """The routes."""
    routes = Blueprint("sitemap", __name__)

    @routes.get("/sitemap.xml")
    def sitemap() -> Response:
        return _file(locator, 0)

    @routes.get("/sitemap-<int:number>.xml")
    def sitemap_part(number: int) -> Response:
        if number < 1:
            raise NotFound("没有这一份网站地图。")
        return _file(locator, number)

    @routes.get("/robots.txt")
    def robots() -> Response:
        lines = [
            "User-agent: *",
            *(f"Disallow: {path}" for path in UNWELCOME),
            "",
            f"Sitemap: {absolute('/sitemap.xml')}",
        ]
        return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

    return routes


def _file(locator: Locator, number: int) -> Response:
    """``number`` 0 is what ``/sitemap.xml`` holds; others are its parts.

    Raises ``NotFound`` for a part that there is not.
    """

    def make() -> Packed:
        return Packed(_body(locator, number).encode(), XML, quality=QUALITY)

    # Without BASE_URL the addresses depend on who asks.
    known = bool(locator.settings.base_url)
    packed = locator.snapshot().keep(("sitemap", number), make) if known else make()
    return packed.response()


def _body(locator: Locator, number: int) -> str:
    found, most = entries(locator), limits.SITEMAP_URLS_MAX
    parts = -(-len(found) // most)
    if number == 0 and parts > 1:
        files = [(f"/sitemap-{part}.xml", "") for part in range(1, parts + 1)]
        return _document("sitemapindex", "sitemap", files)
    if number > parts or (number and parts == 1):
        raise NotFound("没有这一份网站地图。")
    first = max(number - 1, 0) * most
    return _document("urlset", "url", found[first : first + most])


def _document(root: str, item: str, found: Iterable[Entry]) -> str:
    def lines() -> Iterator[str]:
        for path, on in found:
            changed = f"<lastmod>{on}</lastmod>" if on else ""
            yield f"<{item}><loc>{escape(absolute(path))}</loc>{changed}</{item}>"

    return f"{HEAD}<{root} {NAMESPACE}>\n" + "\n".join(lines()) + f"\n</{root}>\n"
