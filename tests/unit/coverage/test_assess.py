"""Circles in squares by hand, unions of circles by shapely, and what must always hold."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import union_all
from shapely.geometry import Point as ShapelyPoint
from shapely.geometry import box

from services.coverage.assess import assess as search
from services.coverage.counting import REASONS, Counted
from services.coverage.demand import DemandPoints, grid_over
from services.coverage.figures import Coverage, figures
from services.geo.regions import District, Districts
from services.travel.measure import Measure
from services.travel.modes import MODES

WALK = MODES["walk"]
TEN_MINUTES_M = 10 / 60 * 4000 / 1.3


def assess(demand: DemandPoints, counted: Counted, **asked: Any) -> Coverage:
    measure = Measure(**{"mode": WALK, "minutes": 10, **asked})
    found = search(demand, counted, measure)
    return figures(found, revision=7, sample=True, made_on=date(2026, 11, 24))


def test_one_circle_in_a_square_covers_pi_r_squared(ground: Any) -> None:
    # A circle of 512.8 m in a square of 2 km: 826,200 of 4,000,000 m², 20.65 %.
    demand = grid_over([ground.area(box(-1000, -1000, 1000, 1000))], 25)
    coverage = assess(demand, ground.counted([(3, 4)]))
    assert coverage.table.total.weight == 4_000_000
    assert coverage.table.total.covered == pytest.approx(math.pi * TEN_MINUTES_M**2, rel=2e-3)
    assert coverage.table.total.share == pytest.approx(0.2065, abs=5e-4)


def test_the_published_standards_stand_beside_with_circles_of_their_own(ground: Any) -> None:
    demand = grid_over([ground.area(box(-1500, -1500, 1500, 1500))], 25)
    coverage = assess(demand, ground.counted([(3, 4)]))
    covered = {standard.straight_m: table.total.covered for standard, table in coverage.beside}
    assert covered == {
        1000.0: pytest.approx(math.pi * 1000**2, rel=2e-3),
        500.0: pytest.approx(math.pi * 500**2, rel=5e-3),
    }


@pytest.mark.parametrize(("spacing", "percent"), [(100, 1.0), (50, 0.4), (25, 0.15)])
def test_the_grid_comes_ever_closer_to_the_union_of_the_circles(
    ground: Any, spacing: float, percent: float
) -> None:
    chance = np.random.default_rng(42)
    square = box(0, 0, 8000, 8000)
    centres = [(float(x), float(y)) for x, y in chance.uniform(0, 8000, (60, 2))]
    circles = [ShapelyPoint(xy).buffer(TEN_MINUTES_M, quad_segs=256) for xy in centres]
    exact = (union_all(circles) & square).area
    covered = assess(
        grid_over([ground.area(square)], spacing), ground.counted(centres)
    ).table.total.covered
    assert covered == pytest.approx(exact, rel=percent / 100)


def test_overlap_counts_who_has_at_least_so_many(ground: Any) -> None:
    demand = grid_over([ground.area(box(-1000, -1000, 1000, 1000))], 50)
    coverage = assess(demand, ground.counted([(0, 0), (0, 0), (5000, 0)]))
    assert coverage.overlap[1] == coverage.overlap[2] == coverage.table.total.covered > 0
    assert coverage.overlap[3] == 0


places_anywhere = st.lists(
    st.tuples(st.floats(-500, 4500), st.floats(-500, 2500)), min_size=0, max_size=12
)


@settings(deadline=None, max_examples=40)
@given(centres=places_anywhere, another=st.tuples(st.floats(-500, 4500), st.floats(-500, 2500)))
def test_coverage_never_falls_when_a_place_is_added(
    ground: Any, centres: list[tuple[float, float]], another: tuple[float, float]
) -> None:
    demand = two_districts(ground)
    before = assess(demand, ground.counted(centres))
    after = assess(demand, ground.counted([*centres, another]))
    for old, new in zip(before.table.districts, after.table.districts, strict=True):
        assert new.covered >= old.covered
        assert new.weight == old.weight
    assert all(after.overlap[k] >= before.overlap[k] for k in before.overlap)


@settings(deadline=None, max_examples=40)
@given(centres=places_anywhere, minutes=st.integers(1, 40), mode=st.sampled_from(sorted(MODES)))
def test_the_districts_add_up_to_the_total_exactly(
    ground: Any, centres: list[tuple[float, float]], minutes: int, mode: str
) -> None:
    coverage = assess(
        two_districts(ground), ground.counted(centres), minutes=minutes, mode=MODES[mode]
    )
    for table in (coverage.table, *(table for _, table in coverage.beside)):
        assert sum(each.weight for each in table.districts) == table.total.weight
        assert sum(each.covered for each in table.districts) == table.total.covered
        assert 0 <= table.total.covered <= table.total.weight
    overlap = list(coverage.overlap.values())
    assert overlap == sorted(overlap, reverse=True)
    assert overlap[0] == coverage.table.total.covered


def two_districts(ground: Any) -> DemandPoints:
    return grid_over(
        [
            ground.area(box(0, 0, 2000, 2000), "1", "甲"),
            ground.area(box(2000, 0, 4000, 2000), "2", "乙"),
        ],
        100,
    )


def test_nothing_to_cover_has_no_share_rather_than_none_or_all(ground: Any) -> None:
    square = ground.area(box(0, 0, 1000, 1000), "2")
    empty = ground.area(box(5000, 0, 6000, 1000), "1")
    districts = Districts([District(a.adcode, a.name, a.polygon) for a in (empty, square)])
    coverage = assess(grid_over([square], 100, districts=districts), ground.counted([(0, 0)]))
    without, with_demand = coverage.to_json()["districts"]
    assert without == {"adcode": "1", "name": "甲", "weight": 0, "covered": 0, "share": None}
    assert with_demand["share"] > 0


def test_a_registry_of_which_nothing_counts_covers_nothing_and_says_so(ground: Any) -> None:
    demand = grid_over([ground.area(box(0, 0, 1000, 1000))], 100)
    none = Counted((), dict.fromkeys(REASONS, 0))
    empty = assess(demand, none)
    assert (empty.table.total.covered, empty.table.total.share) == (0, 0.0)
    assert any("登记库是空的" in note for note in empty.notes)
    stale = assess(demand, Counted((), {"stale": 3}))
    assert any("3 个都不符合" in note for note in stale.notes)


def test_a_radius_of_less_than_two_cells_is_said_to_be_coarse(ground: Any) -> None:
    demand = grid_over([ground.area(box(0, 0, 1000, 1000))], 100)
    counted = ground.counted([(0, 0)])
    assert any("很粗" in note for note in assess(demand, counted, minutes=3).notes)
    assert assess(demand, counted, minutes=10).notes == ()


def test_time_that_the_overhead_eats_is_said(ground: Any) -> None:
    demand = grid_over([ground.area(box(0, 0, 1000, 1000))], 100)
    coverage = assess(demand, ground.counted([(20, 20)]), mode=MODES["drive"], minutes=2)
    assert coverage.table.total.covered == 0
    assert any("走不出" in note for note in coverage.notes)


def test_the_answer_carries_its_method_its_parameters_and_its_data(ground: Any) -> None:
    demand = grid_over([ground.area(box(-1000, -1000, 1000, 1000), "320902", "亭湖区")], 100)
    counted = Counted(ground.counted([(0, 0)]).places, {"kind": 2, "stale": 1})
    answer = assess(demand, counted).to_json()
    covered = answer["total"]["covered"]
    assert answer["limit_m"] == 512.8
    assert answer["data"] == {
        "revision": 7,
        "sample": True,
        "date": "2026-11-24",
        "counted": 1,
        "left_out": {"kind": 2, "stale": 1},
    }
    assert answer["demand"] == {"points": 400, "spacing_m": 100.0, "unit": "m2", "sample": False}
    assert answer["total"] == {
        "weight": 4_000_000,
        "covered": covered,
        "share": covered / 4_000_000,
    }
    assert answer["districts"] == [{"adcode": "320902", "name": "亭湖区", **answer["total"]}]
    assert answer["overlap"] == {"1": covered, "2": 0, "3": 0}
    wanted = {"mode": "walk", "minutes": 10, "method": "straight", "detour_factor": 1.3, "at": None}
    assert {key: answer[key] for key in wanted} == wanted
    assert [each["key"] for each in answer["standards"]] == ["straight_1000", "straight_500"]
    for each in answer["standards"]:
        assert set(each) == {"key", "label", "source", "limit_m", "districts", "total"}
