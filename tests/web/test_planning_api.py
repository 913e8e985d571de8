"""The planner's routes: as documented, exact, the same from every side, wrong in words."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from geographiclib.geodesic import Geodesic
from jsonschema import Draft202012Validator
from shapely.geometry import mapping
from werkzeug.test import TestResponse

from app import create_app
from services import workflows
from services.geo.point import Point
from services.jobs import JobQueue
from services.limits import JOBS_QUEUED_MAX
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
from tests.web.test_api import PLANNING, documented

COVERAGE = "/api/v1/coverage"
QUESTIONS = ["", "/areas", "/gaps", "/places", "/points", "/sensitivity", "/week"]
RULES = ("kind", "status", "location", "precision", "stale")


def asked(client: FlaskClient, path: str, **query: object) -> dict[str, Any]:
    answer = client.get(f"{COVERAGE}{path}", query_string=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def sent(client: FlaskClient, path: str, body: dict[str, Any]) -> TestResponse:
    return client.post(f"{COVERAGE}{path}", json=body)


def told(client: FlaskClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = sent(client, path, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def refused(answer: TestResponse, status: int = 400) -> tuple[str, str]:
    """The field and the sentence of an error."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    problem = answer.get_json()["error"]
    assert set(problem) == {"code", "field", "message"}
    assert problem["message"].endswith(("。", "?"))
    return problem["field"], problem["message"]


def sums(figures: dict[str, Any]) -> tuple[int, int]:
    districts = figures["districts"]
    return sum(d["weight"] for d in districts), sum(d["covered"] for d in districts)


# --- the same figure from every side --------------------------------------------------------


@pytest.mark.parametrize("query", [{}, {"mode": "ebike", "minutes": 5}, {"weigh": "people"}])
def test_the_districts_add_up_to_the_total(client: FlaskClient, query: dict[str, Any]) -> None:
    found = asked(client, "", **query)
    for figures in (found, *found["standards"]):
        total = figures["total"]
        assert sums(figures) == (total["weight"], total["covered"])
        assert total["share"] == total["covered"] / total["weight"]
    assert found["overlap"]["1"] == found["total"]["covered"]


def test_people_are_the_census_s_and_not_square_metres(client: FlaskClient) -> None:
    found = asked(client, "", weigh="people")
    locator: Locator = client.application.extensions["locator"]
    residents = {
        area.adcode: locator.region.urban_residents(area.adcode)
        for area in locator.region.urban_areas
    }
    assert {d["adcode"]: d["weight"] for d in found["districts"] if d["weight"]} == residents
    assert found["demand"]["unit"] == "people"
    assert found["total"]["weight"] != asked(client, "")["total"]["weight"]


def band(figures: dict[str, Any]) -> dict[str, int]:
    return {"low": figures["covered"], "high": figures["covered_high"]}


def test_an_hour_of_the_week_is_the_figure_at_that_hour(client: FlaskClient) -> None:
    week = asked(client, "/week")
    monday = datetime.fromisoformat(week["monday"])
    assert [len(week["total"]), *{len(each) for each in week["districts"].values()}] == [168, 168]
    seen = set()
    for hour in (0, 10, 12, 19, 33, 146, 167):  # Monday 10:00 and Sunday 02:00 among them
        at = monday + timedelta(hours=hour)
        found = asked(client, "", at=at.isoformat())
        assert week["total"][hour] == band(found["total"])
        for district in found["districts"]:
            assert week["districts"][district["adcode"]][hour] == band(district)
        seen.add(week["total"][hour]["low"])
    assert len(seen) >= 3
    assert week["total"][10]["low"] > week["total"][146]["low"]
    assert sum(week["weights"].values()) == week["weight"]


def test_the_week_is_that_of_the_moment_holidays_included(client: FlaskClient) -> None:
    holiday = asked(client, "/week", at="2026-10-01T12:00")
    assert holiday["monday"] == "2026-09-28"
    thursday = 3 * 24 + 10
    at = asked(client, "", at="2026-10-01T10:00")
    assert holiday["total"][thursday]["low"] == at["total"]["covered"]
    plain = asked(client, "/week", at="2026-11-12T12:00+08:00")
    assert holiday["total"][thursday]["low"] < plain["total"][thursday]["low"]


