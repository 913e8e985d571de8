"""One point against places at distances that geographiclib laid out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from geographiclib.geodesic import Geodesic

from services.coverage.check import Check, check_point
from services.coverage.counting import Counted
from services.geo.point import Point
from services.places import Place
from services.travel.measure import Measure
from services.travel.modes import MODES

HERE = Point(33.35, 120.16)
MakePlace = Callable[..., Place]


def check(make_place: MakePlace, *metres: float, mode: str = "walk", minutes: float = 10) -> Check:
    places = []
    for number, distance in enumerate(metres):
        there = Geodesic.WGS84.Direct(HERE.lat, HERE.lon, 70.0 * number, distance)
        places.append(make_place(f"p{number}", Point(there["lat2"], there["lon2"])))
    measure = Measure(mode=MODES[mode], minutes=minutes)
    return check_point(Counted(tuple(places), {}), HERE, measure)


@pytest.mark.parametrize(("metres", "covered"), [(512, True), (513.5, False)])
def test_a_place_within_ten_minutes_covers_and_one_beyond_does_not(
    make_place: MakePlace, metres: float, covered: bool
) -> None:
    answer = check(make_place, metres)
    assert answer.covered is covered
    assert answer.limit_m == pytest.approx(512.8, abs=0.05)


def test_those_within_are_listed_nearest_first(make_place: MakePlace) -> None:
    answer = check(make_place, 400, 2000, 100, 511)
    assert answer.covered_by == ("p2", "p0", "p3")


def test_the_nearest_place_is_named_even_where_it_is_too_far(make_place: MakePlace) -> None:
    nearest = check(make_place, 3000, 2000, 4000).nearest
    assert nearest is not None
    assert nearest.place.id == "p1"
    assert nearest.distance_m == pytest.approx(2000, abs=1e-3)
    assert nearest.travel_s == pytest.approx(2000 * 1.3 / (4 / 3.6))


def test_equal_distances_go_by_id(make_place: MakePlace) -> None:
    places = tuple(make_place(name, HERE) for name in ("b", "a", "c"))
    answer = check_point(Counted(places, {}), HERE, Measure(mode=MODES["walk"], minutes=10))
    assert answer.covered_by == ("a", "b", "c")


def test_where_nothing_counts_nothing_is_near(make_place: MakePlace) -> None:
    answer = check(make_place)
    assert (answer.covered, answer.covered_by, answer.nearest) == (False, (), None)
