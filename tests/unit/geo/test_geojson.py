"""GeoJSON out and in: the only place with the longitude first."""

import json
import math
from itertools import pairwise

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from services.errors import InvalidInput
from services.geo import geojson
from services.geo.point import Point


def test_a_point_is_written_longitude_first_to_six_decimals() -> None:
    written = geojson.feature("k7", Point(33.38324049, 120.13058051), {"name": "驿站"})
    assert written == {
        "type": "Feature",
        "id": "k7",
        "geometry": {"type": "Point", "coordinates": [120.130581, 33.38324]},
        "properties": {"name": "驿站"},
    }


def test_a_feature_may_have_neither_a_point_nor_an_id() -> None:
    assert geojson.feature(None, None, {}) == {
        "type": "Feature",
        "geometry": None,
        "properties": {},
    }


def test_a_collection_carries_what_must_be_said_of_all_of_it() -> None:
    written = geojson.collection([geojson.feature(1, None, {})], sample=True)
    assert written["type"] == "FeatureCollection"
    assert written["sample"] is True
    assert len(written["features"]) == 1


def test_polygons_are_written_counter_clockwise_outside_and_clockwise_inside() -> None:
    clockwise = [(0, 0), (0, 3), (3, 3), (3, 0), (0, 0)]
    hole = [(1, 1), (2, 1), (2, 2), (1, 2), (1, 1)]
    outer, inner = geojson.geometry(Polygon(clockwise, [hole]))["coordinates"]
    assert _signed_area(outer) == 9
    assert _signed_area(inner) == -1


def _signed_area(ring: list[list[float]]) -> float:
    """The shoelace formula: positive is counter-clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def test_no_negative_zero_and_no_tuple_reaches_the_encoder() -> None:
    written = geojson.geometry(LineString([(-0.0000001, 1), (2, -0.0)]))
    assert json.dumps(written["coordinates"]) == "[[0.0, 1.0], [2.0, 0.0]]"
    assert json.loads(json.dumps(written)) == written
    assert (
        math.copysign(1, geojson.feature(1, Point(-0.0, 1), {})["geometry"]["coordinates"][1]) > 0
    )


def test_what_the_rfc_shows_is_read_as_it_means() -> None:
    # RFC 7946, appendix A.3 and A.6
    holed = {
        "type": "Polygon",
        "coordinates": [
            [[100.0, 0.0], [101.0, 0.0], [101.0, 1.0], [100.0, 1.0], [100.0, 0.0]],
            [[100.8, 0.8], [100.8, 0.2], [100.2, 0.2], [100.2, 0.8], [100.8, 0.8]],
        ],
    }
    read = geojson.read_geometry(holed)
    assert read.equals(box(100, 0, 101, 1).difference(box(100.2, 0.2, 100.8, 0.8)))
    many = {
        "type": "MultiPolygon",
        "coordinates": [
            [[[102.0, 2.0], [103.0, 2.0], [103.0, 3.0], [102.0, 3.0], [102.0, 2.0]]],
            holed["coordinates"],
        ],
    }
    assert geojson.read_geometry(many).equals(MultiPolygon([box(102, 2, 103, 3), read]))


def test_an_altitude_is_dropped() -> None:
    assert geojson.read_point({"type": "Point", "coordinates": [120.1, 33.3, 4.5]}) == Point(
        33.3, 120.1
    )
    line = {"type": "LineString", "coordinates": [[0, 0, 9], [1, 1, 9]]}
    assert not shapely.has_z(geojson.read_geometry(line))


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_point_comes_back_as_it_went(lat: float, lon: float) -> None:
    point = Point(lat, lon).rounded(6)
    written = json.loads(json.dumps(geojson.feature("a", point, {})))
    assert geojson.read_point(written["geometry"]) == point


@pytest.mark.parametrize(
    "value",
    [
        None,
        "Point",
        {},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
        {"type": "Point"},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": [120]},
        {"type": "Point", "coordinates": ["120", "33"]},
        {"type": "Point", "coordinates": [True, False]},
        {"type": "Point", "coordinates": [float("nan"), 33]},
        {"type": "Point", "coordinates": [[120, 33]]},
        {"type": "Point", "coordinates": {"lon": 120, "lat": 33}},
    ],
)
def test_what_is_no_point_is_refused_by_name(value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        geojson.read_point(value)
    assert caught.value.field == "geometry"


def test_swapped_axes_are_suggested_never_mended() -> None:
    with pytest.raises(InvalidInput, match="填反") as caught:
        geojson.read_point({"type": "Point", "coordinates": [33.3, 120.1]})
    assert caught.value.field == "lat"
    swapped = {"type": "LineString", "coordinates": [[33.3, 120.1], [33.4, 120.2]]}
    with pytest.raises(InvalidInput, match="填反"):
        geojson.read_geometry(swapped)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "不认识的几何类型"),
        ({"type": "GeometryCollection", "geometries": []}, "不认识的几何类型"),
        ({"type": ["Polygon"]}, "不认识的几何类型"),
        ({"type": "Polygon"}, "读不出来"),
        ({"type": "Polygon", "coordinates": [0, 1]}, "读不出来"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, "x"], [1, 1], [0, 0]]]}, "读不出来"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, "读不出来"),
        ({"type": "Polygon", "coordinates": []}, "没有坐标"),
        ({"type": "Point", "coordinates": [float("inf"), 1]}, "有限数"),
        ({"type": "LineString", "coordinates": [[512000, 3690000], [512100, 3690000]]}, "不是度"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, "不合法"),
    ],
)
def test_a_geometry_that_cannot_be_trusted_is_refused_with_its_reason(
    value: object, says: str
) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        geojson.read_geometry(value)
    assert caught.value.field == "geometry"