def test_the_points_are_the_grid_and_who_serves_it(client: FlaskClient) -> None:
    locator: Locator = client.application.extensions["locator"]
    found, figures = asked(client, "/points"), asked(client, "")
    lats, lons = (np.cumsum(found[axis]) for axis in ("lat", "lon"))
    count, district = np.array(found["count"]), np.array(found["district"])
    assert len(lats) == len(lons) == len(count) == len(district) == figures["demand"]["points"]
    grid = locator.grid(100.0)
    assert np.array_equal(lats, np.round(grid.lats * 1_000_000))
    assert np.array_equal(lons, np.round(grid.lons * 1_000_000))
    assert found["weight"] == 10_000
    for k in ("1", "2", "3"):
        assert 10_000 * int((count >= int(k)).sum()) == figures["overlap"][k]
    for number, (adcode, _) in enumerate(found["districts"]):
        row = next(each for each in figures["districts"] if each["adcode"] == adcode)
        assert 10_000 * int((count[district == number] > 0).sum()) == row["covered"]
    places = [p for p in asked(client, "/places")["places"] if p["counted"]]
    for number in np.random.default_rng(3).integers(0, len(lats), 40):
        metres = [
            Geodesic.WGS84.Inverse(grid.lats[number], grid.lons[number], p["lat"], p["lon"])["s12"]
            for p in places
        ]
        assert sum(m <= 10 * 60 * 4 / 3.6 / 1.3 for m in metres) == count[number]


def test_points_at_an_hour_are_those_that_are_open_for_sure(client: FlaskClient) -> None:
    night = {"at": "2026-11-22T02:00"}
    count = np.array(asked(client, "/points", **night)["count"])
    assert 10_000 * int((count > 0).sum()) == asked(client, "", **night)["total"]["covered"]


def test_a_place_is_worth_what_closing_it_takes_away(client: FlaskClient) -> None:
    found = asked(client, "/places")["places"]
    figures, points = asked(client, ""), asked(client, "/points")
    assert sum(p["counted"] for p in found) == figures["data"]["counted"]
    assert sum(p["reach"] for p in found) == 10_000 * sum(points["count"])
    assert all(p["reason"] in RULES and p["reach"] == 0 for p in found if not p["counted"])
    first = next(p for p in found if p["counted"] and p["sole"])
    change = told(client, "/scenario", {"edits": [{"op": "close", "id": first["id"]}]})
    before, after = (change[when]["total"]["covered"] for when in ("before", "after"))
    assert before - after == first["sole"] <= first["reach"]


def test_the_gaps_are_all_that_is_not_covered(client: FlaskClient) -> None:
    found, total = asked(client, "/gaps"), asked(client, "")["total"]
    gaps = found["gaps"]
    assert found["weight"] == sum(g["weight"] for g in gaps) == total["weight"] - total["covered"]
    assert [g["rank"] for g in gaps] == list(range(1, found["count"] + 1))
    assert [g["weight"] for g in gaps] == sorted((g["weight"] for g in gaps), reverse=True)
    counted = [p for p in asked(client, "/places")["places"] if p["counted"]]
    for gap in gaps[:5]:
        metres, nearest = min(
            (Geodesic.WGS84.Inverse(gap["lat"], gap["lon"], p["lat"], p["lon"])["s12"], p["id"])
            for p in counted
        )
        assert nearest == gap["nearest_place"]
        assert gap["nearest_place_m"] == pytest.approx(metres, abs=0.7)
        assert metres > 512


def test_switching_a_rule_off_makes_the_difference_that_was_announced(client: FlaskClient) -> None:
    found, base = asked(client, "/sensitivity"), asked(client, "")["total"]
    assert found["base"]["total"] == base
    rows = {row["key"]: row for row in found["variations"]}
    assert found["band"]["low"]["covered"] < base["covered"] < found["band"]["high"]["covered"]
    moved = 0
    for rule in set(RULES) & rows.keys():
        covered = asked(client, "", count_also=rule)["total"]["covered"]
        assert rows[rule]["covered"] == covered
        assert rows[rule]["difference"] == covered - base["covered"]
        moved += covered > base["covered"]
    assert moved >= 2


def polygons(client: FlaskClient, adcode: str) -> dict[str, Any]:
    region = client.application.extensions["locator"].region
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"adcode": area.adcode, "name": area.name},
                "geometry": mapping(area.polygon),
            }
            for area in region.urban_areas
            if area.adcode == adcode
        ],
    }


