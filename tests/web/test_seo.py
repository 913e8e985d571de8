"""What pages say of themselves: addresses, cards, JSON-LD, sitemap, robots."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app import create_app
from services.hours import calendar_for
from services.locator import Locator
from services.settings import Settings
from services.web.linked_data import opening_specifications
from tests.web.test_hostile_names import NAMES, hostile_ids  # noqa: F401  a fixture

SITE = "https://map.example.org"
DAY = 1440
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


class Head(HTMLParser):
    """A page's title, its meta and link elements and its JSON-LD, as a crawler reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.title = ""
        self.meta: dict[str, list[str]] = {}
        self.links: list[dict[str, str]] = []
        self.linked: list[Any] = []
        self._in = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._in = tag if tag == "title" else ""
        if tag == "meta" and "content" in said:
            self.meta.setdefault(said.get("name") or said.get("property", ""), []).append(
                said["content"]
            )
        if tag == "link":
            self.links.append(said)
        if tag == "script" and said.get("type") == "application/ld+json":
            self._in = "linked"

    def handle_data(self, data: str) -> None:
        if self._in == "title":
            self.title += data
        if self._in == "linked":
            self.linked.append(json.loads(data))
            self._in = ""

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def one(self, name: str) -> str:
        """The only value of a meta element."""
        (value,) = self.meta[name]
        return value

    def link(self, rel: str, **attributes: str) -> str:
        """The address of the only such link."""
        (found,) = [
            said["href"]
            for said in self.links
            if said.get("rel") == rel and all(said.get(k) == v for k, v in attributes.items())
        ]
        return found


@pytest.fixture(scope="module")
def public(sample_database: Any) -> Iterator[APIFlask]:
    """The application as it is reached from outside."""
    app = create_app(
        Settings(database_url=f"sqlite:///{sample_database}", base_url=SITE, secret_key="x" * 43)
    )
    yield app
    app.extensions["locator"].database.dispose()


def ask(app: APIFlask, path: str) -> Any:
    return app.test_client().get(path, base_url=SITE)


def some_place(app: APIFlask) -> Any:
    return app.extensions["locator"].snapshot().places[0]


def paths(app: APIFlask) -> dict[str, str]:
    return {
        "/": "/share.png",
        "/map": "/share.png",
        "/about": "/share.png",
        "/d/320902": "/share.png",
        f"/p/{some_place(app).id}": f"/p/{some_place(app).id}/share.png",
    }


# --- addresses and cards ---------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_page_has_its_own_title_description_address_and_card(
    public: APIFlask, lang: str
) -> None:
    suffix = "?lang=en" if lang == "en" else ""
    titles, descriptions = set(), set()
    for path, picture in paths(public).items():
        head = Head(ask(public, path + suffix).text)
        titles.add(head.title)
        descriptions.add(head.one("description"))
        assert 20 < len(head.one("description")) < 400, path
        assert head.link("canonical") == SITE + path + suffix
        assert head.link("alternate", hreflang="zh-CN") == SITE + path
        assert head.link("alternate", hreflang="en") == f"{SITE}{path}?lang=en"
        assert head.link("alternate", hreflang="x-default") == SITE + path
        assert head.one("og:url") == SITE + path + suffix
        assert head.one("og:image") == SITE + picture + suffix
        assert (head.one("og:image:width"), head.one("og:image:height")) == ("1200", "630")
        assert head.one("og:type") == "website"
        assert head.title.startswith(head.one("og:title"))
        assert head.title.endswith(head.one("og:site_name"))
        assert head.one("og:description") == head.one("description")
        assert head.one("og:locale") == {"zh-CN": "zh_CN", "en": "en_US"}[lang]
        assert "robots" not in head.meta
    assert len(titles) == len(descriptions) == len(paths(public))


def test_size_theme_choice_and_the_door_are_in_no_address(public: APIFlask) -> None:
    for path in paths(public):
        page = ask(public, f"{path}?text=large&theme=dark&door=SECRET&district=320902&lang=zh-CN")
        head = Head(page.text)
        assert head.link("canonical") == head.one("og:url") == SITE + path
        assert "SECRET" not in json.dumps([head.links, head.meta, head.linked])


def test_without_a_base_url_the_host_that_was_asked_is_the_address(client: FlaskClient) -> None:
    head = Head(client.get("/map", base_url="http://127.0.0.1:8123").text)
    assert head.link("canonical") == "http://127.0.0.1:8123/map"


