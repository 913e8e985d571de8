"""Every pair is judged by geographiclib; the transposed lists by scipy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coverage.demand import DemandPoints
from services.coverage.reach import Reach, coordinates, counts_within, straight_reach
from services.errors import LimitExceeded
from services.geo.distance import mid_latitude_m
from services.geo.point import Point
from services.places import Place
from services.travel import catchments as catchments_module
from services.travel.straight_catchments import StraightCatchments

MakePlace = Callable[..., Place]


def demand_at(points: list[Point]) -> DemandPoints:
    whole = np.zeros(len(points), dtype=np.int64)
    return DemandPoints(
        np.array([p.lat for p in points]),
        np.array([p.lon for p in points]),
        whole + 1,
        whole,
        (("1", "甲"),),
    )


def rows(reach: Reach) -> list[list[int]]:
    return [
        reach.indices[start:end].tolist()
        for start, end in zip(reach.indptr, reach.indptr[1:], strict=False)
    ]


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    lat=st.sampled_from([-33.0, 0.0, 33.35, 60.0, 80.0]),
    lon=st.sampled_from([120.16, 180.0]),
    limit=st.sampled_from([0.0, 100.0, 512.82, 3000.0, 120_000.0]),
)
def test_the_pairs_are_those_within_the_limit_by_geodesic(
    make_place: MakePlace, seed: int, lat: float, lon: float, limit: float
) -> None:
    chance = np.random.default_rng(seed)
    spread = max(limit, 50) / 60_000

    def somewhere() -> Point:
        a, b = chance.uniform(-spread, spread, 2)
        return Point(lat + float(a), (lon + float(b) + 180) % 360 - 180)

    points = [somewhere() for _ in range(25)]
    places = [make_place(f"p{n}", somewhere()) for n in range(12)]
    reach = straight_reach(demand_at(points), places, limit)

    def metres(a: Point, b: Point | None) -> float:
        assert b is not None
        return float(Geodesic.WGS84.Inverse(a.lat, a.lon, b.lat, b.lon)["s12"])

    expected = [
        {n: metres(point, place.point) for n, place in enumerate(places)} for point in points
    ]
    assert rows(reach) == [[n for n, m in row.items() if m <= limit] for row in expected]
    lats, lons = coordinates(places)
    catchments = StraightCatchments(demand_at(points).lats, demand_at(points).lons)
    reached = catchments.of(lats, lons, (limit, limit / 2))
    assert counts_within(reached, len(points), limit / 2).tolist() == [
        sum(m <= limit / 2 for m in row.values()) for row in expected
    ]
    for row, start in zip(expected, reach.indptr, strict=False):
        listed = [m for m in row.values() if m <= limit]
        # Membership is exact; a stored distance is the formula's, good to a millionth.
        assert reach.distance_m[start : start + len(listed)] == pytest.approx(listed, rel=1e-6)


def test_a_place_exactly_at_the_limit_is_within_and_a_hair_beyond_is_not(
    make_place: MakePlace,
) -> None:
    here = Point(33.35, 120.16)
    there = Geodesic.WGS84.Direct(here.lat, here.lon, 37.0, 500.0)
    place = make_place("p", Point(there["lat2"], there["lon2"]))
    for limit, expected in ((500.0 + 1e-6, [1]), (500.0 - 1e-6, [0])):
        assert straight_reach(demand_at([here]), [place], limit).counts.tolist() == expected


def test_nobody_and_nowhere_reach_nothing(make_place: MakePlace) -> None:
    here = Point(33.35, 120.16)
    assert straight_reach(demand_at([here]), [], 500.0).counts.tolist() == [0]
    assert straight_reach(demand_at([]), [make_place()], 500.0).counts.tolist() == []


def test_more_pairs_than_fit_are_refused_with_the_number(
    make_place: MakePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catchments_module, "REACH_PAIRS_MAX", 5)
    places = [make_place(f"p{n}") for n in range(3)]
    with pytest.raises(LimitExceeded, match="6 对"):
        straight_reach(demand_at([Point(33, 120)] * 2), places, 500.0)


@given(st.floats(-75, 75), st.floats(-180, 180), st.floats(0, 360), st.floats(1, 100_000))
def test_the_short_distance_formula_keeps_its_declared_error(
    lat: float, lon: float, azimuth: float, metres: float
) -> None:
    there = Geodesic.WGS84.Direct(lat, lon, azimuth, metres)
    ends = (np.array([v]) for v in (lat, lon, there["lat2"], there["lon2"]))
    assert mid_latitude_m(*ends)[0] == pytest.approx(metres, rel=1e-6, abs=1e-6)
