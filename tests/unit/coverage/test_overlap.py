"""Who serves whom: drawn by hand, then counted by loops."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coverage.demand import DemandPoints
from services.coverage.overlap import dependence
from services.coverage.reach import both_orders
from services.travel.catchments import Reached


def demand_of(weights: list[int]) -> DemandPoints:
    none = np.zeros(len(weights))
    return DemandPoints(
        none, none, np.array(weights, dtype=np.int64), none.astype(np.int64), (("1", "甲"),)
    )


def reach_of(sets: list[set[int]], points: int) -> Any:
    """Each place with the points that it serves."""
    reached = Reached(
        np.cumsum([0, *map(len, sets)], dtype=np.int64),
        np.array([point for each in sets for point in sorted(each)], dtype=np.int32),
        np.zeros(sum(map(len, sets))),
    )
    return both_orders(reached, points, 500.0)


def test_three_doors_in_a_row() -> None:
    #  a: 0 1 2    b: 2 3    c: 3    d: nobody;  4 is served by none
    found = dependence(reach_of([{0, 1, 2}, {2, 3}, {3}, set()], 5), demand_of([1, 2, 4, 8, 16]))
    assert found.reach_weight.tolist() == [7, 12, 8, 0]
    assert found.sole_weight.tolist() == [3, 0, 0, 0]
    assert found.ranking.tolist() == [0, 1, 2, 3]


def test_while_a_door_is_shut_its_neighbours_are_the_only_ones() -> None:
    reach = reach_of([{0, 1, 2}, {2, 3}, {3}, set()], 5)
    shut = np.array([True, False, True, True])
    found = dependence(reach, demand_of([1, 2, 4, 8, 16]), shut)
    assert found.reach_weight.tolist() == [7, 0, 8, 0]
    assert found.sole_weight.tolist() == [7, 0, 8, 0]
    assert found.ranking.tolist() == [2, 0, 1, 3]


def test_weights_beyond_what_a_float_can_count_stay_exact() -> None:
    found = dependence(reach_of([{0, 1}], 2), demand_of([2**53, 1]))
    assert found.reach_weight.tolist() == found.sole_weight.tolist() == [2**53 + 1]


def test_without_places_or_points_there_is_nothing_to_depend_on() -> None:
    assert dependence(reach_of([], 3), demand_of([1, 1, 1])).ranking.tolist() == []
    assert dependence(reach_of([set()], 0), demand_of([])).sole_weight.tolist() == [0]


@settings(deadline=None)
@given(st.data())
def test_closing_a_door_loses_exactly_what_it_serves_alone(data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.integers(0, 50), min_size=1, max_size=12))
    points = st.integers(0, len(weights) - 1)
    sets = data.draw(st.lists(st.sets(points), max_size=6))
    is_open = data.draw(st.lists(st.booleans(), min_size=len(sets), max_size=len(sets)))

    def covered(places: list[int]) -> int:
        served = {point for i in places for point in sets[i]}
        return sum(weights[point] for point in served)

    found = dependence(
        reach_of(sets, len(weights)), demand_of(weights), np.array(is_open, dtype=bool)
    )
    doors = [i for i, state in enumerate(is_open) if state]
    for i in range(len(sets)):
        others = [j for j in doors if j != i]
        assert found.sole_weight[i] == covered(doors) - covered(others)
        assert found.reach_weight[i] == (covered([i]) if is_open[i] else 0)
    order = found.ranking.tolist()
    assert order == sorted(
        range(len(sets)), key=lambda i: (-found.sole_weight[i], -found.reach_weight[i], i)
    )