def test_what_can_be_framed_says_where_its_frame_is(public: APIFlask) -> None:
    for path in paths(public):
        head = Head(ask(public, path).text)
        found = [said for said in head.links if said.get("type") == "application/json+oembed"]
        assert len(found) == (path != "/about"), path
        for said in found:
            address = urlsplit(said["href"])
            assert parse_qs(address.query) == {"url": [SITE + path], "format": ["json"]}
            answer = ask(public, f"{address.path}?{address.query}")
            assert answer.status_code == 200, path
            assert answer.json["type"] == "rich"


def test_the_frame_is_not_to_be_listed(public: APIFlask) -> None:
    head = Head(ask(public, "/embed").text)
    assert head.one("robots") == "noindex"
    assert not [said for said in head.links if said.get("rel") in ("canonical", "alternate")]


def test_every_page_has_one_description(public: APIFlask) -> None:
    for path in [*paths(public), "/embed"]:
        assert len(Head(ask(public, path).text).meta.get("description", [])) <= 1, path


# --- JSON-LD ---------------------------------------------------------------------------------


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def opened(specifications: list[dict[str, str]], start: date, days: int) -> list[list[int]]:
    """The open minutes of each day, by schema.org's and Google's rules: merged, from midnight."""
    edges: list[tuple[int, int]] = []
    for said in specifications:
        on = date.fromisoformat(said["validFrom"])
        assert said["validThrough"] == said["validFrom"]
        assert said["dayOfWeek"] == f"https://schema.org/{on:%A}"
        opens, closes = minutes(said["opens"]), minutes(said["closes"])
        if (opens, closes) == (0, 0):
            continue
        if (said["opens"], said["closes"]) == ("00:00", "23:59"):
            closes = DAY
        midnight = (on - start).days * DAY
        edges.append((midnight + opens, midnight + closes + (DAY if closes < opens else 0)))
    edges.sort()
    assert all(one[1] <= other[0] for one, other in pairwise(edges)), "no two overlap"
    merged: list[list[int]] = []
    for begin, end in edges:
        if merged and merged[-1][1] == begin:
            merged[-1][1] = end
        else:
            merged.append([begin, end])
    return [
        [
            edge
            for begin, end in merged
            if begin < (day + 1) * DAY and end > day * DAY
            for edge in (max(begin - day * DAY, 0), min(end - day * DAY, DAY))
        ]
        for day in range(days)
    ]


@pytest.mark.parametrize("moment", ["2026-11-25T10:20", "2026-09-26T02:30"])
def test_the_hours_of_every_place_are_those_of_the_api(
    sample_settings: Settings, moment: str
) -> None:
    """Both an ordinary week and one with holidays and make-up working days (National Day)."""
    app = create_app(sample_settings)
    locator: Locator = app.extensions["locator"]
    now = datetime.fromisoformat(moment).replace(tzinfo=locator.region.tz)
    locator.clock = lambda: now
    client = app.test_client()
    compared = 0
    # Places with the same hours say the same; one of each, and all of the unknown ones' silence.
    some = {place.opening_hours: place for place in locator.snapshot().places}.values()
    for place in some:
        (said,) = Head(client.get(f"/p/{place.id}").text).linked
        schedule = client.get(f"/api/v1/places/{place.id}").json["properties"]["schedule"]  # type: ignore[index]
        specifications = said.get("openingHoursSpecification")
        if schedule is None:
            assert specifications is None
            continue
        expected = [[edge for span in day["open"] for edge in span] for day in schedule]
        assert opened(specifications, now.date(), len(schedule)) == expected, place.opening_hours
        compared += 1
    assert compared >= 15
    locator.database.dispose()


def test_the_hours_of_all_places_are_those_of_the_api(public: APIFlask) -> None:
    """Every place of the sample, without drawing 764 pages."""
    locator: Locator = public.extensions["locator"]
    today = locator.now().date()
    compared = 0
    for place in locator.snapshot().places:
        specifications = opening_specifications(place.opening_hours, today, locator.calendar)
        answer = ask(public, f"/api/v1/places/{place.id}").json["properties"]["schedule"]
        if answer is None:
            assert specifications is None
            continue
        assert specifications is not None
        expected = [[edge for span in day["open"] for edge in span] for day in answer]
        assert opened(specifications, today, len(answer)) == expected, place.id
        compared += 1
    assert compared > 500


