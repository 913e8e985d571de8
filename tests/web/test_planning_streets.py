"""The planner's routes with a street network; and with one that is another city's, or damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from apiflask import APIFlask
from flask.testing import FlaskClient
from geographiclib.geodesic import Geodesic
from jsonschema import Draft202012Validator
from shapely.geometry import shape

from app import create_app
from services.locator import Locator
from services.settings import Settings
from services.workflows import load_sample
from tests.conftest import VADUZ
from tests.town import build_town, lattice
from tests.web.test_api import documented
from tests.web.test_planning_api import COVERAGE, QUESTIONS, asked, refused, told

METHOD = {"method": "straight"}
PAGES = ["/", "/map", "/about", "/embed", "/d/700101"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with the second region's sample, its streets, and Yancheng's."""
    folder = tmp_path_factory.mktemp("streets")
    build_town(folder)
    build_town(folder, "paths", along="path")
    build_town(folder, "yancheng", south=33.30, west=120.10)
    damaged = (folder / "town.streets").read_bytes()
    (folder / "damaged.streets").write_bytes(damaged[:-1] + bytes([damaged[-1] ^ 1]))
    (folder / "cut.streets").write_bytes(damaged[: len(damaged) // 2])
    return folder


@pytest.fixture(scope="module")
def make_app(folder: Path) -> Iterator[Callable[[str], APIFlask]]:
    """An application with one of these networks."""
    made: dict[str, APIFlask] = {}

    def make(streets: str) -> APIFlask:
        if streets not in made:
            settings = Settings(
                database_url=f"sqlite:///{folder / 'registry.db'}",
                region=VADUZ,
                streets=folder / streets,
            )
            made[streets] = create_app(settings)
            load_sample(made[streets].extensions["locator"])
        return made[streets]

    yield make
    for app in made.values():
        app.extensions["locator"].database.dispose()


@pytest.fixture
def client(make_app: Callable[[str], APIFlask]) -> FlaskClient:
    """With the right streets."""
    return make_app("town.streets").test_client()


def counted(client: FlaskClient) -> list[dict[str, Any]]:
    return [p for p in asked(client, "/places")["places"] if p["counted"]]


# --- the right network -----------------------------------------------------------------------


@pytest.mark.parametrize("path", QUESTIONS)
def test_every_answer_by_street_is_as_documented(client: FlaskClient, path: str) -> None:
    found = asked(client, path)
    Draft202012Validator(documented(client, f"{COVERAGE}{path}", "get")).validate(found)
    straight = asked(client, path, method="straight")
    assert found != straight


def test_with_a_network_streets_are_the_default_and_say_what_they_rest_on(
    client: FlaskClient,
) -> None:
    found, straight = asked(client, ""), asked(client, "", method="straight")
    assert (found["method"], straight["method"]) == ("streets", "straight")
    assert found == asked(client, "", method="streets")
    assert straight["streets"] is None
    assert found["limit_m"] == 666.7  # ten minutes at 4 km/h, no detour factor
    assert straight["limit_m"] == 512.8
    assert found["standards"] == straight["standards"]  # both published ones are straight
    assert 1.0 < found["streets"]["detour_measured"] < 2.0
    assert found["streets"]["inside_circle_outside_streets"] > 0  # there is no bridge
    assert "OpenStreetMap" in found["streets"]["source"]
    assert found["streets"]["date"] == "2026-10-01"


def test_who_is_covered_is_who_can_walk_there(client: FlaskClient) -> None:
    """By networkx on the lattice: the nearest point of a street, then along the streets."""
    found = asked(client, "/points")
    lats, lons = (np.cumsum(found[axis]) / 1e6 for axis in ("lat", "lon"))
    nodes, ways = lattice()
    streets = nx.Graph()
    for refs, _ in ways:
        for a, b in pairwise(refs):
            streets.add_edge(a, b, weight=metres(nodes[a], nodes[b]))

    def feet(lat: float, lon: float) -> tuple[float, list[tuple[int, float]]]:
        """Metres to the nearest street, and from there to both its ends."""
        scale = np.cos(np.radians(lat))
        best: tuple[float, list[tuple[int, float]]] = (np.inf, [])
        for a, b in streets.edges:
            (a_lat, a_lon), (b_lat, b_lon) = nodes[a], nodes[b]
            along = np.array([(b_lat - a_lat), (b_lon - a_lon) * scale])
            to = np.array([lat - a_lat, (lon - a_lon) * scale])
            share = float(np.clip(to @ along / (along @ along), 0, 1))
            foot = (a_lat + share * (b_lat - a_lat), a_lon + share * (b_lon - a_lon))
            way = metres((lat, lon), foot)
            if way < best[0]:
                length = streets[a][b]["weight"]
                best = (way, [(a, share * length), (b, (1 - share) * length)])
        return best

    places = [feet(p["lat"], p["lon"]) for p in counted(client)]
    ways_from = [
        {end: nx.single_source_dijkstra_path_length(streets, end) for end, _ in ends}
        for _, ends in places
    ]
    limit, doubtful = 10 * 60 * 4 / 3.6, 0
    for number in np.random.default_rng(5).integers(0, len(lats), 25):
        walk, ends = feet(lats[number], lons[number])
        reached = 0
        for (snap, doors), trees in zip(places, ways_from, strict=True):
            if {end for end, _ in doors} == {end for end, _ in ends}:
                doubtful += 1  # the same street: not by way of its ends
                break
            ways_m = [
                walk + snap + there + here + trees[door][end]
                for door, there in doors
                for end, here in ends
                if end in trees[door]
            ]
            best = min(ways_m, default=np.inf)
            if abs(best - limit) < 1:
                doubtful += 1
                break
            reached += best <= limit
        else:
            assert min(reached, 9) == found["count"][number]
    assert doubtful < 12


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(Geodesic.WGS84.Inverse(*a, *b)["s12"])


def test_a_check_agrees_with_the_figures(client: FlaskClient) -> None:
    found = asked(client, "/points")
    lats, lons = (np.cumsum(found[axis]) / 1e6 for axis in ("lat", "lon"))
    for number in range(0, len(lats), max(1, len(lats) // 12)):
        here = {"lat": float(lats[number]), "lon": float(lons[number])}
        answer = told(client, "/check", here)
        assert answer["method"] == "streets"
        assert answer["covered"] is (found["count"][number] > 0)
        assert min(len(answer["covered_by"]), 9) == found["count"][number]


def test_a_check_outside_the_streets_says_so(client: FlaskClient) -> None:
    far = {"lat": 47.06, "lon": 9.50}
    _, sentence = refused(client.post(f"{COVERAGE}/check", json=far))
    assert "town.osm.pbf" in sentence
    assert told(client, "/check", {**far, "method": "straight"})["covered"] is False


def test_the_areas_hold_the_points_that_are_covered_and_the_gaps_the_others(
    client: FlaskClient,
) -> None:
    found, points = asked(client, "/areas"), asked(client, "/points")
    lats, lons = (np.cumsum(points[axis]) / 1e6 for axis in ("lat", "lon"))
    role = {
        role: shapely.union_all(
            [shape(f["geometry"]) for f in found["features"] if f["properties"]["role"] == role]
        )
        for role in ("covered", "gap")
    }
    covered = np.array(points["count"]) > 0
    # The drawing is simplified to 5 m, and slivers of a cell are not drawn as gaps.
    far = shapely.distance(role["covered"].boundary, shapely.points(lons, lats)) > 1e-4
    assert far.mean() > 0.9
    assert np.array_equal(shapely.contains_xy(role["covered"], lons, lats)[far], covered[far])
    assert not shapely.contains_xy(role["gap"], lons, lats)[far & covered].any()
    assert shapely.contains_xy(role["gap"], lons, lats)[far & ~covered].mean() > 0.9


def test_a_scenario_by_street_equals_a_check_of_its_points(client: FlaskClient) -> None:
    place = next(p for p in counted(client) if p["sole"])
    change = told(client, "/scenario", {"edits": [{"op": "close", "id": place["id"]}]})
    before, after = (change[when]["total"]["covered"] for when in ("before", "after"))
    assert before - after == place["sole"]
    assert change["method"] == "streets"


def test_wheels_reach_less_where_only_the_rows_are_for_them(client: FlaskClient) -> None:
    found, straight = (asked(client, "", mode="bike", **more) for more in ({}, METHOD))
    assert found["method"] == "streets"
    assert found["total"]["covered"] < straight["total"]["covered"]


# --- the wrong one ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("streets", "words"),
    [
        ("yancheng.streets", "“yancheng.osm.pbf”"),
        ("damaged.streets", "已损坏"),
        ("cut.streets", "不完整"),
        ("missing.streets", "打不开"),
    ],
)
def test_a_network_that_cannot_be_used_is_refused_in_words_and_no_page_fails(
    make_app: Callable[[str], APIFlask], streets: str, words: str
) -> None:
    app = make_app(streets)
    client = app.test_client()
    for path in (*QUESTIONS, "/check"):
        for query in ("", "?method=streets"):
            answer = (
                client.post(f"{COVERAGE}/check", json={"lat": 47.14, "lon": 9.52})
                if path == "/check"
                else client.get(f"{COVERAGE}{path}{query}")
            )
            _, sentence = refused(answer)
            assert words in sentence
    straight = asked(client, "", method="straight")
    assert straight["total"]["covered"] > 0
    locator: Locator = app.extensions["locator"]
    for page in (*PAGES, f"/p/{locator.snapshot().places[0].id}"):
        assert client.get(page).status_code == 200, page
    assert f"{straight['total']['share']:.1%}" in client.get("/about").text.replace(" %", "%")
    about = client.get("/about").text
    assert "街道路网用不了" in about
    assert words in about


def test_a_mode_that_has_no_streets_is_refused_by_its_name(
    make_app: Callable[[str], APIFlask],
) -> None:
    client = make_app("paths.streets").test_client()
    assert asked(client, "")["method"] == "streets"
    field, sentence = refused(client.get(f"{COVERAGE}?mode=drive"))
    assert field == "mode"
    assert "“开车”" in sentence
    assert "只有:步行、骑车、电动车" in sentence
    assert asked(client, "", mode="drive", method="straight")["mode"] == "drive"


@pytest.mark.parametrize("streets", ["yancheng.streets", "cut.streets"])
def test_the_planner_s_page_falls_back_to_the_straight_line_and_says_so(
    make_app: Callable[[str], APIFlask], streets: str
) -> None:
    client = make_app(streets).test_client()
    for query in ("", "?method=streets", "?at=2026-11-25T10:00"):
        page = client.get(f"/coverage{query}")
        assert page.status_code == 200
        assert "街道路网用不了" in page.text
        assert "直线" in page.text
    assert client.get("/coverage?minutes=0").status_code == 400
