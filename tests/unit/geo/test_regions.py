"""Which district holds a point, how large it is, and how it is drawn lighter."""

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from services.geo.point import Point
from services.geo.regions import District, Districts


@pytest.fixture
def squares() -> Districts:
    """West and east of 120° E; the east one has a hole and an island."""
    east = MultiPolygon(
        [
            Polygon(
                box(120, 33, 121, 34).exterior.coords,
                [box(120.4, 33.4, 120.6, 33.6).exterior.coords],
            ),
            box(122, 33, 122.1, 33.1),
        ]
    )
    return Districts(
        [
            District("320901", "西城区", box(119, 33, 120, 34)),
            District("320902", "东县", east),
        ]
    )


@pytest.mark.parametrize(
    ("lat", "lon", "adcode"),
    [
        (33.5, 119.5, "320901"),
        (33.2, 120.2, "320902"),
        (33.05, 122.05, "320902"),  # the island
        (33.5, 120.5, None),  # the hole
        (33.5, 120.0, "320901"),  # the shared border: the first
        (34.0, 119.5, "320901"),  # the outer border is inside
        (34.0001, 119.5, None),  # just off the coast
        (33.5, 121.5, None),  # inside the east one's box only
        (-33.5, 119.5, None),
    ],
)
def test_a_point_lies_in_the_district_that_covers_it(
    squares: Districts, lat: float, lon: float, adcode: str | None
) -> None:
    holder = squares.holding(Point(lat, lon))
    assert (holder.adcode if holder else None) == adcode


def test_many_points_get_the_answers_of_one_at_a_time_tests_of_each_polygon() -> None:
    rng = np.random.default_rng(7)
    blobs = [
        District(str(n), f"第{n}", shapely.buffer(shapely.Point(n % 5 * 0.9, n // 5 * 0.9), 0.5))
        for n in range(20)
    ]
    lats, lons = rng.uniform(-1, 4, 3000), rng.uniform(-1, 5, 3000)
    expected = [
        next((i for i, b in enumerate(blobs) if b.polygon.intersects(shapely.Point(lon, lat))), -1)
        for lat, lon in zip(lats, lons, strict=True)
    ]
    assert Districts(blobs).holding_many(lats, lons).tolist() == expected
    assert {-1, 0, 19} <= set(expected)


def test_a_point_that_is_not_a_number_is_in_no_district_and_none_are_no_answers(
    squares: Districts,
) -> None:
    lats, lons = np.array([np.nan, 33.5, np.inf]), np.array([119.5, 119.5, 119.5])
    assert squares.holding_many(lats, lons).tolist() == [-1, 0, -1]
    assert squares.holding_many(np.array([]), np.array([])).tolist() == []


def test_more_points_than_one_chunk_are_all_answered(
    squares: Districts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.geo.regions._CHUNK", 4)
    lons = np.array([119.5, 120.2, 130.0] * 5)
    assert squares.holding_many(np.full(15, 33.2), lons).tolist() == [0, 1, -1] * 5


def test_a_district_is_known_by_its_whole_name_and_as_people_say_it(squares: Districts) -> None:
    for name in ("西城区", "西城", " 西城区 "):
        found = squares.named(name)
        assert found is not None and found.adcode == "320901"
    assert squares.named("东县") is squares.by_adcode("320902")
    assert squares.named("东") is None  # two characters stay whole
    assert squares.named("北区") is None
    with pytest.raises(KeyError):
        squares.by_adcode("999999")


def test_bounds_are_south_west_north_east(squares: Districts) -> None:
    assert squares.bounds == (33, 119, 34, 122.1)


def test_an_eighth_of_the_ellipsoid_has_an_eighth_of_its_published_surface() -> None:
    octant = District("1", "第一象限", Polygon([(0, 0), (90, 0), (90, 90), (0, 90)]))
    wgs84_surface_m2 = 510_065_621_724_000
    assert octant.area_m2 == pytest.approx(wgs84_surface_m2 / 8, rel=1e-9)


def test_an_area_does_not_depend_on_the_direction_of_the_ring_and_leaves_out_holes() -> None:
    ring = list(box(120, 33, 121, 34).exterior.coords)
    hole = list(box(120.4, 33.4, 120.6, 33.6).exterior.coords)
    whole, turned = Polygon(ring), Polygon(ring[::-1])
    assert District("1", "甲区", whole).area_m2 == District("1", "甲区", turned).area_m2
    # One part in 25 of the square's degrees; meridians converge little over one degree.
    holed = District("1", "甲区", Polygon(ring, [hole])).area_m2
    assert holed / District("1", "甲区", whole).area_m2 == pytest.approx(0.96, abs=1e-4)


def test_lighter_districts_keep_their_shared_borders_and_lose_corners() -> None:
    steps = [(120 + 0.003 * np.sin(i * 2.3), 33 + i / 50) for i in range(51)]
    west = Polygon([(119, 33), *steps, (119, 34)])
    east = Polygon([(121, 33), *steps, (121, 34)])
    full = Districts([District("1", "西区", west), District("2", "东区", east)])
    light = full.simplified(1500)
    polygons = [each.polygon for each in light]
    assert [(each.adcode, each.name) for each in light] == [("1", "西区"), ("2", "东区")]
    assert shapely.coverage_is_valid(polygons)
    assert polygons[0].intersection(polygons[1]).area == 0
    assert shapely.union_all(polygons).area == pytest.approx(2.0, rel=1e-3)
    corners = [shapely.get_num_coordinates(p) for p in polygons]
    assert all(few < 54 / 2 for few in corners)
    assert full.simplified(1).bounds == full.bounds
