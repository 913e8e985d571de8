"""The nearest street, judged by looking at every one of them with shapely."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from services.travel.streets.graph import StreetGraph
from services.travel.streets.nearest_segment import FAR, nearest_segments, segment_grid
from services.travel.streets.snap import Snapper

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


def nearest(x: Floats, y: Floats, first: Ints, at: Floats) -> tuple[Ints, Floats]:
    grid = segment_grid(x, y, first.astype(np.int32))
    segment, part = np.empty(len(at), dtype=np.int32), np.empty(len(at))
    nearest_segments(grid, at[:, 0].copy(), at[:, 1].copy(), segment, part)
    return segment, part


@settings(deadline=None, max_examples=120)
@given(
    seed=st.integers(0, 10**9),
    count=st.sampled_from([1, 2, 7, 60, 400]),
    long=st.sampled_from([0.0, 5.0, 400.0]),
    flat=st.sampled_from(["", "x", "y"]),
)
def test_no_other_segment_is_nearer(seed: int, count: int, long: float, flat: str) -> None:
    chance = np.random.default_rng(seed)
    x, y = (chance.uniform(0, 2_000, 2 * count) for _ in range(2))
    x[1::2] = x[::2] + chance.normal(0, long, count)
    y[1::2] = y[::2] + chance.normal(0, long, count)
    if flat == "x":
        x[:] = 5.0
    if flat == "y":
        y[:] = 5.0
    spread = chance.choice([1.0, 3.0, 40.0])
    at = chance.uniform(-2_000 * (spread - 1), 2_000 * spread, (40, 2))
    first = np.arange(0, 2 * count, 2, dtype=np.int32)
    segment, part = nearest(x, y, first, at)
    lines = shapely.linestrings(np.column_stack((x, y)).reshape(-1, 2, 2))
    points = shapely.points(at)
    least = np.array([shapely.distance(lines, point).min() for point in points])
    far = segment == FAR  # left to a tree, see below
    assert np.all(least[far] > 20 * segment_grid(x, y, first).cell_m)
    segment, part, points, least = segment[~far], part[~far], points[~far], least[~far]
    assert shapely.distance(lines[segment], points) == pytest.approx(least, abs=1e-6)
    a, b = 2 * segment, 2 * segment + 1
    feet = shapely.points(x[a] + part * (x[b] - x[a]), y[a] + part * (y[b] - y[a]))
    assert shapely.distance(feet, points) == pytest.approx(least, abs=1e-6)


def test_of_equally_near_segments_the_first_is_taken() -> None:
    x, y = np.array([0.0, 10, 0, 10, 0, 10]), np.array([5.0, 5, -5, -5, 5, 5])
    segment, _ = nearest(x, y, np.array([0, 2, 4]), np.array([[3.0, 0.0], [3.0, 4.0], [3.0, -4.0]]))
    assert segment.tolist() == [0, 0, 1]


def test_a_point_that_is_not_finite_has_no_segment() -> None:
    x = np.array([0.0, 10])
    segment, _ = nearest(x, x, np.array([0]), np.array([[np.nan, 0], [np.inf, 0], [12, 0]]))
    assert segment.tolist() == [-1, -1, 0]


def bent_street() -> StreetGraph:
    """From south to north, then east; both ends are nodes."""
    return StreetGraph(
        start=np.array([0], dtype=np.int32),
        end=np.array([1], dtype=np.int32),
        oneway=np.array([False]),
        shape_indptr=np.array([0, 3], dtype=np.int32),
        shape_lat=np.array([331000000, 331010000, 331010000], dtype=np.int32),
        shape_lon=np.array([1200000000, 1200000000, 1200020000], dtype=np.int32),
        nodes=2,
    )


def test_a_point_knows_its_foot_and_the_way_to_both_ends() -> None:
    snapped = Snapper(bent_street()).snap(np.array([33.1015]), np.array([120.0005]))
    first = Geodesic.WGS84.Inverse(33.1, 120, 33.101, 120)["s12"]
    second = Geodesic.WGS84.Inverse(33.101, 120, 33.101, 120.002)["s12"]
    assert snapped.edge.tolist() == [0]
    assert snapped.node.tolist() == [-1]
    assert snapped.snap_m[0] == pytest.approx(
        Geodesic.WGS84.Inverse(33.1015, 120.0005, 33.101, 120.0005)["s12"], abs=0.001
    )
    assert snapped.along_m[0] == pytest.approx(first + second / 4, abs=0.01)
    assert snapped.beyond_m[0] == pytest.approx(second * 3 / 4, abs=0.01)


@pytest.mark.parametrize(
    ("lat", "lon", "node"),
    [
        (33.1, 120.0, 0),
        (33.0990, 119.9995, 0),
        (33.101, 120.002, 1),
        (33.102, 120.003, 1),
        (33.101, 120.0, -1),  # a bend is no node
        (33.100000005, 120.0, 0),  # within a millimetre
        (33.10000005, 120.0, -1),  # half a centimetre
    ],
)
def test_a_point_at_an_end_is_at_its_node(lat: float, lon: float, node: int) -> None:
    assert Snapper(bent_street()).snap(np.array([lat]), np.array([lon])).node.tolist() == [node]


def test_a_point_far_from_every_street_is_snapped_all_the_same() -> None:
    lats, lons = np.array([33.11, 33.8, 47.0]), np.array([120.001, 121.0, 9.5])
    snapped = Snapper(bent_street()).snap(lats, lons)
    assert snapped.edge.tolist() == [0, 0, 0]
    assert snapped.node.tolist()[:2] == [-1, 1]
    assert snapped.snap_m[:2] == pytest.approx(
        [
            Geodesic.WGS84.Inverse(33.11, 120.001, 33.101, 120.001)["s12"],
            Geodesic.WGS84.Inverse(33.8, 121.0, 33.101, 120.002)["s12"],
        ],
        rel=1e-5,
    )
    assert snapped.snap_m[2] > 8_000_000