def test_an_area_drawn_over_a_district_has_its_figures(client: FlaskClient) -> None:
    body = {"areas": polygons(client, "320903"), "at": "2026-11-25T19:00"}
    found = told(client, "/area", body)
    Draft202012Validator(documented(client, f"{COVERAGE}/area", "post")).validate(found)
    whole = asked(client, "", at="2026-11-25T19:00")
    same = next(each for each in whole["districts"] if each["adcode"] == "320903")
    [drawn] = found["districts"]
    # Another plane, round the district alone: the grid's points are others, as many to 1 %.
    assert drawn["weight"] == pytest.approx(same["weight"], rel=0.01)
    assert drawn["share"] == pytest.approx(same["share"], abs=0.01)
    assert drawn["share_high"] == pytest.approx(same["share_high"], abs=0.01)
    people = told(client, "/area", {"areas": polygons(client, "320903"), "weigh": "people"})
    region = client.application.extensions["locator"].region
    assert people["total"]["weight"] == region.urban_residents("320903")


# --- what if ---------------------------------------------------------------------------------


def some_edits(client: FlaskClient) -> list[dict[str, Any]]:
    """One of each kind, in the middle of things."""
    counted = [p for p in asked(client, "/places")["places"] if p["counted"] and p["reach"]]
    moved, closed, suspended, longer, unknown = counted[10:15]
    return [
        {"op": "add", "id": "n1", "lat": 33.39, "lon": 120.15, "opening_hours": "24/7"},
        {"op": "add", "id": "n2", "lat": closed["lat"], "lon": closed["lon"], "name": "新站"},
        {"op": "move", "id": moved["id"], "lat": moved["lat"] + 0.002, "lon": moved["lon"]},
        {"op": "close", "id": closed["id"]},
        {"op": "suspend", "id": suspended["id"]},
        {"op": "hours", "id": longer["id"], "opening_hours": "Mo-Su 06:00-23:00"},
        {"op": "hours", "id": unknown["id"], "opening_hours": ""},
    ]


def carried_out(app: APIFlask, edits: list[dict[str, Any]]) -> None:
    """The same edits, made in the registry by hand."""
    locator: Locator = app.extensions["locator"]
    creates, updates = [], []
    for edit in edits:
        if edit["op"] == "add":
            creates.append(
                PlaceDraft(
                    kind="station",
                    name=edit["id"],
                    point=Point(edit["lat"], edit["lon"]),
                    location_source=LocationSource.GIVEN,
                    location_state=LocationState.CONFIRMED,
                    location_precision=Precision.DOOR,
                    opening_hours=edit.get("opening_hours", ""),
                    verified_on=locator.now().date(),
                    source="by hand",
                    source_id=edit["id"],
                )
            )
            continue
        values: dict[str, Any] = {
            "move": lambda e: {"point": Point(e["lat"], e["lon"])},
            "close": lambda _: {"status": PlaceStatus.WITHDRAWN, "status_reason": "test"},
            "suspend": lambda _: {"status": PlaceStatus.SUSPENDED},
            "hours": lambda e: {
                "opening_hours": e["opening_hours"],
                "opening_hours_raw": e["opening_hours"],
            },
        }[edit["op"]](edit)
        version = locator.snapshot().by_id[edit["id"]].version
        updates.append(PlaceUpdate(edit["id"], version, values))
    with locator.database.writing() as session:
        PlaceRegistry(session).apply(creates=creates, updates=updates, actor="test", reason="test")


@pytest.mark.parametrize("standard", [{}, {"mode": "ebike", "minutes": 6.5, "spacing_m": 250}])
def test_a_scenario_gives_the_figures_of_a_registry_that_is_so(
    app: APIFlask, standard: dict[str, Any]
) -> None:
    client = app.test_client()
    edits = some_edits(client)
    found = told(client, "/scenario", {"edits": edits, **standard})
    Draft202012Validator(documented(client, f"{COVERAGE}/scenario", "post")).validate(found)
    carried_out(app, edits)
    study = workflows.study_of(
        app.extensions["locator"],
        workflows.Question(**{"spacing_m": 100, **standard}),
    )
    fresh = workflows.coverage(study).to_json()
    week = workflows.week_json(study)
    after = found["after"]
    assert {key: after[key] for key in ("total", "districts", "overlap")} == {
        key: fresh[key] for key in ("total", "districts", "overlap")
    }
    assert after["week"]["total"] == week["total"]
    assert after["week"]["districts"] == week["districts"]
    assert after != found["before"]
    assert sums(after) == (after["total"]["weight"], after["total"]["covered"])
    counts = np.array(workflows.points_json(study)["count"])
    assert all(min(count, 9) == counts[number] for number, count in found["points"])


