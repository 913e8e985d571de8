"""Gaps drawn by hand on a lattice, distances by geographiclib, and what must always hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from services.coverage.demand import DemandPoints, grid_over
from services.coverage.gaps import Gap, find_gaps
from services.geo.point import Point
from services.places import Place, Precision
from services.region import GazetteerEntry, Region, Township, load_region
from services.settings import ROOT
from services.travel.catchments import Reached
from services.travel.measure import Measure
from services.travel.modes import MODES

WALK = Measure(mode=MODES["walk"], minutes=10)
PAIR = (("1", "甲区"), ("2", "乙区"))


def drawn(ground: Any, picture: Sequence[str]) -> tuple[DemandPoints, np.ndarray, list[str]]:
    """Cells of 100 m, the first line in the north: a digit is a district's covered cell, a letter
    (small: first district, capital: second) an uncovered one, a blank none.
    """
    cells = [
        (column * 100.0, (len(picture) - 1 - row) * 100.0, sign)
        for row, line in enumerate(picture)
        for column, sign in enumerate(line)
        if sign != " "
    ]
    lats, lons = ground.plane.to_degrees(*np.array([cell[:2] for cell in cells]).T)
    signs = [sign for _, _, sign in cells]
    demand = DemandPoints(
        lats,
        lons,
        np.full(len(cells), 10_000, dtype=np.int64),
        np.array([int(s in "2" or s.isupper()) for s in signs]),
        PAIR,
        spacing_m=100.0,
    )
    return demand, np.array([sign.isdigit() for sign in signs]), signs


def scattered(
    ground: Any, points: Sequence[tuple[float, float]], weights: Sequence[int], **values: Any
) -> DemandPoints:
    """Points of a file, in metres."""
    lats, lons = ground.plane.to_degrees(*np.array(points, dtype=float).reshape(-1, 2).T)
    whole = np.array(weights, dtype=np.int64)
    made = {"district": np.zeros_like(whole), "districts": PAIR, **values}
    return DemandPoints(lats, lons, whole, **made)


def gaps_of(
    demand: DemandPoints, covered: np.ndarray, places: Sequence[Place] = (), **asked: Any
) -> tuple[Gap, ...]:
    return find_gaps(demand, covered, places, **{"measure": WALK, **asked})


def none(demand: DemandPoints) -> np.ndarray:
    return np.zeros(len(demand), dtype=bool)


def test_cells_that_touch_even_at_a_corner_are_one_gap_and_others_are_not(ground: Any) -> None:
    picture = [
        "aa11b",
        "1a11b",
        "11a11",
        "c1111",
    ]
    demand, covered, signs = drawn(ground, picture)
    gaps = gaps_of(demand, covered)
    assert [gap.points for gap in gaps] == [4, 2, 1]
    assert [gap.weight for gap in gaps] == [signs.count(s) * 10_000 for s in "abc"]
    assert [gap.rank for gap in gaps] == [1, 2, 3]


def test_a_gap_ends_where_its_district_ends(ground: Any) -> None:
    demand, covered, _ = drawn(ground, ["aaAAA", "11222"])
    first, second = gaps_of(demand, covered)
    assert (first.adcode, first.district, first.points) == ("2", "乙区", 3)
    assert (second.adcode, second.district, second.points) == ("1", "甲区", 2)


def test_gaps_of_one_weight_are_ranked_by_latitude_then_longitude(ground: Any) -> None:
    demand, covered, _ = drawn(ground, ["c1d", "111", "a1b"])
    gaps = gaps_of(demand, covered)
    at = [(gap.lat, gap.lon) for gap in gaps]
    assert at == sorted(at)
    assert len(set(at)) == 4


def test_the_point_to_stand_on_is_one_of_the_gap_even_where_its_middle_is_covered(
    ground: Any,
) -> None:
    picture = [
        "aaaaa",
        "a111a",
        "a1111",
        "a111a",
        "aaaaa",
    ]
    demand, covered, _ = drawn(ground, picture)
    (gap,) = gaps_of(demand, covered)
    assert (gap.points, gap.extent_m) == (15, pytest.approx(500, abs=0.1))
    # The centre of weight is 13⅓ m west of the middle (one cell of the east side is covered), so
    # the nearest of the ring's cells is the one in the middle of the west side.
    middle = ground.point(0, 200)
    assert (gap.lat, gap.lon) == pytest.approx((middle.lat, middle.lon), abs=1e-9)


def test_of_points_equally_near_the_middle_the_southernmost_is_taken(ground: Any) -> None:
    demand, covered, _ = drawn(ground, ["aa", "aa"])
    (gap,) = gaps_of(demand, covered)
    at = zip(demand.lats.tolist(), demand.lons.tolist(), strict=True)
    assert (gap.lat, gap.lon) == min(at)


@pytest.mark.parametrize(("weight", "middle"), [(8, 2), (10, 3)])
def test_the_middle_is_that_of_the_weight(ground: Any, weight: int, middle: int) -> None:
    # (100 + 200 + 300 · weight) / (3 + weight): 245 m and 254 m.
    points = [(0, 0), (100, 0), (200, 0), (300, 0)]
    demand = scattered(ground, points, [1, 1, 1, weight])
    (gap,) = gaps_of(demand, none(demand))
    assert gap.lon == demand.lons[middle]


def test_points_of_a_file_are_one_gap_up_to_250_metres(ground: Any) -> None:
    demand = scattered(ground, [(0, 0), (249, 0), (500, 0), (500, 249.9)], [5, 5, 7, 7])
    assert [gap.weight for gap in gaps_of(demand, none(demand))] == [14, 10]


def test_a_gap_ten_kilometres_long_is_four_places_to_go_to(ground: Any) -> None:
    demand, covered, _ = drawn(ground, ["a" * 100])
    gaps = gaps_of(demand, covered)
    assert [gap.points for gap in gaps] == [25] * 4
    # Four of one weight, from south to north: the middle cells of 25 in a row.
    expected = sorted(ground.point(x * 100.0, 0).lon for x in (12, 37, 62, 87))
    assert sorted(gap.lon for gap in gaps) == pytest.approx(expected, abs=1e-9)


def test_the_weights_of_the_gaps_add_up_to_what_is_uncovered(ground: Any) -> None:
    chance = np.random.default_rng(2)
    demand = grid_over([ground.area(box(0, 0, 9000, 6000))], 100)
    covered = chance.random(len(demand)) < 0.6
    gaps = gaps_of(demand, covered)
    assert sum(gap.weight for gap in gaps) == int(demand.weights[~covered].sum())
    assert sum(gap.points for gap in gaps) == int((~covered).sum())
    assert [gap.weight for gap in gaps] == sorted((gap.weight for gap in gaps), reverse=True)
    assert len(gaps) > 100


def test_where_all_is_covered_or_nothing_is_to_cover_there_is_no_gap(ground: Any) -> None:
    demand, _, _ = drawn(ground, ["aaa"])
    assert gaps_of(demand, ~none(demand)) == ()
    assert gaps_of(scattered(ground, [(0, 0), (9, 9)], [0, 0]), np.zeros(2, dtype=bool)) == ()
    assert gaps_of(scattered(ground, [], []), np.zeros(0, dtype=bool)) == ()


def test_points_without_weight_are_in_no_gap_and_join_none(ground: Any) -> None:
    demand = scattered(ground, [(0, 0), (200, 0), (400, 0)], [3, 0, 4])
    gaps = gaps_of(demand, none(demand))
    assert [(gap.weight, gap.points) for gap in gaps] == [(4, 1), (3, 1)]


def test_weights_with_decimals_are_printed_as_they_were_written(ground: Any) -> None:
    demand = scattered(ground, [(0, 0), (100, 0)], [15, 10], scale=10)
    (gap,) = gaps_of(demand, none(demand))
    assert (gap.weight, gap.to_json()["weight"]) == (25, 2.5)


# --- the nearest place ----------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), km=st.sampled_from([3.0, 40.0, 300.0]))
def test_the_nearest_place_and_the_farthest_point_are_those_of_all_geodesics(
    ground: Any, seed: int, km: float
) -> None:
    chance = np.random.default_rng(seed)
    points = [(float(x), float(y)) for x, y in chance.uniform(0, 2500, (12, 2))]
    demand = scattered(ground, points, [1] * 12)
    centres = chance.uniform(-km * 1000, km * 1000, (9, 2))
    places = [ground.place(f"p{n}", float(x), float(y)) for n, (x, y) in enumerate(centres)]

    def metres(lat: float, lon: float, place: Place) -> float:
        assert place.point is not None
        line = Geodesic.WGS84.Inverse(lat, lon, place.point.lat, place.point.lon)
        return float(line["s12"])

    gaps = gaps_of(demand, none(demand), places)
    for gap in gaps:
        nearest = min(places, key=lambda place: metres(gap.lat, gap.lon, place))
        assert (gap.nearest_place, gap.nearest_place_name) == (nearest.id, nearest.name)
        assert gap.nearest_place_m == pytest.approx(metres(gap.lat, gap.lon, nearest), abs=1e-6)
        assert gap.travel_s == pytest.approx((gap.nearest_place_m or 0) * 1.3 / (4 / 3.6))
    at_all = [
        min(metres(float(lat), float(lon), place) for place in places)
        for lat, lon in zip(demand.lats, demand.lons, strict=True)
    ]
    assert max(gap.farthest_m or 0 for gap in gaps) == pytest.approx(max(at_all), abs=1e-6)


def test_the_farthest_point_is_that_of_the_ellipsoid_and_not_of_the_sphere(ground: Any) -> None:
    # A degree is 0.5 % longer eastward than northward here: from (0, 0) the place in the north is
    # 29,950 m away, from (240, 0) the one in the east 30,000 m, but a sphere has it the other way.
    turn = np.radians(20)
    north = ground.place("n", -29_950 * np.sin(turn), 29_950 * np.cos(turn))
    east = ground.place("e", 30_240, 0)
    demand = scattered(ground, [(0, 0), (240, 0)], [1, 1])
    (gap,) = gaps_of(demand, none(demand), [north, east])
    assert gap.farthest_m == pytest.approx(30_000, abs=0.5)


def test_of_places_equally_near_the_first_by_id_is_named_with_its_address(ground: Any) -> None:
    demand = scattered(ground, [(0, 0)], [1])
    twins = [replace(ground.place(name, 900, 0), address=f"某路{name}号") for name in "ba"]
    (gap,) = gaps_of(demand, none(demand), twins)
    assert (gap.nearest_place, gap.nearest_place_address) == ("a", "某路a号")


def test_without_a_place_that_counts_nobody_is_near(ground: Any) -> None:
    demand, covered, _ = drawn(ground, ["aa"])
    pointless = replace(ground.place("p", 0, 0), point=None)
    for places in ([], [pointless]):
        (gap,) = gaps_of(demand, covered, places)
        assert (gap.nearest_place, gap.nearest_place_m, gap.travel_s) == (None, None, None)
        assert gap.to_json()["farthest_m"] is None


class Streets:
    """A measure whose streets are written down: metres by place's and point's longitude."""

    method = "streets"
    limit_m = 600.0

    def __init__(self, streets: dict[tuple[float, float], float]) -> None:
        self._streets = streets

    def travel_s(self, metres: Any) -> Any:
        return metres / 2

    def catchments(self, _lats: Any, lons: Any) -> Any:
        self._lons = lons
        return self

    def of(self, _lats: Any, lons: Any, limits_m: Sequence[float]) -> Reached:
        rows = [
            [(i, m) for i, point in enumerate(self._lons)
             if (m := self._streets.get((place, point), np.inf)) <= max(limits_m)]
            for place in lons
        ]  # fmt: skip
        flat = [pair for row in rows for pair in row]
        return Reached(
            np.cumsum([0, *map(len, rows)]),
            np.array([i for i, _ in flat], dtype=np.int32),
            np.array([m for _, m in flat]),
        )


def test_along_streets_the_time_is_that_of_the_way_and_none_where_there_is_none(
    ground: Any,
) -> None:
    # Three gaps; the place nearest to each is 300 m away over the river.
    demand = scattered(ground, [(0, 0), (2000, 0), (4000, 0)], [3, 2, 1])
    places = [ground.place(f"p{x}", x + 300, 0) for x in (0, 2000, 4000)]
    lon = [place.point.lon for place in places]
    streets = Streets(
        {
            (lon[0], demand.lons[0]): 1500.0,
            (lon[1], demand.lons[0]): 2100.0,
            (lon[1], demand.lons[1]): 3001.0,  # more than five limits
            (lon[0], demand.lons[2]): 700.0,  # a way, but to another place than the nearest
        }
    )
    gaps = gaps_of(demand, none(demand), places, measure=streets)
    assert [gap.travel_s for gap in gaps] == [750.0, None, None]
    assert [gap.nearest_place for gap in gaps] == ["p0", "p2000", "p4000"]
    assert gaps[0].nearest_place_m == pytest.approx(300, abs=0.1)


# --- where it is ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vaduz() -> Region:
    return load_region(ROOT / "tests" / "regions" / "vaduz")


def named(region: Region, *townships: tuple[str, str, Point]) -> Region:
    return replace(
        region,
        townships=tuple(Township(name, name, adcode, at) for name, adcode, at in townships),
        gazetteer=(),
    )


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (0, 1200, "以北约 1.2 公里"),
        (0, -420, "以南约 400 米"),
        (960, 0, "以东约 1.0 公里"),
        (-940, 0, "以西约 900 米"),
        (3000, 3000, "东北约 4.2 公里"),
        (-3000, 3000, "西北约 4.2 公里"),
        (3000, -3000, "东南约 4.2 公里"),
        (-3000, -3000, "西南约 4.2 公里"),
        (2000, 4900, "以北约 5.3 公里"),  # 22.2° from north
        (2000, 4800, "东北约 5.2 公里"),  # 22.6°
        (0, 9940, "以北约 9.9 公里"),
        (0, 12_340, "以北约 12 公里"),
        (100, 100, "附近"),
    ],
)
def test_where_is_said_by_direction_and_distance_from_the_nearest_name(
    ground: Any, vaduz: Region, x: float, y: float, words: str
) -> None:
    region = named(
        vaduz, ("新洋街道", "1", ground.point(0, 0)), ("远镇", "1", ground.point(0, -90_000))
    )
    demand = scattered(ground, [(x, y)], [1])
    (gap,) = gaps_of(demand, none(demand), region=region)
    assert gap.where == f"甲区 · 新洋街道{words}"


def test_a_name_of_another_district_comes_with_its_district(ground: Any, vaduz: Region) -> None:
    region = named(vaduz, ("沙恩镇", "700102", ground.point(0, 0)))
    demand = scattered(ground, [(0, 700)], [1])
    (gap,) = gaps_of(demand, none(demand), region=region)
    assert gap.where == "甲区 · 沙恩区沙恩镇以北约 700 米"


def test_the_gazetteer_names_what_no_township_does_but_no_district(
    ground: Any, vaduz: Region
) -> None:
    def entry(name: str, x: float, precision: Precision) -> GazetteerEntry:
        return GazetteerEntry(name, (), "1", ground.point(x, 0), precision, "")

    gazetteer = (
        entry("甲区", 800, Precision.DISTRICT),
        entry("河村", 500, Precision.VILLAGE),
        entry("山镇", 700, Precision.TOWNSHIP),  # the township's own point comes first
    )
    region = replace(named(vaduz, ("山镇", "1", ground.point(3000, 0))), gazetteer=gazetteer)
    demand = scattered(ground, [(1000, 0)], [1])
    (gap,) = gaps_of(demand, none(demand), region=region)
    assert gap.where == "甲区 · 河村以东约 500 米"


def test_without_names_the_coordinates_say_where(ground: Any, vaduz: Region) -> None:
    demand = scattered(ground, [(0, 0)], [1], districts=(("", ""),))
    for region in (None, named(vaduz)):
        (gap,) = gaps_of(demand, none(demand), region=region)
        assert gap.where == "33.00000, 120.00000"


def test_across_the_antimeridian_a_gap_is_one_and_east_is_east(vaduz: Region) -> None:
    region = named(vaduz, ("村", "1", Point(10.0, 179.9990)))
    demand = DemandPoints(
        np.array([10.0, 10.0]),
        np.array([179.9995, -179.9995]),
        np.array([1, 3], dtype=np.int64),
        np.zeros(2, dtype=np.int64),
        PAIR,
    )
    (gap,) = gaps_of(demand, none(demand), region=region)
    assert (gap.points, gap.lon) == (2, -179.9995)
    assert gap.where == "甲区 · 村以东约 200 米"  # 0.0015° of 109.6 km
