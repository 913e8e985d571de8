"""The bounds must hold for every pair on earth; geographiclib is the judge."""

from __future__ import annotations

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import example, given
from hypothesis import strategies as st

from services.geo.distance import unit_vectors
from services.geo.sieve import chord_holding, distance_bounds_m

latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)


def chord(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    a, b = unit_vectors(np.array([lat, to_lat]), np.array([lon, to_lon]))
    return float(np.linalg.norm(a - b))


@given(latitudes, longitudes, latitudes, longitudes)
@example(0, 0, 0, 180)
@example(0, 0, 0.5, 179.7)
@example(90, 0, -90, 0)
@example(-0.01, 120, 0.01, 120)
@example(89.99, 0, 89.99, 180)
@example(33.3, 120.1, 33.3, 120.1)
def test_the_true_distance_lies_between_the_bounds(
    lat: float, lon: float, to_lat: float, to_lon: float
) -> None:
    metres = Geodesic.WGS84.Inverse(lat, lon, to_lat, to_lon)["s12"]
    least, greatest = distance_bounds_m(np.array([chord(lat, lon, to_lat, to_lon)]))
    assert least[0] <= metres <= greatest[0]


@given(latitudes, longitudes, st.floats(0, 360), st.floats(0, 20_000_000))
def test_a_chord_holds_every_point_within_its_radius(
    lat: float, lon: float, azimuth: float, metres: float
) -> None:
    there = Geodesic.WGS84.Direct(lat, lon, azimuth, metres)
    assert chord(lat, lon, there["lat2"], there["lon2"]) <= chord_holding(metres)


def test_the_bounds_are_one_percent_apart_so_that_few_candidates_remain() -> None:
    least, greatest = distance_bounds_m(np.array([0.01]))
    assert greatest[0] / least[0] == pytest.approx(1.0101, abs=2e-4)
