"""The sitemap and robots.txt: every public page, nothing else, and the heavy routes left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from apiflask import APIFlask

from app import create_app
from services import limits
from services.locator import Locator
from services.places import PlaceDraft, PlaceStatus
from services.registry.store import PlaceRegistry
from services.settings import Settings
from tests.web.test_seo import SITE, Head, ask

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def public(sample_database: Path) -> Iterator[APIFlask]:
    """The application as it is reached from outside."""
    url = f"sqlite:///{sample_database}"
    app = create_app(Settings(database_url=url, base_url=SITE, secret_key="x" * 43))
    yield app
    app.extensions["locator"].database.dispose()


def locations(answer: Any) -> dict[str, str | None]:
    """Addresses of a sitemap or of an index, with their dates."""
    root = ElementTree.fromstring(answer.data)
    return {
        str(one.findtext(f"{NAMESPACE}loc")): one.findtext(f"{NAMESPACE}lastmod") for one in root
    }


def test_the_sitemap_has_every_public_page_and_each_is_there(public: APIFlask) -> None:
    answer = ask(public, "/sitemap.xml")
    assert answer.content_type == "application/xml; charset=utf-8"
    found = locations(answer)
    places = public.extensions["locator"].snapshot().places
    assert {f"{SITE}/p/{place.id}" for place in places} <= found.keys()
    assert {f"{SITE}{path}" for path in ("/", "/map", "/about", "/d/320902")} <= found.keys()
    assert len(found) == len(places) + 3 + 9
    days = [date.fromisoformat(on) for on in found.values() if on]
    today = public.extensions["locator"].now().date()
    assert len(days) == len(found)
    assert max(days) <= today + timedelta(days=1)
    for address in [*list(found)[:13], list(found)[-1]]:
        page = ask(public, address.removeprefix(SITE))
        assert page.status_code == 200
        assert Head(page.text).link("canonical") == address
    again = public.test_client().get(
        "/sitemap.xml", base_url=SITE, headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    packed = public.test_client().get(
        "/sitemap.xml", base_url=SITE, headers={"Accept-Encoding": "gzip"}
    )
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(answer.data) / 3


def test_what_is_not_published_is_in_no_sitemap_and_no_list(app: APIFlask) -> None:
    locator: Locator = app.extensions["locator"]
    drafts = [
        PlaceDraft(kind="station", name=f"看不见{status}", district="320902", status=status)
        for status in (PlaceStatus.DRAFT, PlaceStatus.SUSPENDED, PlaceStatus.WITHDRAWN)
    ]
    drafts = [
        replace(draft, source="test", source_id=str(number), status_reason="测试")
        for number, draft in enumerate(drafts)
    ]
    client = app.test_client()
    before = locations(client.get("/sitemap.xml"))
    with locator.database.writing() as session:
        ids = PlaceRegistry(session).apply(creates=drafts, actor="test").ids
    after = locations(client.get("/sitemap.xml"))
    assert after == before
    page = client.get("/d/320902").text
    for hidden in ids:
        assert client.get(f"/p/{hidden}").status_code == 404
        assert hidden not in page


def test_a_large_registry_has_an_index_of_parts(
    public: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = locations(ask(public, "/sitemap.xml"))
    assert ask(public, "/sitemap-1.xml").status_code == 404
    monkeypatch.setattr(limits, "SITEMAP_URLS_MAX", 300)
    public.extensions["locator"].snapshot()._kept.clear()
    parts = locations(ask(public, "/sitemap.xml"))
    assert list(parts) == [f"{SITE}/sitemap-{number}.xml" for number in (1, 2, 3)]
    joined: dict[str, str | None] = {}
    for part in parts:
        some = locations(ask(public, part.removeprefix(SITE)))
        assert 0 < len(some) <= 300
        assert not joined.keys() & some.keys()
        joined |= some
    assert joined == whole
    for missing in ("/sitemap-0.xml", "/sitemap-4.xml", "/sitemap-999999999.xml"):
        assert ask(public, missing).status_code == 404
    public.extensions["locator"].snapshot()._kept.clear()


def test_robots_leave_the_heavy_routes_alone_and_find_the_sitemap(public: APIFlask) -> None:
    answer = ask(public, "/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    robots = RobotFileParser()
    robots.parse(answer.text.splitlines())
    assert robots.site_maps() == [f"{SITE}/sitemap.xml"]
    for path in ("/", "/map", "/p/abc", "/d/320902", "/embed", "/p/abc/share.png"):
        assert robots.can_fetch("*", SITE + path), path
    for path in ("/api/v1/coverage/week", "/api/v1/coverage", "/desk", "/coverage/report.pdf"):
        assert not robots.can_fetch("*", SITE + path), path
