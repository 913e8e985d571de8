"""Circles and lenses whose areas have closed formulas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from shapely import get_coordinates
from shapely.geometry import Point as ShapelyPoint
from shapely.geometry import box

from services.coverage.areas import CoverageArea, coverage_areas
from services.coverage.counting import Counted

RADIUS_M = 500.0


def by_role(areas: Any, role: str) -> list[CoverageArea]:
    return [area for area in areas if area.role == role]


def lens(radius: float, apart: float) -> float:
    """Area common to two circles of one radius."""
    return 2 * radius**2 * math.acos(apart / (2 * radius)) - apart / 2 * math.sqrt(
        4 * radius**2 - apart**2
    )


def test_one_circle_in_a_square_leaves_the_rest_as_one_gap(ground: Any) -> None:
    square = ground.area(box(-1000, -1000, 1000, 1000), "320902", "亭湖主城区")
    areas = coverage_areas([square], ground.counted([(0, 0)]), RADIUS_M)
    circle = math.pi * RADIUS_M**2
    (covered,), (gap,) = by_role(areas, "covered"), by_role(areas, "gap")
    assert covered.area_m2 == pytest.approx(circle, rel=1e-3)
    assert gap.area_m2 == pytest.approx(4_000_000 - circle, rel=1e-3)
    assert by_role(areas, "twice") == []
    assert (gap.adcode, gap.name, gap.sample) == ("320902", "亭湖主城区", True)


def test_two_circles_cover_their_lens_twice(ground: Any) -> None:
    square = ground.area(box(-2000, -2000, 2000, 2000))
    areas = coverage_areas([square], ground.counted([(-300, 0), (300, 0)]), RADIUS_M)
    (covered,), (twice,) = by_role(areas, "covered"), by_role(areas, "twice")
    both = lens(RADIUS_M, 600)
    assert twice.area_m2 == pytest.approx(both, rel=2e-3)
    assert covered.area_m2 == pytest.approx(2 * math.pi * RADIUS_M**2 - both, rel=1e-3)


def test_many_circles_agree_with_counting_a_fine_lattice_of_points(ground: Any) -> None:
    chance = np.random.default_rng(3)
    centres = [(float(x), float(y)) for x, y in chance.uniform(0, 4000, (33, 2))]
    areas = coverage_areas([ground.area(box(0, 0, 4000, 4000))], ground.counted(centres), RADIUS_M)
    x, y = np.meshgrid(np.arange(5, 4000, 10), np.arange(5, 4000, 10))
    depth = sum((np.hypot(x - cx, y - cy) <= RADIUS_M).astype(int) for cx, cy in centres)
    area = {role: sum(a.area_m2 for a in by_role(areas, role)) for role in ("covered", "twice")}
    assert area["covered"] == pytest.approx(np.sum(depth >= 1) * 100, rel=2e-3)
    assert area["twice"] == pytest.approx(np.sum(depth >= 2) * 100, rel=2e-3)


def test_covered_gaps_and_slivers_add_up_to_the_area(ground: Any) -> None:
    chance = np.random.default_rng(8)
    centres = [(float(x), float(y)) for x, y in chance.uniform(0, 5000, (45, 2))]
    shape = ShapelyPoint(2500, 2500).buffer(2600)
    areas = coverage_areas([ground.area(shape)], ground.counted(centres), RADIUS_M)
    parts = sum(a.area_m2 for a in areas if a.role != "twice")
    assert parts + areas.slivers_m2 == pytest.approx(shape.area, rel=1e-6)
    assert len(by_role(areas, "gap")) > 1


def test_each_gap_names_the_nearest_place_that_counts(ground: Any) -> None:
    strip = ground.area(box(-3000, -100, 3000, 100))
    areas = coverage_areas([strip], ground.counted([(-1000, 0), (1200, 0)]), RADIUS_M)
    gaps = by_role(areas, "gap")
    assert len(gaps) == 3
    for gap in gaps:
        inside = gap.polygon.representative_point()
        nearest = "p000" if inside.x < 120.0 else "p001"
        if abs(inside.x - 120.0) > 0.005:  # the middle gap is near to either
            assert gap.nearest_place == nearest
            assert gap.nearest_place_name == f"站 {nearest}"
    west = min(gaps, key=lambda gap: gap.polygon.bounds[0])
    assert west.nearest_place_m is not None
    assert RADIUS_M <= west.nearest_place_m <= 2003


def test_the_distance_to_the_nearest_place_is_a_geodesic_from_inside_the_gap(ground: Any) -> None:
    # A gap so small that every point of it is 20 m from its middle at most.
    cell = box(1990, -10, 2010, 10)
    areas = coverage_areas([ground.area(cell)], ground.counted([(0, 0)]), RADIUS_M, sliver_m2=1.0)
    middle = ground.point(2000, 0)
    expected = Geodesic.WGS84.Inverse(33.0, 120.0, middle.lat, middle.lon)["s12"]
    assert by_role(areas, "gap")[0].nearest_place_m == pytest.approx(expected, abs=15)


def test_slivers_are_dropped_and_said(ground: Any) -> None:
    # The corner that the circle leaves of this square: (1 - π/4)·60² of 3,600 m².
    corner = ground.area(box(0, 0, 60, 60))
    areas = coverage_areas([corner], ground.counted([(0, 0)]), 60.0)
    assert by_role(areas, "gap") == []
    assert areas.slivers == 1
    assert areas.slivers_m2 == pytest.approx((1 - math.pi / 4) * 3600, rel=5e-3)
    assert "1 块" in areas.note


def test_without_a_counting_place_all_is_one_gap_with_nobody_near(ground: Any) -> None:
    square = ground.area(box(0, 0, 1000, 1000))
    areas = coverage_areas([square], Counted((), {}), RADIUS_M)
    (gap,) = areas
    assert gap.area_m2 == pytest.approx(1_000_000)
    assert gap.properties()["nearest_place"] is None
    assert gap.properties()["nearest_place_m"] is None


def test_without_areas_there_is_nothing_to_draw(ground: Any) -> None:
    assert len(coverage_areas([], ground.counted([(0, 0)]), RADIUS_M)) == 0


def test_the_drawing_stays_within_metres_of_the_true_shape(ground: Any) -> None:
    square = ground.area(box(-1000, -1000, 1000, 1000))
    areas = coverage_areas([square], ground.counted([(0, 0)]), RADIUS_M)
    drawn = ground.plane.geometry_to_metres(by_role(areas, "covered")[0].polygon)
    circle = ShapelyPoint(0, 0).buffer(RADIUS_M, quad_segs=64)
    assert drawn.hausdorff_distance(circle) < 6
    assert len(get_coordinates(drawn)) < 60
