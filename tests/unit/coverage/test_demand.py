"""Squares whose cells one can count on paper, and shapely's areas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from shapely.geometry import Point as ShapelyPoint
from shapely.geometry import Polygon, box

from services.coverage.demand import census_over, grid_over
from services.errors import InvalidInput, LimitExceeded
from services.geo.regions import District, Districts
from services.region import DEFAULT_REGION, CensusRow, Region, UrbanArea, load_region


def test_a_square_kilometre_is_a_hundred_cells_of_a_hectare(ground: Any) -> None:
    demand = grid_over([ground.area(box(0, 0, 1000, 1000))], 100)
    assert len(demand) == 100
    assert set(demand.weights.tolist()) == {10_000}
    assert demand.weights.dtype == np.int64
    assert demand.unit == "m2"
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


# --- a census in place of area -------------------------------------------------------------


def region_of(ground: Any, census: tuple[CensusRow, ...]) -> Region:
    districts = Districts(
        [
            District(adcode, name, ground.area(box(x, 0, x + 5000, 5000)).polygon)
            for adcode, name, x in (("1", "东区", 0), ("2", "西区", 5000), ("3", "北区", 10000))
        ]
    )
    return replace(load_region(DEFAULT_REGION), districts=districts, census=census)


def test_the_urban_residents_are_spread_evenly_as_whole_people(ground: Any) -> None:
    region = region_of(
        ground,
        (
            CensusRow("1", "东区", 1000, 0.457),
            CensusRow("9", "开发区", 100, 0.5, within="1"),
            CensusRow("2", "西区", 333, 1.0),
        ),
    )
    areas = [ground.area(box(0, 0, 600, 600), "1"), ground.area(box(5000, 0, 5300, 600), "2")]
    demand = census_over(areas, region, 100)
    east = demand.weights[demand.district == 0]
    west = demand.weights[demand.district == 1]
    # 457 + 50 over 36 cells, 333 over 18: by hand 14 or 15, and 18 or 19 a cell.
    assert (len(east), int(east.sum()), set(east.tolist())) == (36, 507, {14, 15})
    assert (len(west), int(west.sum()), set(west.tolist())) == (18, 333, {18, 19})
    assert demand.weights.dtype == np.int64
    assert demand.unit == "people"
    assert any("人口普查" in note and "估计" in note for note in demand.notes)


def test_the_odd_persons_do_not_gather_in_one_corner(ground: Any) -> None:
    region = region_of(ground, (CensusRow("1", "东区", 150, 1.0),))
    demand = census_over([ground.area(box(0, 0, 1000, 1000), "1")], region, 100)
    assert int(demand.weights.sum()) == 150
    halves = np.array_split(demand.weights, 2)
    assert [int(half.sum()) for half in halves] == [75, 75]


def test_people_of_a_district_without_an_area_are_said_to_be_left_out(ground: Any) -> None:
    region = region_of(
        ground,
        (
            CensusRow("1", "东区", 100, 1.0),
            CensusRow("2", "西区", 250, 0.5),
            CensusRow("3", "北区", 40, 0.25),
        ),
    )
    demand = census_over([ground.area(box(0, 0, 500, 500), "1")], region, 100)
    assert int(demand.weights.sum()) == 100
    assert demand.districts == (("1", "东区"), ("2", "西区"), ("3", "北区"))
    assert any("西区、北区没有主城区网格,135 名" in note for note in demand.notes)


def test_an_area_that_the_census_does_not_know_is_said(ground: Any) -> None:
    region = region_of(ground, (CensusRow("1", "东区", 100, 1.0),))
    areas = [ground.area(box(0, 0, 500, 500), "1"), ground.area(box(900, 0, 1400, 500), "x", "丙")]
    demand = census_over(areas, region, 100)
    assert int(demand.weights.sum()) == 100
    assert len(demand) == 25
    assert any("丙" in note for note in demand.notes)


def test_fewer_people_than_cells_leave_cells_without_demand(ground: Any) -> None:
    region = region_of(ground, (CensusRow("1", "东区", 7, 1.0),))
    demand = census_over([ground.area(box(0, 0, 1000, 1000), "1")], region, 100)
    assert demand.weights.tolist() == [1] * 7


def test_the_real_citys_residents_are_all_there_at_any_spacing() -> None:
    region = load_region(DEFAULT_REGION)
    expected = {
        district.adcode: region.urban_residents(district.adcode) for district in region.districts
    }
    for spacing in (100, 370):
        demand = census_over(region.urban_areas, region, spacing)
        found = np.bincount(demand.district, demand.weights, len(demand.districts))
        by_adcode = {
            adcode: int(people) for (adcode, _), people in zip(demand.districts, found, strict=True)
        }
        assert by_adcode == expected


def test_no_areas_hold_nobody(ground: Any) -> None:
    areas: list[UrbanArea] = []
    demand = census_over(areas, region_of(ground, (CensusRow("1", "东区", 7, 1.0),)), 100)
    assert len(demand) == 0
    assert any("主城区" in note for note in demand.notes)