@pytest.mark.parametrize(
    ("osm", "expected"),
    [
        # A night is of the day of its evening; what is left of last night opens at midnight.
        ("22:00-06:00", [("Wed", "00:00", "06:00"), ("Wed", "22:00", "06:00")]),
        ("24/7", [("Wed", "00:00", "23:59")]),
        ("08:00-12:00,14:00-18:00", [("Wed", "08:00", "12:00"), ("Wed", "14:00", "18:00")]),
        ("18:00-24:00", [("Wed", "18:00", "00:00")]),
        ("Th 08:00-12:00", [("Wed", "00:00", "00:00")]),
        # Twenty-six hours cannot be said in one: they are cut at midnight.
        ("We 08:00-24:00; Th 00:00-10:00", [("Wed", "08:00", "00:00")]),
        ("", None),
    ],
)
def test_one_day_in_the_documented_form(
    osm: str, expected: list[tuple[str, str, str]] | None
) -> None:
    found = opening_specifications(osm, date(2026, 11, 25), calendar_for("CN"))
    said = found and [
        (f"{date.fromisoformat(one['validFrom']):%a}", one["opens"], one["closes"])
        for one in found
        if one["validFrom"] == "2026-11-25"
    ]
    assert said == expected


def test_a_place_says_what_the_registry_knows_and_no_more(public: APIFlask) -> None:
    locator: Locator = public.extensions["locator"]
    for place in locator.snapshot().places[::40]:
        facts = ask(public, f"/api/v1/places/{place.id}").json
        known = facts["properties"]
        (said,) = Head(ask(public, f"/p/{place.id}").text).linked
        assert (said["@context"], said["@type"]) == ("https://schema.org", "Place")
        assert said["url"] == said["@id"] == f"{SITE}/p/{place.id}"
        assert said["name"] == known["name"]
        assert said["address"]["streetAddress"] == known["address"]
        assert said["address"]["addressLocality"] == known["district_name"]
        assert said["address"]["addressCountry"] == "CN"
        assert said.get("telephone") == known["phone"]
        assert said.get("maximumAttendeeCapacity") == known["capacity"]
        assert said["description"].startswith("示例数据")
        named = {a["key"]: a["name"] for a in ask(public, "/api/v1/kinds").json["amenities"]}
        assert {one["name"]: one["value"] for one in said.get("amenityFeature", [])} == {
            named[key]: value for key, value in known["amenities"].items() if value is not None
        }
        if known["location_precision"] in ("door", "street"):
            lon, lat = facts["geometry"]["coordinates"]
            assert said["geo"] == {"@type": "GeoCoordinates", "latitude": lat, "longitude": lon}
        else:
            assert "geo" not in said
        assert said.get("publicAccess") == {None: None, "members": False}.get(known["access"], True)
        assert said.get("isAccessibleForFree", True) is True
        assert not [value for value in said.values() if value in (None, "", [])]


def test_a_district_lists_its_places_and_the_first_page_names_the_site(public: APIFlask) -> None:
    answer = ask(public, "/api/v1/places?district=320902&limit=500").json
    (said,) = Head(ask(public, "/d/320902").text).linked
    assert said["@type"] == "ItemList"
    assert said["numberOfItems"] == answer["numberMatched"]
    items = said["itemListElement"]
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    assert {(item["url"], item["name"]) for item in items} == {
        (f"{SITE}/p/{one['id']}", one["properties"]["name"]) for one in answer["features"]
    }
    (site,) = Head(ask(public, "/").text).linked
    assert (site["@type"], site["url"]) == ("WebSite", f"{SITE}/")
    assert site["inLanguage"] == ["zh-CN", "en"]


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_data_in_json_ld_and_in_the_card(
    app: APIFlask,
    hostile_ids: dict[str, str],  # noqa: F811
    name: str,
) -> None:
    page = app.test_client().get(f"/p/{hostile_ids[name]}").text
    (written,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert not re.search(r"[<>&]", written)
    assert json.loads(written)["name"] == name
    head = Head(page)
    assert head.one("og:title").startswith(name)
    (listed,) = Head(app.test_client().get("/d/320902").text).linked
    assert name in [item["name"] for item in listed["itemListElement"]]
