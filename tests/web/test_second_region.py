"""The pages of another city: nothing on them is Yancheng's, and nothing is left hanging."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask

from app import create_app
from services import workflows
from services.settings import Settings
from tests.conftest import VADUZ
from tests.web.test_api import GETS, POSTS

CENTRE = {"lat": 47.14, "lon": 9.52}
YANCHENG = re.compile(r"盐城|盐都|亭湖|江苏|yancheng|12351|\b3209\d\d\b|33\.3575|120\.157")
"""Its names, its districts, its adcodes, its hotline, its centre."""


@pytest.fixture
def vaduz(tmp_path: Path) -> Iterator[APIFlask]:
    """The application of a city without a hotline, its registry empty."""
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'registry.db'}", region=VADUZ))
    yield app
    app.extensions["locator"].database.dispose()


@pytest.mark.parametrize("path", ["/", "/map", "/embed", "/about", "/d/700101", "/nowhere"])
def test_a_city_without_a_hotline_shows_no_empty_one(vaduz: APIFlask, path: str) -> None:
    page = vaduz.test_client().get(path).get_data(as_text=True)
    assert "瓦杜兹" in page
    assert "盐城" not in page
    assert "热线" not in page
    assert 'href="tel:"' not in page


@pytest.fixture(scope="module")
def with_sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[APIFlask]:
    """The application of that city with a sample of its own."""
    path = tmp_path_factory.mktemp("vaduz") / "registry.db"
    app = create_app(Settings(database_url=f"sqlite:///{path}", region=VADUZ))
    assert workflows.load_sample(app.extensions["locator"]) > 0
    yield app
    app.extensions["locator"].database.dispose()


def test_every_page_and_every_answer_is_of_that_city_alone(with_sample: APIFlask) -> None:
    client = with_sample.test_client()
    locator = with_sample.extensions["locator"]
    some = locator.snapshot().places[0].id
    pages = ["/", "/map", "/embed", "/about", f"/p/{some}", *(f"/d/7001{n:02}" for n in (1, 2))]
    answers = {path: client.get(path) for path in [*pages, *GETS, f"/api/v1/places/{some}"]} | {
        path: client.post(path, json=CENTRE) for path in POSTS
    }
    for path, answer in answers.items():
        assert answer.status_code == 200, path
        assert YANCHENG.search(answer.text) is None, (path, YANCHENG.findall(answer.text))
    for path in pages:
        assert "瓦杜兹" in answers[path].text, path
    assert client.get("/api/openapi.json").json["info"]["title"] == "瓦杜兹职工服务地图"  # type: ignore[index]


def test_the_answers_are_of_that_place_and_of_that_clock(with_sample: APIFlask) -> None:
    client = with_sample.test_client()
    nearest = client.post("/api/v1/nearest", json={**CENTRE, "at": "2026-07-01T12:00"}).json
    assert nearest["at"] == "2026-07-01T12:00:00+02:00"  # type: ignore[index]
    assert nearest["places"][0]["distance_m"] < 10_000  # type: ignore[index]
    winter = client.post("/api/v1/nearest", json={**CENTRE, "at": "2026-12-01T12:00"}).json
    assert winter["at"] == "2026-12-01T12:00:00+01:00"  # type: ignore[index]
    south, west, north, east = client.get("/api/v1/basemap.json").json["bounds"]  # type: ignore[index]
    assert 46 < south < north < 48
    assert 9 < west < east < 10
    districts = client.get("/api/v1/coverage").json["districts"]  # type: ignore[index]
    assert {row["adcode"][:4] for row in districts} == {"7001"}


def test_no_script_and_no_style_names_a_city(with_sample: APIFlask) -> None:
    client = with_sample.test_client()
    assets = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', client.get("/").text))
    assert any(address.endswith(".js") for address in assets)
    for address in assets:
        assert YANCHENG.search(client.get(address).text) is None, address
