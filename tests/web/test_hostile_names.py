"""Names with template syntax and markup are names: shown as they are, run by nobody."""

from __future__ import annotations

import html
import re

import pytest
from apiflask import APIFlask

from app import create_app
from services.geo.point import Point
from services.locator import Locator
from services.places import LocationSource, LocationState, PlaceDraft, Precision
from services.registry.store import PlaceRegistry
from services.settings import Settings

NAMES = [
    "{{7*7}}<img src=x onerror=alert(1)>${1}",
    "{% raw %}",
    "{{cycler.__init__.__globals__.os.popen('id').read()}}",
    "</script><script>alert(1)</script>",
    "`${alert(1)}`\\`",
]


@pytest.fixture
def hostile_ids(app: APIFlask) -> dict[str, str]:
    """The hostile places' ids by name, registered beside the sample."""
    locator: Locator = app.extensions["locator"]
    drafts = [
        PlaceDraft(
            kind="station",
            name=name,
            address=name,
            host=name,
            phone="12351",
            district="320902",
            point=Point(33.39, 120.14),
            location_source=LocationSource.GIVEN,
            location_precision=Precision.DOOR,
            location_state=LocationState.LOCATED,
            opening_hours_raw=name,
            source="hostile",
            source_id=str(number),
        )
        for number, name in enumerate(NAMES)
    ]
    with locator.database.writing() as session:
        applied = PlaceRegistry(session).apply(creates=drafts, actor="test")
    return dict(zip(NAMES, applied.ids, strict=True))


def normalised(text: str) -> str:
    return re.sub(r'nonce="[^"]+"', 'nonce=""', text)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_shown_literally(
    app: APIFlask, hostile_ids: dict[str, str], name: str
) -> None:
    client = app.test_client()
    for address in (f"/p/{hostile_ids[name]}", "/d/320902"):
        page = client.get(address).text
        assert html.escape(name) in page.replace("&#39;", "&#x27;").replace("&#34;", "&quot;"), (
            address
        )
        assert "<img src=x" not in page
        assert "<script>alert" not in page
    feature = client.get(f"/api/v1/places/{hostile_ids[name]}").json
    assert feature["properties"]["name"] == name  # type: ignore[index]
    assert name in client.get("/api/v1/places.json").json["name"]  # type: ignore[index]


def test_the_map_page_has_the_same_bytes_for_an_empty_and_for_a_hostile_registry(
    app: APIFlask, hostile_ids: dict[str, str], tmp_path: object
) -> None:
    empty = create_app(Settings(database_url=f"sqlite:///{tmp_path}/empty.db"))
    with_sample_word = normalised(app.test_client().get("/map").text)
    without = normalised(empty.test_client().get("/map").text)
    empty.extensions["locator"].database.dispose()

    # The word 示例数据 is a property of the registry as a whole, not a row's value.
    def frame(page: str) -> str:
        return re.sub(r'\s*<a class="sample".*?</a>|\s*<p>示例数据.*?</p>', "", page, flags=re.S)

    assert frame(with_sample_word) == frame(without)
