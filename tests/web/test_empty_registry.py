"""Nothing registered, nothing published, nothing located: every page still says something true;
and what is not published is seen nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from app import create_app
from services import workflows
from services.geo.point import Point
from services.locator import Locator
from services.places import (
    LocationSource,
    LocationState,
    PlaceDraft,
    PlaceStatus,
    PlaceUpdate,
    Precision,
)
from services.registry.store import PlaceRegistry
from services.settings import Settings
from tests.web.test_api import GETS, POSTS, documented

DISTRICT = "320902"
PAGES = ["/", "/map", "/embed", "/about", f"/d/{DISTRICT}"]
HERE = Point(33.38, 120.14)
HIDDEN = [PlaceStatus.DRAFT, PlaceStatus.SUSPENDED, PlaceStatus.WITHDRAWN]


def place(name: str, status: PlaceStatus = PlaceStatus.PUBLISHED, **values: Any) -> PlaceDraft:
    located: dict[str, Any] = {
        "point": HERE,
        "location_source": LocationSource.GIVEN,
        "location_precision": Precision.DOOR,
        "location_state": LocationState.LOCATED,
    }
    return PlaceDraft(
        kind="station",
        name=name,
        district=DISTRICT,
        status=status,
        opening_hours="24/7",
        source="list",
        source_id=name,
        **{**located, **values},
    )


UNLOCATED = place("无位站", point=None, location_state=LocationState.PENDING)
DRAFT = place("草稿站", PlaceStatus.DRAFT)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[Sequence[PlaceDraft]], APIFlask]]:
    """Make an application on a registry with these places."""
    made: list[APIFlask] = []

    def make(drafts: Sequence[PlaceDraft]) -> APIFlask:
        app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'registry.db'}"))
        made.append(app)
        add(app, drafts)
        return app

    yield make
    for app in made:
        app.extensions["locator"].database.dispose()


Serve = Callable[[Sequence[PlaceDraft]], APIFlask]


def locator(app: APIFlask) -> Locator:
    found: Locator = app.extensions["locator"]
    return found


def add(app: APIFlask, drafts: Sequence[PlaceDraft]) -> tuple[str, ...]:
    with locator(app).database.writing() as session:
        return PlaceRegistry(session).apply(creates=drafts, actor="test").ids


NOTHING_SHOWN = [
    pytest.param([], id="empty"),
    pytest.param([DRAFT], id="only drafts"),
    pytest.param([UNLOCATED], id="only unlocated"),
]


@pytest.mark.parametrize("drafts", NOTHING_SHOWN)
def test_the_finder_says_that_there_is_nothing_to_find_yet(
    serve: Serve, drafts: list[PlaceDraft]
) -> None:
    client = serve(drafts).test_client()
    for page in ("/", "/embed"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert "还没有可以找的地方" in answer.text, page
        assert "示例数据" not in answer.text, page


@pytest.mark.parametrize("drafts", NOTHING_SHOWN)
def test_the_other_pages_speak_of_nothing(serve: Serve, drafts: list[PlaceDraft]) -> None:
    client = serve(drafts).test_client()
    listed = len([draft for draft in drafts if draft.status is PlaceStatus.PUBLISHED])
    assert client.get("/map").status_code == 200
    district = client.get(f"/d/{DISTRICT}").text
    assert f"登记了 {listed} 处" in district
    assert ("还没有登记地点" in district) is not listed
    about = client.get("/about")
    assert about.status_code == 200
    assert "计入 0 处" in about.text
    assert "0.0 %" in about.text
    for page in (district, about.text):
        assert "None" not in page
        assert "nan" not in page


@pytest.mark.parametrize("drafts", NOTHING_SHOWN)
def test_the_api_answers_as_documented(serve: Serve, drafts: list[PlaceDraft]) -> None:
    client = serve(drafts).test_client()

    def validated(path: str, method: str) -> Any:
        here = {"lat": HERE.lat, "lon": HERE.lon}
        answer = client.get(path) if method == "get" else client.post(path, json=here)
        assert answer.status_code == 200, path
        Draft202012Validator(documented(client, path, method)).validate(answer.json)
        return answer.json

    for path in GETS:
        validated(path, "get")
    nearest, check = (validated(path, "post") for path in POSTS)
    assert nearest["places"] == []
    assert (check["covered"], check["covered_by"], check["nearest"]) == (False, [], None)
    assert client.get("/api/v1/places.json").json["count"] == 0  # type: ignore[index]
    assert client.get("/api/v1/coverage").json["total"]["covered"] == 0  # type: ignore[index]


def test_a_published_place_without_a_point_has_a_page_that_says_so(serve: Serve) -> None:
    app = serve([])
    (place_id,) = add(app, [UNLOCATED])
    client = app.test_client()
    page = client.get(f"/p/{place_id}")
    assert page.status_code == 200
    assert "还没有位置" in page.text
    feature = client.get(f"/api/v1/places/{place_id}").json
    assert feature["geometry"] is None  # type: ignore[index]
    assert "无位站" in client.get(f"/d/{DISTRICT}").text


def test_the_check_says_that_there_is_nothing_that_counts(serve: Serve) -> None:
    answer = workflows.check(locator(serve([DRAFT])), HERE)
    assert answer.sentences() == ["不在服务圈内(步行 10 分钟(直线 513 米)):还没有计入的服务点。"]


# --- what is not published ---------------------------------------------------------------------


def shown_anywhere(client: FlaskClient, name: str) -> list[str]:
    """The addresses at which the name is seen."""
    here = {"lat": HERE.lat, "lon": HERE.lon}
    answers = {
        **{path: client.get(path).text for path in [*PAGES, *GETS]},
        "q": "" if client.get(f"/api/v1/places?q={name}").json["numberMatched"] == 0 else name,  # type: ignore[index]
        **{path: client.post(path, json=here).text for path in POSTS},
    }
    return [address for address, text in answers.items() if name in text]


@pytest.mark.parametrize("status", HIDDEN)
def test_a_place_that_is_not_published_is_seen_nowhere(
    serve: Serve, status: PlaceStatus, tmp_path: Path
) -> None:
    app = serve([place("公开站")])
    client = app.test_client()
    tags = {path: client.get(path).headers["ETag"] for path in GETS}
    state = client.get("/readyz").json
    check = client.post("/api/v1/coverage/check", json={"lat": HERE.lat, "lon": HERE.lon}).json

    (hidden,) = add(app, [place("秘密站", status, verified_on=locator(app).now().date())])
    assert shown_anywhere(client, "秘密站") == []
    for path in (f"/p/{hidden}", f"/api/v1/places/{hidden}"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "秘密站" not in answer.text
    assert client.get("/readyz").json == state
    assert {path: client.get(path).headers["ETag"] for path in GETS} == tags
    assert (
        client.post("/api/v1/coverage/check", json={"lat": HERE.lat, "lon": HERE.lon}).json == check
    )

    copy = tmp_path / "copy.csv"
    assert workflows.export_file(locator(app), copy) == 1
    assert "秘密站" not in copy.read_text("utf-8-sig")

    # The search would find it: once published, it is everywhere, and the tags have moved.
    with locator(app).database.writing() as session:
        update = PlaceUpdate(hidden, 1, {"status": PlaceStatus.PUBLISHED})
        PlaceRegistry(session).apply(updates=[update], actor="test")
    assert set(shown_anywhere(client, "秘密站")) >= {
        "/",
        "/embed",
        f"/d/{DISTRICT}",
        "/api/v1/places",
        "/api/v1/places.json",
        "q",
        *POSTS,
    }
    assert client.get("/api/v1/places.json").headers["ETag"] != tags["/api/v1/places.json"]
    assert client.get(f"/p/{hidden}").status_code == 200
