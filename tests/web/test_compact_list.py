"""``places.json`` and ``pinyin.json``: what the browser gets, and what it weighs."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import orjson
from apiflask import APIFlask
from flask.testing import FlaskClient

from app import create_app
from services.geo.point import Point
from services.locator import Locator
from services.places import (
    Access,
    LocationSource,
    LocationState,
    PlaceDraft,
    Precision,
    vocabulary,
)
from services.registry.store import PlaceRegistry
from services.settings import Settings
from services.web.compact import DAYS, compact_places, search_words


def draft(name: str, **values: Any) -> PlaceDraft:
    return PlaceDraft(
        kind="station",
        name=name,
        district="320902",
        point=Point(33.38, 120.14),
        location_source=LocationSource.GIVEN,
        location_precision=Precision.DOOR,
        location_state=LocationState.LOCATED,
        source="list",
        source_id=name,
        **values,
    )


def compact_of(locator: Locator, drafts: list[PlaceDraft]) -> dict[str, Any]:
    with locator.database.writing() as session:
        PlaceRegistry(session).apply(creates=drafts, actor="test")
    made = compact_places(
        locator.snapshot().places,
        revision=1,
        sample=False,
        midnight=locator.now().replace(hour=0, minute=0, second=0, microsecond=0),
        region=locator.region,
        vocabulary=locator.vocabulary,
        calendar=locator.calendar,
    )
    return dict(orjson.loads(orjson.dumps(made)))


def row(compact: dict[str, Any], name: str) -> int:
    return int(compact["name"].index(name))


def test_sparse_members_say_only_what_the_others_do_not(
    make_locator: Callable[..., Locator],
) -> None:
    compact = compact_of(
        make_locator(),
        [
            draft("甲站", address="亭湖区毓龙街道1号", township="毓龙街道", host="甲"),
            draft(
                "乙站",
                address="解放南路2号",
                township="文峰街道",
                host="工会",
                access=Access.QR_DOOR,
            ),
            draft("丙站", other_names=("丙驿站", "Ｃ")),
            draft("😀丁站", host="😀丁"),
        ],
    )
    first, second, third, fourth = (row(compact, n) for n in ("甲站", "乙站", "丙站", "😀丁站"))
    assert compact["township"] == {str(second): "文峰街道"}
    assert compact["other_names"] == {str(third): ["丙驿站", "Ｃ"]}
    assert [compact["host"][i] for i in (first, second, third)] == [1, "工会", ""]
    assert compact["host"][fourth] == "😀丁", "two units in the browser, one here: told in full"
    assert [compact["accesses"][compact["access"][second]], compact["access"][first]] == [
        "qr_door",
        -1,
    ]


def test_a_night_is_cut_at_midnight_and_equal_days_are_told_once(
    make_locator: Callable[..., Locator],
) -> None:
    compact = compact_of(
        make_locator(),
        [
            draft("夜站", opening_hours="22:00-06:00"),
            draft("日站", opening_hours="08:00-18:00"),
            draft("也是日站", opening_hours="Mo-Su 08:00-18:00"),
            draft("无时间"),
        ],
    )
    hours = {
        name: compact["hours"][compact["opening"][row(compact, name)]][1]
        for name in ("夜站", "日站", "也是日站", "无时间")
    }
    assert [compact["day_patterns"][i] for i in hours["夜站"]] == [[0, 360, 1320, 1440]] * DAYS
    assert [compact["day_patterns"][i] for i in hours["日站"]] == [[480, 1080]] * DAYS
    assert hours["日站"] == hours["也是日站"]
    assert hours["无时间"] is None
    assert len(compact["day_patterns"]) == 2


def test_the_sample_stays_light(client: FlaskClient) -> None:
    """Ids, names, addresses and points alone are 23 kB under gzip: nothing repeats in them."""
    sizes = {}
    for path in ("/api/v1/places.json", "/api/v1/pinyin.json"):
        for coding in ("gzip", "br"):
            answer = client.get(path, headers={"Accept-Encoding": coding})
            sizes[path, coding] = len(answer.data)
    assert sizes["/api/v1/places.json", "gzip"] < 34_000
    assert sizes["/api/v1/places.json", "br"] < 27_000
    assert sizes["/api/v1/pinyin.json", "br"] < 10_000


def test_the_readings_cover_every_chinese_character_of_the_list_and_of_the_towns(
    client: FlaskClient, reading_app: APIFlask
) -> None:
    compact, words = (client.get(f"/api/v1/{n}.json").json for n in ("places", "pinyin"))
    assert compact is not None and words is not None
    locator: Locator = reading_app.extensions["locator"]
    towns = [entry.name for entry in locator.region.gazetteer]
    written = {c for t in (*compact["name"], *compact["address"], *towns) for c in t}
    known = set("".join(words["readings"].values()))
    assert {c for c in written if "\u4e00" <= c <= "\u9fff"} <= known
    assert "工会驿站" in words["kinds"]["station"]
    assert set(words["kinds"]) == {kind.key for kind in locator.vocabulary.kinds}


def test_where_nothing_is_chinese_the_table_is_empty_although_the_kinds_have_chinese_names() -> (
    None
):
    place = SimpleNamespace(name="Vaduz")
    region = SimpleNamespace(districts=[place], gazetteer=[])
    words = search_words([], revision=0, region=region, vocabulary=vocabulary())  # type: ignore[arg-type]
    assert words["readings"] == {}
    assert "Outdoor-worker station" in words["kinds"]["station"]


def test_the_words_change_with_the_registry(app: APIFlask) -> None:
    client = app.test_client()
    before = client.get("/api/v1/pinyin.json")
    locator: Locator = app.extensions["locator"]
    with locator.database.writing() as session:
        PlaceRegistry(session).apply(creates=[draft("饕餮站")], actor="test")
    after = client.get("/api/v1/pinyin.json", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "饕" in after.json["readings"]["tao"]  # type: ignore[index]
    assert "饕" not in before.json["readings"]["tao"]  # type: ignore[index]


def test_an_empty_registry_still_knows_its_towns(tmp_path: object) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/empty.db"))
    client = app.test_client()
    assert client.get("/api/v1/places.json").json["count"] == 0  # type: ignore[index]
    assert client.get("/api/v1/pinyin.json").json["readings"]["yan"]  # type: ignore[index]
    assert len(gzip.compress(client.get("/api/v1/places.json").data)) < 2_000
    app.extensions["locator"].database.dispose()