def test_a_scenario_without_edits_changes_nothing_and_says_no_district_hours(
    client: FlaskClient,
) -> None:
    found = told(client, "/scenario", {"edits": [], "week": "total"})
    assert found["before"] == found["after"]
    assert found["points"] == []
    assert "districts" not in found["after"]["week"]
    figures = asked(client, "")
    assert found["after"]["total"] == figures["total"]
    assert found["data"] == figures["data"]


def test_a_scenario_stores_nothing(sample_settings: Settings, app: APIFlask) -> None:
    path = Path(sample_settings.database_url.removeprefix("sqlite:///"))

    def stored() -> dict[str, bytes]:
        return {each.name: each.read_bytes() for each in path.parent.glob(f"{path.name}*")}

    client = app.test_client()
    asked(client, "")
    before = stored()
    answer = sent(client, "/scenario", {"edits": some_edits(client)})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert stored() == before
    assert asked(client, "")["data"]["revision"] == answer.get_json()["data"]["revision"]


# --- the report ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "content_type", "starts"),
    [
        ("html", "text/html; charset=utf-8", b"<!DOCTYPE html>"),
        ("pdf", "application/pdf", b"%PDF-"),
        (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            b"PK\x03\x04",
        ),
    ],
)
def test_the_report_is_a_file_of_its_kind_and_the_same_each_time(
    sample_settings: Settings, suffix: str, content_type: str, starts: bytes
) -> None:
    bodies = []
    for _ in range(2):  # two processes, nothing kept between them
        app = create_app(sample_settings)
        answer = app.test_client().get(f"/coverage/report.{suffix}?mode=bike")
        app.extensions["locator"].database.dispose()
        assert answer.status_code == 200
        assert answer.content_type == content_type
        bodies.append(answer.data)
    assert bodies[0] == bodies[1]
    assert bodies[0].lower().startswith(starts.lower())
    shown = "inline" if suffix == "html" else "attachment"
    name = rf'{shown}; filename="coverage-\d{{4}}-\d\d-\d\d\.{suffix}"'
    assert re.fullmatch(name, answer.headers["Content-Disposition"])
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy
    again = app.test_client().get(
        f"/coverage/report.{suffix}?mode=bike", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_no_other_report_and_none_for_a_wrong_standard(client: FlaskClient) -> None:
    other = client.get("/coverage/report.docx")
    assert other.status_code == 404
    assert "html、pdf、xlsx" in other.text
    wrong = client.get("/coverage/report.pdf?minutes=0")
    assert wrong.status_code == 400
    assert "minutes" in wrong.text


# --- long runs -------------------------------------------------------------------------------

FOREVER = (sys.executable, "-c", "import signal; signal.pause()")


@pytest.fixture
def stuck(app: APIFlask, tmp_path: Path) -> Iterator[APIFlask]:
    """An application whose jobs never end by themselves."""
    queue = JobQueue(tmp_path / "jobs", FOREVER)
    app.extensions["locator"].__dict__["jobs"] = queue
    yield app
    for child in queue._children:
        child.kill()
        child.wait()


def test_a_job_is_queued_asked_for_and_cancelled(stuck: APIFlask) -> None:
    client = stuck.test_client()
    answers = [sent(client, "/suggest", {"k": 3}) for _ in range(2)]
    schema = documented(client, "/api/v1/jobs/{job_id}", "get")
    for answer, ahead in zip(answers, (None, 1), strict=True):
        assert answer.status_code == 202
        assert answer.headers["Cache-Control"] == "no-store"
        job = client.get(answer.headers["Location"])
        assert job.headers["Cache-Control"] == "no-store"
        Draft202012Validator(schema).validate(job.json)
        assert job.json is not None
        assert job.json["id"] == answer.get_json()["id"]
        assert (job.json["state"], job.json["ahead"]) == ("queued" if ahead else "running", ahead)
    gone = client.delete(answers[1].headers["Location"])
    assert gone.status_code == 200
    assert gone.json is not None
    assert gone.json["state"] == "cancelled"


def test_a_full_queue_says_when_to_come_again(stuck: APIFlask) -> None:
    client = stuck.test_client()
    for _ in range(1 + JOBS_QUEUED_MAX):
        assert sent(client, "/suggest", {"k": 3}).status_code == 202
    answer = sent(client, "/suggest", {"k": 3})
    _, sentence = refused(answer, 429)
    assert int(answer.headers["Retry-After"]) > 0
    assert str(JOBS_QUEUED_MAX) in sentence


def finished(app: APIFlask, body: dict[str, Any]) -> dict[str, Any]:
    """A job's state when its process has ended."""
    client = app.test_client()
    answer = sent(client, "/suggest", body)
    assert answer.status_code == 202, answer.text
    queue: JobQueue = app.extensions["locator"].jobs
    for child in queue._children:
        child.wait()
    job = client.get(answer.headers["Location"])
    Draft202012Validator(documented(client, "/api/v1/jobs/{job_id}", "get")).validate(job.json)
    state: dict[str, Any] = job.get_json()
    assert state["state"] == "done", state["error"]
    result: dict[str, Any] = state["result"]
    return result


def test_suggested_sites_add_what_was_promised_when_they_are_put_there(app: APIFlask) -> None:
    client = app.test_client()
    closed = next(p["id"] for p in asked(client, "/places")["places"] if p["sole"] > 300_000)
    edits = [{"op": "close", "id": closed}]
    found = finished(app, {"k": 3, "mode": "walk", "spacing_m": 250, "edits": edits})
    assert (found["k"], len(found["sites"])) == (3, 3)
    added = [
        {"op": "add", "id": f"n{n}", "lat": site["lat"], "lon": site["lon"]}
        for n, site in enumerate(found["sites"])
    ]
    steps = [
        told(client, "/scenario", {"edits": [*edits, *added[:n]], "spacing_m": 250})
        for n in range(4)
    ]
    covered = [step["after"]["total"]["covered"] for step in steps]
    assert covered[0] == found["covered_before"] < covered[3] == found["covered_after"]
    assert np.diff(covered).tolist() == [site["gain"] for site in found["sites"]]
    assert found["covered_after"] <= found["bound"] <= found["weight"]
    gap = 100 * (found["bound"] - found["covered_after"]) / found["bound"]
    assert found["gap_percent"] == pytest.approx(gap, abs=1e-4)


def test_longer_hours_add_what_was_promised_when_they_are_kept(app: APIFlask) -> None:
    client = app.test_client()
    found = finished(app, {"k": 4, "spacing_m": 250, "extend_hours": "22:00"})
    edits = [
        {"op": "hours", "id": site["id"], "opening_hours": site["opening_hours"]}
        for site in found["sites"]
    ]
    change = told(client, "/scenario", {"edits": edits, "spacing_m": 250, "week": "total"})
    before, after = (
        sum(hour["low"] for hour in change[when]["week"]["total"]) for when in ("before", "after")
    )
    assert len(edits) == 4
    assert (found["covered_before"], found["covered_after"]) == (before, after)
    assert after - before == sum(site["gain"] for site in found["sites"]) > 0
    assert after <= found["bound"]


@pytest.mark.parametrize("job_id", ["0" * 32, "nobody", "..", "%2e%2e%2f", "0" * 31])
def test_an_unknown_job_is_not_found(client: FlaskClient, job_id: str) -> None:
    for answer in (client.get(f"/api/v1/jobs/{job_id}"), client.delete(f"/api/v1/jobs/{job_id}")):
        assert answer.status_code in (404, 405)
        assert answer.get_json()["error"]["message"]


# --- wrong, in words -------------------------------------------------------------------------


@pytest.mark.parametrize("path", QUESTIONS)
@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("minutes=0", "minutes", "0"),
        ("minutes=nan", "minutes", "nan"),
        ("minutes=１0", "minutes", "１0"),
        ("minutes=121", "minutes", "120"),
        ("mode=teleport", "mode", "walk、bike、ebike、drive"),
        ("method=air", "method", "straight、streets"),
        ("method=streets", "method", "locator streets build"),
        ("spacing_m=24", "spacing_m", "25"),
        ("spacing_m=1e400", "spacing_m", "1e400"),
        ("weigh=gold", "weigh", "gold"),
        ("count_also=kind,charm", "count_also", "charm"),
        ("colour=red", "colour", "colour"),
        ("minutes=5&minutes=6", "minutes", "2"),
    ],
)
def test_a_wrong_parameter_is_named(
    client: FlaskClient, path: str, query: str, field: str, words: str
) -> None:
    named, sentence = refused(client.get(f"{COVERAGE}{path}?{query}"))
    assert (named or "").startswith(field)
    assert words in sentence


