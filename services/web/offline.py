"""Working without a network: the service worker of this release, the page that it shows where
nothing is kept, and the manifest by which a phone installs the finder.

``/sw.js`` is ``static/sw/worker.js`` below the facts of this release, so its bytes change exactly
when the release does: then, and only then, browsers fetch the parts anew. A release is told by one
name, ``Locator-Release`` on every answer; the worker keeps nothing of another.

Sources: Service Workers, W3C Candidate Recommendation, https://www.w3.org/TR/service-workers/;
Web Application Manifest, https://www.w3.org/TR/appmanifest/.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any, Final

from flask import Blueprint, Response, render_template, request

from services.limits import CLOSING_SOON_MINUTES
from services.locator import Locator
from services.maps.page import FRAME_MODULES, MODULES, OWN_COPIES
from services.settings import ROOT
from services.web import words
from services.web.assets import Addresses, Assets, Packed
from services.web.language import TRANSLATIONS, district_name, named, product_name, style
from services.web.language import gettext as _
from services.web.representations import json_bytes
from services.web.security import nonce
from services.web.view import LANGUAGES, Language, view

ROOTS: Final = (
    "js/finder.js",
    "js/map-page.js",
    "js/place.js",
    "js/feedback.js",
    "js/shell.js",
    "js/offline-page.js",
    *FRAME_MODULES,
    *(module for layer in ("base", "places", "districts", "coverage") for module in MODULES[layer]),
)
"""The scripts of the pages that work without a network. What they import comes along."""

DATA: Final = ("/api/v1/places.json", "/api/v1/basemap.json", "/api/v1/pinyin.json")
"""The lists that those scripts read."""

COMMENT: Final = re.compile(rb"/\*.*?\*/", re.DOTALL)
IMPORTED: Final = re.compile(rb"""(?:\bfrom|\bimport)\s*\(?\s*["']\./([\w-]+\.js)["']""")

PAPER: Final = "#fbfaf7"


def release(assets: Assets) -> str:
    """The name of what this process serves: its assets, templates and translations."""
    digest = hashlib.blake2b(assets.version.encode(), digest_size=8)
    for folder in (ROOT / "templates", TRANSLATIONS):
        for path in sorted(path for path in folder.rglob("*.*") if path.is_file()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def with_imports(assets: Assets, roots: Iterable[str]) -> list[str]:
    """These modules and all that they import, now or later, by name."""
    found: dict[str, None] = {}
    waiting = [name for name in roots if name in assets.files]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = None
        code = COMMENT.sub(b"", assets.files[name].body)  # types name modules in comments
        waiting += [f"js/{one.decode()}" for one in IMPORTED.findall(code)]
    return sorted(found)


def parts(assets: Assets, lang: Language, *, streets: bool) -> list[str]:
    """The addresses of every style and script that the kept pages may ask for."""
    address = Addresses(assets, lang)
    libraries = [*OWN_COPIES.values(), *(["npm/protomaps-leaflet.js"] if streets else [])]
    return [address(name) for name in ("css/app.css", *libraries, *with_imports(assets, ROOTS))]


def worker(assets: Assets, name: str, *, streets: bool) -> bytes:
    """The worker's script of this release."""
    facts = {
        "id": name,
        "assets": f"/assets/{assets.version}/",
        "parts": {
            lang: parts(assets, lang, streets=streets) for lang in dict.fromkeys(LANGUAGES.values())
        },
        "data": DATA,
    }
    return b"const RELEASE = %b;\n%b" % (json_bytes(facts), assets.files["sw/worker.js"].body)


def manifest(locator: Locator) -> dict[str, Any]:
    """What a phone that installs the finder must know, in the page's language."""
    english = view().lang == "en"
    name = product_name(locator.region)
    return {
        "id": "/",
        "name": name,
        "short_name": _("职工地图"),
        "description": _(
            "%(product)s:找离你最近、现在开门的歇脚、饮水、热饭的地方。", product=name
        ),
        "lang": view().lang,
        "dir": "ltr",
        "start_url": "/?lang=en" if english else "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": PAPER,
        "background_color": PAPER,
        "categories": ["navigation", "utilities"],
        "icons": [
            {
                "src": f"/icons/{cut}-{size}.png",
                "type": "image/png",
                "sizes": f"{size}x{size}",
                "purpose": "maskable" if cut == "maskable" else "any",
            }
            for cut in ("icon", "maskable")
            for size in (192, 512)
        ],
    }


def place_config(locator: Locator) -> dict[str, Any]:
    """The constants by which the offline page draws a place out of the list."""
    vocabulary, region = locator.vocabulary, locator.region
    return {
        "places_url": DATA[0],
        "closing_soon_minutes": CLOSING_SOON_MINUTES,
        "kinds": [style(kind) for kind in vocabulary.kinds],
        "amenities": [{"key": a.key, "name": named(a)} for a in vocabulary.amenities],
        "accesses": {key.value: str(word) for key, word in words.ACCESS_WORDS.items()},
        "precisions": {key.value: str(note) for key, note in words.PRECISION_NOTES.items()},
        "hotline": region.hotline,
        "districts": {d.adcode: district_name(region, d.adcode) for d in region.districts},
    }


def blueprint(locator: Locator, assets: Assets) -> Blueprint:
    """The worker, the offline page and the manifest; and the release's name on every answer."""
    routes = Blueprint("offline", __name__)
    on = locator.settings.offline
    name = release(assets)
    streets = locator.base_tiles is not None
    body = worker(assets, name, streets=streets) if on else assets.files["sw/farewell.js"].body
    script = Packed(body, "text/javascript; charset=utf-8")
    routes.app_context_processor(
        lambda: {
            "release": name,
            "worker_on": on,
            "nonce": nonce,
            "framed": request.endpoint == "embed.embed",
        }
    )

    @routes.after_app_request
    def named_release(response: Response) -> Response:
        if request.endpoint != "assets.asset":  # whose address says it
            response.headers.setdefault("Locator-Release", name)
        return response

    @routes.get("/sw.js")
    def service_worker() -> Response:
        return script.response()

    @routes.get("/offline")
    def offline() -> str:
        return render_template("offline.html", config=place_config(locator))

    @routes.get("/manifest.webmanifest")
    def web_manifest() -> Response:
        packed = Packed(json_bytes(manifest(locator)), "application/manifest+json")
        return packed.response()

    return routes
