"""The planner's page as the server writes it: true when empty, literal for hostile names."""

from __future__ import annotations

import html
import json
import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app import create_app
from services.geo.point import Point
from services.locator import Locator
from services.places import LocationSource, LocationState, PlaceDraft, PlaceStatus, Precision
from services.registry.store import PlaceRegistry
from services.settings import Settings
from services.web.planner import amount, bars_path, distance, gap_words, points

HOSTILE = "{{7*7}}<img src=x onerror=alert(1)>${1}</script>"


def words(page: str) -> str:
    """What a reader sees, in one line."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_headline_is_the_api_s_figure_with_its_band_and_its_data(client: FlaskClient) -> None:
    page = words(client.get("/coverage").text)
    figures = client.get("/api/v1/coverage").json
    band = client.get("/api/v1/coverage/sensitivity").json["band"]  # type: ignore[index]
    gaps = client.get("/api/v1/coverage/gaps").json
    assert figures is not None
    assert gaps is not None
    low, high = (100 * band[end]["covered"] // band[end]["weight"] for end in ("low", "high"))
    assert f"{figures['total']['share'] * 100:.1f} %" in page
    assert f"慢 {low}–快 {high}" in page
    assert f"缺口 {gaps['count']} 处" in page
    for part in ("10 分钟步行", "直线÷1.3(513 米)", "4 km/h", "示例数据", figures["data"]["date"]):
        assert part in page


def test_an_hour_in_the_address_gives_the_sure_and_the_possible_share(client: FlaskClient) -> None:
    page = words(client.get("/coverage?at=2026-11-25T10:00").text)
    total = client.get("/api/v1/coverage?at=2026-11-25T10:00").json["total"]  # type: ignore[index]
    assert total["share"] < total["share_high"]
    assert f"周三 10:00 {total['share'] * 100:.1f} %" in page
    assert f"未知都开则 {total['share_high'] * 100:.1f} %" in page


def test_boxes_of_one_name_are_one_list_and_unknown_parameters_are_left_alone(
    client: FlaskClient,
) -> None:
    page = client.get("/coverage?count_also=kind&count_also=stale&at=&utm=x").text
    both = client.get("/api/v1/coverage?count_also=kind,stale").json["total"]  # type: ignore[index]
    assert f"{both['share'] * 100:.1f} %" in words(page)
    assert page.count('form="standard" checked') == 2
    assert "count_also=kind%2Cstale" in page  # the report is of the same standard


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("minutes=0", "minutes"),
        ("minutes=１0", "minutes"),
        ("mode=fly", "fly"),
        ("spacing_m=5", "spacing_m"),
        ("count_also=charm", "charm"),
        ("method=streets", "没有街道路网"),
        ("at=2026-13-01", "at"),
    ],
)
def test_a_wrong_standard_is_a_page_with_a_sentence(
    client: FlaskClient, query: str, sentence: str
) -> None:
    answer = client.get(f"/coverage?{query}")
    assert answer.status_code == 400
    assert answer.content_type.startswith("text/html")
    assert sentence in words(answer.text)


def test_an_empty_registry_says_that_nothing_counts(tmp_path: object) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/empty.db"))
    page = words(app.test_client().get("/coverage").text)
    app.extensions["locator"].database.dispose()
    assert "没有一个服务点计入(登记库是空的),所以覆盖为 0" in page
    assert "没有可去的服务点" in page
    assert "100.0 %" not in page
    assert not re.search(r"\b(nan|None|Infinity)\b", page, flags=re.IGNORECASE)


@pytest.fixture
def hostile(app: APIFlask) -> APIFlask:
    """The sample's every station renamed, so that each gap's nearest place is a hostile one."""
    locator: Locator = app.extensions["locator"]
    drafts = [
        PlaceDraft(
            kind="station",
            name=f"{HOSTILE} {number}",
            district="320902",
            status=PlaceStatus.PUBLISHED,
            point=Point(33.2 + number / 100, 120.14),
            location_source=LocationSource.GIVEN,
            location_precision=Precision.DOOR,
            location_state=LocationState.CONFIRMED,
            verified_on=locator.now().date(),
            source="hostile",
            source_id=str(number),
        )
        for number in range(40)
    ]
    with locator.database.writing() as session:
        PlaceRegistry(session).apply(creates=drafts, actor="test")
    return app


def test_a_hostile_name_is_literal_in_the_gaps_and_in_no_script(hostile: APIFlask) -> None:
    page = hostile.test_client().get("/coverage").text
    assert html.escape(HOSTILE) in page.replace("&#39;", "&#x27;")
    assert "<img src=x" not in page
    scripts = "".join(re.findall(r"<script.*?</script>", page, flags=re.S))
    assert "7*7" not in scripts
    assert "onerror" not in scripts


def test_no_row_reaches_the_map_s_frame_or_the_page_s_constants(
    client: FlaskClient, hostile: APIFlask
) -> None:
    def scripts(page: str) -> str:
        found = "".join(re.findall(r"<script.*?</script>", page, flags=re.S))
        return re.sub(r'nonce="[^"]+"', "", found)

    plain = client.get("/coverage").text
    assert scripts(plain) == scripts(hostile.test_client().get("/coverage").text)
    config = re.search(r'id="config">(.*?)</script>', plain, flags=re.S)
    assert config is not None
    assert set(json.loads(config[1])) == {"region", "at", "center", "modes", "reasons"}


def test_the_page_speaks_as_its_scripts_do() -> None:
    """The same cases as in ``tests/js/planner.test.mjs``."""
    assert [amount(123_450_000, "m2"), amount(90_000, "m2"), amount(1234.56, "weight")] == [
        "123.45 平方公里",
        "90,000 平方米",
        "1,234.6",
    ]
    assert [points(0.5, 0.507), points(0.5, 0.488), points(0.5, 0.5), points(0.5, 0.50001)] == [
        "+0.7",
        "−1.2",
        "±0",
        "+0.0…",
    ]
    assert points(None, 0.5) == "–"
    assert bars_path([0.5, 0, 1]) == "M0.08 100v-50h.84v50zM2.08 100v-100h.84v100z"
    assert [distance(412.4), distance(1320), distance(120_000)] == [
        "412 米",
        "1.3 公里",
        "120 公里",
    ]


def test_a_gap_says_where_it_is_how_large_and_what_is_nearest() -> None:
    gap = {
        "where": "甲区 · 乙镇以东约 2.0 公里",
        "weight": 2_370_000,
        "nearest_place_name": "丙站",
        "nearest_place_m": 1320.0,
        "travel_s": 1545.0,  # 25.75 minutes
    }
    assert gap_words(gap, "m2") == (
        "甲区 · 乙镇以东约 2.0 公里,2.37 平方公里。最近的是 丙站,1.3 公里,要 26 分钟。"
    )
    none = {**gap, "nearest_place_name": None, "nearest_place_m": None, "travel_s": None}
    assert gap_words(none, "m2").endswith("没有可去的服务点。")
