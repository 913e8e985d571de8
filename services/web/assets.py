"""Styles, scripts and icons: one hash over all of them, in the URL, so that they never go stale.

``/assets/<hash>/js/finder.js`` may be kept for ever by every cache; modules import each other by
relative paths inside the same hash, so a page never mixes two releases. Bodies are compressed once
a process and kept in memory (the whole set is a few hundred kilobytes). Browser libraries come
from ``node_modules`` (``npm ci``), never from the repository.

An English page takes its scripts below another root, ``/assets/<hash>/en/js/…``, where a module of
words (``js/en/words.js``) stands under the plain name (``js/words.js``): the modules that import it
need not know the language.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import brotli
from flask import Blueprint, Response, request

from services.errors import NotFound, SettingsInvalid
from services.settings import ROOT
from services.web.view import LANGUAGES, Language, view

STATIC: Final = ROOT / "static"
NODE_MODULES: Final = ROOT / "node_modules"

NPM: Final[Mapping[str, str]] = {
    "npm/leaflet.js": "leaflet/dist/leaflet.js",
    "npm/supercluster.js": "supercluster/dist/supercluster.min.js",
    "npm/protomaps-leaflet.js": "protomaps-leaflet/dist/protomaps-leaflet.js",
}

STYLES: Final = ("tokens", "base", "places", "finder", "place", "map")
"""``css/app.css`` is Leaflet's sheet and then these, in this order: one request."""

DARK_RULE: Final = b"@media (prefers-color-scheme: dark)"
THEMES: Final = {"": DARK_RULE, "-light": b"@media not all", "-dark": b"@media all"}
"""The same sheet as the device decides, and for a page that was told (``?theme=dark``)."""

TWINS: Final = "js/en/"
"""The English twins of the modules that hold words."""

TYPES: Final = {".js": "text/javascript", ".svg": "image/svg+xml", ".css": "text/css"}


def without_comments(body: bytes) -> bytes:
    """Our script or style without its comments, on the same lines: a third less to send.

    Only lines that are nothing but comment go, so no string and no pattern can be mistaken for one;
    ``tests/unit/test_assets.py`` compares the tokens of every file before and after.
    """
    lines = []
    inside = False
    for line in body.split(b"\n"):
        text = line.strip()
        opens = not inside and text.startswith(b"/*")
        closes = text.endswith(b"*/") and text.find(b"*/") == len(text) - 2
        if inside or (opens and (closes or b"*/" not in text)):
            inside = not closes
            text = b""
        lines.append(line if text and not text.startswith(b"//") else b"")
    return b"\n".join(lines)


class Packed:
    """A body with its compressed forms, each made once when first asked for."""

    def __init__(self, body: bytes, content_type: str, *, quality: int = 11) -> None:
        self.quality = quality
        self.body = body
        self.content_type = content_type
        self.etag = hashlib.blake2b(body, digest_size=12).hexdigest()

    @cached_property
    def brotli(self) -> bytes:
        """Brotli, at its best unless somebody waits: then 5, a hundred times faster."""
        return bytes(brotli.compress(self.body, quality=self.quality))

    @cached_property
    def gzip(self) -> bytes:
        """Gzip without a time stamp, so that equal bodies stay equal."""
        return gzip.compress(self.body, compresslevel=9, mtime=0)

    def response(self) -> Response:
        """The form that the browser takes best, with ETag and 304."""
        accepted = request.accept_encodings
        coding = next((c for c in ("br", "gzip") if accepted.quality(c) > 0), None)
        body = {"br": lambda: self.brotli, "gzip": lambda: self.gzip}.get(
            coding or "", lambda: self.body
        )()
        response = Response(body, content_type=self.content_type)
        if coding:
            response.headers["Content-Encoding"] = coding
        response.headers["Vary"] = "Accept-Encoding"
        response.set_etag(f"{self.etag}-{coding}" if coding else self.etag)
        response.make_conditional(request)
        return response


class Assets:
    """All assets of this release, by their path below the hash."""

    def __init__(self, static: Path = STATIC, node_modules: Path = NODE_MODULES) -> None:
        sources = {
            str(path.relative_to(static)): (
                path.read_bytes() if path.suffix == ".svg" else without_comments(path.read_bytes())
            )
            for path in sorted(static.rglob("*"))
            if path.suffix in TYPES and not path.name.endswith(".d.ts")
        }
        try:
            for name, path in NPM.items():
                sources[name] = (node_modules / path).read_bytes()
            leaflet = (node_modules / "leaflet/dist/leaflet.css").read_bytes()
        except FileNotFoundError as missing:
            raise SettingsInvalid(
                f"浏览器库还没有安装(缺 {Path(str(missing.filename)).name})。请先运行 make setup。"
            ) from None
        sheets = [sources.pop(f"css/{name}.css") for name in STYLES]
        sheet = b"\n".join([leaflet, *sheets])
        for theme, rule in THEMES.items():
            sources[f"css/app{theme}.css"] = sheet.replace(DARK_RULE, rule)
        digest = hashlib.blake2b(digest_size=8)
        for name, body in sorted(sources.items()):
            digest.update(name.encode() + b"\0" + body + b"\0")
        self.version = digest.hexdigest()
        packed = {
            name: Packed(body, f"{TYPES[Path(name).suffix]}; charset=utf-8")
            for name, body in sources.items()
        }
        twins = {name: file for name, file in packed.items() if name.startswith(TWINS)}
        self.files = {name: file for name, file in packed.items() if name not in twins}
        self.files |= {
            f"en/{name}": twins.get(name.replace("js/", TWINS, 1), file)
            for name, file in self.files.items()
            if name.startswith("js/")
        }

        self.addresses = {lang: Addresses(self, lang) for lang in LANGUAGES.values()}

    def url(self, name: str) -> str:
        """The address of an asset for the page's language.

        Raises ``LookupError`` for one that does not exist.
        """
        return self.addresses[view().lang](name)


@dataclass(frozen=True, eq=False)
class Addresses:
    """Where the assets stand for one language; the map's frame is kept by it."""

    assets: Assets
    lang: Language

    def __call__(self, name: str) -> str:
        """The address of an asset. Raises ``LookupError`` for one that does not exist."""
        if name not in self.assets.files:
            raise LookupError(name)
        english = self.lang == "en" and name.startswith("js/")
        return f"/assets/{self.assets.version}/{'en/' if english else ''}{name}"


def blueprint(assets: Assets) -> Blueprint:
    """The route that serves them."""
    routes = Blueprint("assets", __name__)

    @routes.get("/assets/<version>/<path:name>")
    def asset(version: str, name: str) -> Response:
        packed = assets.files.get(name) if version == assets.version else None
        if packed is None:
            raise NotFound("没有这个文件。页面可能已经更新,请刷新。")
        response = packed.response()
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    return routes