@pytest.mark.parametrize("path", ["", "/week", "/points"])
@pytest.mark.parametrize("at", ["tomorrow", "2026-13-01", "0001-01-01T00:00", "9999-12-31"])
def test_a_time_that_is_none_is_refused(client: FlaskClient, path: str, at: str) -> None:
    assert refused(client.get(f"{COVERAGE}{path}?at={at}"))[0] == "at"


BOW = [[120.1, 33.3], [120.2, 33.4], [120.2, 33.3], [120.1, 33.4], [120.1, 33.3]]
SQUARE = [[120.1, 33.3], [120.2, 33.3], [120.2, 33.4], [120.1, 33.4], [120.1, 33.3]]
COUNTRY = [[100, 20], [120, 20], [120, 40], [100, 40], [100, 20]]


def drawn(ring: Any, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": kind, "coordinates": [ring]}


@pytest.mark.parametrize(
    ("path", "body", "field", "words"),
    [
        ("/area", {"areas": drawn(BOW)}, "areas", "自己相交"),
        ("/area", {"areas": {}}, "areas", "GeoJSON"),
        ("/area", {"areas": []}, "areas", "areas"),
        ("/area", {"areas": {"type": "FeatureCollection", "features": []}}, "areas", "没有一个"),
        ("/area", {"areas": drawn(SQUARE, "LineString")}, "areas", "LineString"),
        ("/area", {"areas": drawn([[33, 120], [34, 120], [34, 121], [33, 120]])}, "areas", "填反"),
        ("/area", {"areas": drawn(COUNTRY)}, "spacing_m", "上限是 2000000"),
        ("/area", {"areas": drawn(SQUARE), "at": "soon"}, "at", "soon"),
        ("/area", {}, "areas", "缺少"),
        ("/scenario", {}, "edits", "缺少"),
        ("/scenario", {"edits": [{}]}, "edits.0.op", "第 1 项"),
        ("/scenario", {"edits": [{"op": "close", "id": "x"}]}, "edits.0.id", "“x”"),
        ("/scenario", {"edits": [{"op": "add", "id": "x", "lat": 91, "lon": 0}]}, "edits.0", "91"),
        ("/scenario", {"edits": [{"op": "add", "id": "x", "lat": "1", "lon": 0}]}, "edits.0", "1"),
        (
            "/scenario",
            {"edits": [{"op": "add", "id": "x", "lat": 1, "lon": 0, "opening_hours": "soon"}]},
            "edits.0.opening_hours",
            "soon",
        ),
        ("/scenario", {"edits": [{"op": "close", "id": "x"}] * 201}, "edits", "200"),
        ("/scenario", {"edits": [], "minutes": "10"}, "minutes", "10"),
        ("/scenario", {"edits": [], "minutes": 0}, "minutes", "0"),
        ("/scenario", {"edits": [], "week": "all"}, "week", "all"),
        ("/scenario", {"edits": [], "method": "streets"}, "method", "路网"),
        ("/suggest", {"k": 0}, "k", "0"),
        ("/suggest", {"k": 501}, "k", "500"),
        ("/suggest", {"k": 1.5}, "k", "1.5"),
        ("/suggest", {"k": True}, "k", "True"),
        ("/suggest", {"k": 1, "gap_percent": -1}, "gap_percent", "-1"),
        ("/suggest", {"k": 1, "extend_hours": "25:00"}, "extend_hours", "25:00"),
        ("/suggest", {"k": 1, "extend_hours": "late"}, "extend_hours", "late"),
        ("/suggest", {"k": 1, "mode": "swim"}, "mode", "swim"),
        ("/suggest", {"k": 1, "edits": [{"op": "close", "id": "x"}]}, "edits.0.id", "“x”"),
    ],
)
def test_a_wrong_body_is_named(
    client: FlaskClient, path: str, body: dict[str, Any], field: str, words: str
) -> None:
    answer = sent(client, path, body)
    named, sentence = refused(answer)
    assert (named or "").startswith(field)
    assert words in sentence
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", PLANNING)
def test_a_body_that_is_no_json_is_refused(client: FlaskClient, path: str) -> None:
    assert client.post(path, data="k=1").status_code == 415
    headers = {"Content-Type": "application/json"}
    for body in (b"", b"[]", b"[" * 5000, b'{"k": NaN}', b"\xff\xfe", b'{"k": 1e400}'):
        refused(client.post(path, data=body, headers=headers))
    big = b'{"edits": [' + b" " * 70_000 + b"]}"
    assert client.post(path, data=big, headers=headers).status_code == 413


@pytest.mark.parametrize("path", QUESTIONS)
def test_a_get_is_open_to_any_origin(client: FlaskClient, path: str) -> None:
    answer = client.get(f"{COVERAGE}{path}", headers={"Origin": "https://elsewhere.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
