"""Known answers come from geographiclib, Karney's own implementation, and from plain geometry."""

from __future__ import annotations

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from geographiclib.polygonarea import PolygonArea
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point as ShapelyPoint
from shapely import Polygon

from services.geo.distance import (
    LocalProjection,
    distance_m,
    distances_m,
    unit_vectors,
)
from services.geo.point import Point

YANCHENG = Point(33.3477, 120.1633)
PLANE = LocalProjection(YANCHENG)
points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
points_of_china = st.builds(Point, st.floats(18, 53), st.floats(74, 134))


@given(points, points)
def test_a_distance_agrees_with_geographiclib_to_a_tenth_of_a_millimetre(
    a: Point, b: Point
) -> None:
    expected = Geodesic.WGS84.Inverse(a.lat, a.lon, b.lat, b.lon)["s12"]
    assert distance_m(a, b) == pytest.approx(expected, abs=1e-4)


def test_a_degree_of_the_meridian_at_the_equator_has_its_published_length() -> None:
    # 110.574 km, as every table of the WGS-84 ellipsoid has it.
    assert distance_m(Point(-0.5, 120), Point(0.5, 120)) == pytest.approx(110_574, abs=1)


@given(points_of_china, st.lists(points_of_china, max_size=5))
def test_many_distances_are_the_single_ones(origin: Point, others: list[Point]) -> None:
    many = distances_m(origin, np.array([p.lat for p in others]), np.array([p.lon for p in others]))
    assert many.shape == (len(others),)
    assert many.tolist() == pytest.approx([distance_m(origin, p) for p in others], abs=1e-6)


def test_the_plane_keeps_the_area_of_a_polygon() -> None:
    corners = [(33.0, 119.6), (33.0, 120.8), (34.2, 120.6), (34.0, 119.8)]  # lat, lon
    geodesic = PolygonArea(Geodesic.WGS84)
    for corner in corners:
        geodesic.AddPoint(*corner)
    expected_m2 = abs(geodesic.Compute()[2])
    # Edges are straight in the plane but geodesics for geographiclib, so points are added to them.
    ring = Polygon([(lon, lat) for lat, lon in corners]).segmentize(0.01)
    in_metres = LocalProjection(YANCHENG).geometry_to_metres(ring)
    assert in_metres.area == pytest.approx(expected_m2, rel=2e-3)


def test_a_small_rectangle_has_the_area_that_geographiclib_says() -> None:
    corners = [(33.34, 120.16), (33.34, 120.17), (33.35, 120.17), (33.35, 120.16)]
    geodesic = PolygonArea(Geodesic.WGS84)
    for corner in corners:
        geodesic.AddPoint(*corner)
    square = Polygon([(lon, lat) for lat, lon in corners])
    in_metres = LocalProjection(YANCHENG).geometry_to_metres(square)
    assert in_metres.area == pytest.approx(abs(geodesic.Compute()[2]), rel=1e-6)


def test_a_circle_in_the_plane_is_a_circle_on_the_earth() -> None:
    plane = LocalProjection(YANCHENG)
    circle = plane.geometry_to_degrees(ShapelyPoint(0, 0).buffer(513))
    radii = [distance_m(YANCHENG, Point(lat, lon)) for lon, lat in circle.exterior.coords]
    assert radii == pytest.approx([513] * len(radii), abs=0.01)


@given(st.floats(32, 35), st.floats(119, 121))
def test_the_plane_is_left_as_it_was_entered(lat: float, lon: float) -> None:
    x, y = PLANE.to_metres(np.array([lat]), np.array([lon]))
    lats, lons = PLANE.to_degrees(x, y)
    assert distance_m(Point(lat, lon), Point(lats[0], lons[0])) < 0.01


def test_x_points_east_and_y_points_north() -> None:
    plane = LocalProjection(YANCHENG)
    x, y = plane.to_metres(np.array([33.3477, 33.3577]), np.array([120.1733, 120.1633]))
    assert x[0] == pytest.approx(931, abs=1)  # 0.01° of longitude: 111.32 km × cos 33.35°
    assert y[1] == pytest.approx(1109, abs=1)  # 0.01° of latitude there
    assert abs(x[1]) < 1e-6


def test_unit_vectors_have_length_one_and_known_axes() -> None:
    vectors = unit_vectors(np.array([0.0, 0.0, 90.0, 33.0]), np.array([0.0, 90.0, 0.0, 120.0]))
    assert vectors.shape == (4, 3)
    assert vectors[:3] == pytest.approx(np.eye(3), abs=1e-15)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
