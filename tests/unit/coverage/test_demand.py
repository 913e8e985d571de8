"""Squares whose cells one can count on paper, and shapely's areas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from shapely.geometry import Point as ShapelyPoint
from shapely.geometry import Polygon, box

from services.coverage.demand import grid_over
from services.errors import InvalidInput, LimitExceeded
from services.geo.regions import District, Districts


def test_a_square_kilometre_is_a_hundred_cells_of_a_hectare(ground: Any) -> None:
    demand = grid_over([ground.area(box(0, 0, 1000, 1000))], 100)
    assert len(demand) == 100
    assert set(demand.weights.tolist()) == {10_000}
    assert demand.weights.dtype == np.int64
    x, y = ground.plane.to_metres(demand.lats, demand.lons)
    centres = {(round(a), round(b)) for a, b in zip(x, y, strict=True)}
    assert centres == {(a, b) for a in range(50, 1000, 100) for b in range(50, 1000, 100)}


def test_a_hole_has_no_demand(ground: Any) -> None:
    frame = box(0, 0, 1000, 1000) - box(200, 200, 600, 600)
    assert isinstance(frame, Polygon)
    assert len(grid_over([ground.area(frame)], 100)) == 84


@pytest.mark.parametrize(("spacing", "percent"), [(200, 2.0), (100, 0.5), (25, 0.1)])
def test_the_weight_comes_ever_closer_to_the_area(
    ground: Any, spacing: float, percent: float
) -> None:
    shape = ShapelyPoint(137, 4211).buffer(3000) - box(-500, 3000, 800, 9000)
    demand = grid_over([ground.area(shape)], spacing)
    assert demand.weights.sum() == pytest.approx(shape.area, rel=percent / 100)


def test_a_cell_in_two_areas_is_counted_once_for_the_first(ground: Any) -> None:
    areas = [
        ground.area(box(0, 0, 1000, 1000), "1"),
        ground.area(box(500, 0, 1500, 1000), "2"),
    ]
    demand = grid_over(areas, 100)
    assert np.bincount(demand.district).tolist() == [100, 50]


def test_the_grid_of_an_area_does_not_depend_on_its_neighbours(ground: Any) -> None:
    area = ground.area(ShapelyPoint(0, 0).buffer(777), "1")
    other = ground.area(ShapelyPoint(5000, 8000).buffer(900), "2")
    alone, together = grid_over([area], 100), grid_over([other, area], 100)
    mine = together.district == 1
    assert sorted(together.lats[mine].tolist()) == sorted(alone.lats.tolist())
    assert sorted(together.lons[mine].tolist()) == sorted(alone.lons.tolist())


def test_a_district_without_an_area_is_still_a_row(ground: Any) -> None:
    square = ground.area(box(0, 0, 1000, 1000), "2")
    districts = Districts(
        [
            District("1", "东区", ground.area(box(5000, 0, 9000, 1000)).polygon),
            District("2", "西区", square.polygon),
        ]
    )
    demand = grid_over([square], 100, districts=districts)
    assert demand.districts == (("1", "东区"), ("2", "西区"))
    assert set(demand.district.tolist()) == {1}


def test_an_area_too_small_for_the_grid_is_said(ground: Any) -> None:
    areas = [ground.area(box(0, 0, 1000, 1000)), ground.area(box(2010, 10, 2030, 30), "2", "小岛")]
    notes = grid_over(areas, 100).notes
    assert len(notes) == 1
    assert "小岛" in notes[0]


def test_no_areas_are_no_demand_and_are_said() -> None:
    demand = grid_over([], 100)
    assert len(demand) == 0
    assert "主城区" in demand.notes[0]


@pytest.mark.parametrize("spacing", [24.9, 0, -100, float("nan"), float("inf")])
def test_a_spacing_that_is_too_small_or_no_number_is_refused(ground: Any, spacing: float) -> None:
    with pytest.raises(InvalidInput, match="网格间距") as refused:
        grid_over([ground.area(box(0, 0, 1000, 1000))], spacing)
    assert refused.value.field == "spacing_m"


def test_more_points_than_the_limit_are_refused_with_the_number(ground: Any) -> None:
    with pytest.raises(LimitExceeded, match="2000000"):
        grid_over([ground.area(box(-20_000, -20_000, 20_000, 20_000))], 25)
