"""The API: one happy path a route, its schema, its errors."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

CENTRE = {"lat": 33.3575, "lon": 120.1573}

GETS = [
    "/api/v1/places",
    "/api/v1/places.json",
    "/api/v1/pinyin.json",
    "/api/v1/coverage",
    "/api/v1/coverage/areas",
    "/api/v1/coverage/gaps",
    "/api/v1/coverage/places",
    "/api/v1/coverage/points",
    "/api/v1/coverage/sensitivity",
    "/api/v1/coverage/week",
    "/api/v1/districts",
    "/api/v1/basemap.json",
    "/api/v1/kinds",
]
POSTS = ["/api/v1/nearest", "/api/v1/coverage/check"]
PLANNING = ["/api/v1/coverage/area", "/api/v1/coverage/scenario", "/api/v1/coverage/suggest"]
"""Their bodies are in ``test_planning_api.py``."""


def first_id(client: FlaskClient) -> str:
    return str(client.get("/api/v1/places?limit=1").json["features"][0]["id"])  # type: ignore[index]


def documented(client: FlaskClient, path: str, method: str) -> dict[str, Any]:
    """The schema that the OpenAPI document promises for a route's 200."""
    document: dict[str, Any] = client.get("/api/openapi.json").json  # type: ignore[assignment]
    content = document["paths"][path][method]["responses"]["200"]["content"]
    schema: dict[str, Any] = next(iter(content.values()))["schema"]
    return {**schema, "components": document["components"]}


def test_the_document_is_openapi_3_1(client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").json
    assert document["openapi"].startswith("3.1")  # type: ignore[index]
    assert set(document["paths"]) == {  # type: ignore[index]
        *GETS,
        *POSTS,
        *PLANNING,
        "/api/v1/jobs/{job_id}",
        "/api/v1/wechat/signature",
        "/api/v1/places/{place_id}",
    }


@pytest.mark.parametrize("path", GETS)
def test_a_get_answers_as_documented_and_again_with_304(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    Draft202012Validator(documented(client, path, "get")).validate(answer.json)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", POSTS)
def test_a_post_answers_as_documented_and_is_not_stored(client: FlaskClient, path: str) -> None:
    answer = client.post(path, json=CENTRE)
    assert answer.status_code == 200
    Draft202012Validator(documented(client, path, "post")).validate(answer.json)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_place_comes_with_its_hours_for_eight_days(client: FlaskClient) -> None:
    path = f"/api/v1/places/{first_id(client)}"
    answer = client.get(path)
    schema = documented(client, "/api/v1/places/{place_id}", "get")
    Draft202012Validator(schema).validate(answer.json)
    schedule = answer.json["properties"]["schedule"]  # type: ignore[index]
    assert schedule is None or len(schedule) == 8


def test_the_pages_of_the_list_hold_every_place_once(client: FlaskClient) -> None:
    seen: list[str] = []
    address = "/api/v1/places?limit=300"
    while address:
        page = client.get(address).json
        seen += [feature["id"] for feature in page["features"]]  # type: ignore[index]
        links = page["links"]  # type: ignore[index]
        address = next((link["href"] for link in links if link["rel"] == "next"), "")
    assert len(seen) == len(set(seen)) == page["numberMatched"]  # type: ignore[index]


def test_the_compact_list_holds_the_published_numbers(client: FlaskClient) -> None:
    compact = client.get("/api/v1/places.json").json
    counted = {
        kind: compact["kind"].count(index)  # type: ignore[index]
        for index, kind in enumerate(compact["kinds"])  # type: ignore[index]
    }
    assert counted["station"] == 454
    assert counted["recuperation_base"] == 17
    assert counted["happy_enterprise"] == 240
    assert compact["sample"] is True  # type: ignore[index]


def test_the_compact_list_is_small(client: FlaskClient) -> None:
    answer = client.get("/api/v1/places.json", headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.data) < 40_000


@pytest.mark.parametrize("coding", ["br", "gzip"])
@pytest.mark.parametrize("path", GETS)
def test_every_list_is_compressed(client: FlaskClient, path: str, coding: str) -> None:
    answer = client.get(path, headers={"Accept-Encoding": coding})
    assert answer.headers["Content-Encoding"] == coding


def test_gcj02_is_given_only_when_asked_for_and_labelled(client: FlaskClient) -> None:
    plain = client.get("/api/v1/places?limit=1").json["features"][0]  # type: ignore[index]
    shifted = client.get("/api/v1/places?limit=1&datum=gcj02").json["features"][0]  # type: ignore[index]
    assert plain["properties"].get("datum") is None
    assert shifted["properties"]["datum"] == "gcj02"
    assert plain["geometry"] != shifted["geometry"]


def error(answer: TestResponse) -> dict[str, Any]:
    assert answer.content_type == "application/json"
    body: dict[str, Any] = answer.json  # type: ignore[assignment]
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "field", "message"}
    problem: dict[str, Any] = body["error"]
    return problem


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"lat": 120.16, "lon": 33.4}', "lat"),
        ('{"lat": "33.4", "lon": 120.16}', "lat"),
        ('{"lat": 33.4}', "lon"),
        ('{"lat": 33.4, "lon": 120.16, "mode": "fly"}', "mode"),
        ('{"lat": 33.4, "lon": 120.16, "minutes": 0}', "minutes"),
        ('{"lat": 33.4, "lon": 120.16, "minutes": 1e9}', "minutes"),
        ('{"lat": 33.4, "lon": 120.16, "colour": "red"}', "colour"),
    ],
)
@pytest.mark.parametrize("path", POSTS)
def test_a_wrong_value_is_refused_by_name(
    client: FlaskClient, path: str, body: str, field: str
) -> None:
    answer = client.post(path, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert error(answer)["field"] == field


@pytest.mark.parametrize(
    "body", ["", "{", "[1]", "null", '{"lat": NaN, "lon": 1}', "[" * 5000, "\udcff\x00", '"x"']
)
def test_a_body_that_is_not_an_object_is_refused(client: FlaskClient, body: str) -> None:
    raw = body.encode("utf-8", "surrogateescape")
    answer = client.post("/api/v1/nearest", data=raw, content_type="application/json")
    assert answer.status_code == 400
    assert error(answer)["message"]


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59", "9999-12-31T23:59+00:00"])
def test_a_time_that_is_centuries_away_is_refused(client: FlaskClient, at: str) -> None:
    answer = client.post("/api/v1/nearest", json={**CENTRE, "at": at})
    assert answer.status_code == 400
    assert error(answer)["field"] == "at"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
@pytest.mark.parametrize("path", POSTS)
def test_a_body_that_is_not_called_json_is_refused(
    client: FlaskClient, path: str, kind: str | None
) -> None:
    answer = client.post(path, data=b'{"lat": 33.4, "lon": 120.16}', content_type=kind)
    assert answer.status_code == 415
    error(answer)


def test_a_body_over_the_limit_is_refused(client: FlaskClient) -> None:
    answer = client.post("/api/v1/nearest", data=b" " * 70_000, content_type="application/json")
    assert answer.status_code == 413
    error(answer)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=1_0", "limit"),
        ("limit=１", "limit"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=nan,1,2,3", "bbox"),
        ("bbox=119,34,121,33", "bbox"),
        ("kind=pub", "kind"),
        ("amenity=sauna", "amenity"),
        ("district=110101", "district"),
        ("district=320902,亭湖区", "district"),
        ("kind=station&kind=pub", "kind"),
        ("kind=station,", "kind"),
        ("open_at=soon", "open_at"),
        ("open_at=9999-12-31T23:59", "open_at"),
        ("updated_since=0001-01-01T00:00%2B14:00", "updated_since"),
        ("q=" + "x" * 65, "q"),
        ("datum=bd09", "datum"),
        ("lat=33.4", "lat"),
    ],
)
def test_a_wrong_filter_is_refused_by_name(client: FlaskClient, query: str, field: str) -> None:
    answer = client.get(f"/api/v1/places?{query}")
    assert answer.status_code == 400
    assert error(answer)["field"] == field


def test_a_place_that_is_not_there_is_404(client: FlaskClient) -> None:
    assert client.get("/api/v1/places/nothing").status_code == 404
    assert client.get("/api/v1/nothing").status_code == 404
    assert client.delete("/api/v1/places").status_code == 405


def test_the_check_and_the_list_agree_on_the_nearest(client: FlaskClient) -> None:
    check = client.post("/api/v1/coverage/check", json=CENTRE).json
    assert check["covered"] == (check["nearest"]["distance_m"] <= check["limit_m"])  # type: ignore[index]
    assert check["limit_m"] == pytest.approx(4000 / 6 / 1.3, abs=0.1)  # type: ignore[index]


def test_the_districts_add_up_to_the_city(client: FlaskClient) -> None:
    coverage = client.get("/api/v1/coverage").json
    for table in (coverage, *coverage["standards"]):  # type: ignore[index]
        for member in ("weight", "covered"):
            assert sum(row[member] for row in table["districts"]) == table["total"][member]
    assert coverage["data"]["sample"] is True  # type: ignore[index]
