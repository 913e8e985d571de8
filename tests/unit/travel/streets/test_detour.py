"""Medians that can be read off the table."""

from __future__ import annotations

import numpy as np
import pytest

from services.travel.catchments import Reached
from services.travel.streets.detour import measured_detour


def reached(*places: dict[int, float]) -> Reached:
    return Reached(
        np.cumsum([0, *map(len, places)]),
        np.array([point for place in places for point in sorted(place)], dtype=np.int32),
        np.array([place[point] for place in places for point in sorted(place)], dtype=float),
    )


def test_the_median_is_over_all_pairs_of_both() -> None:
    straight = reached({0: 100, 1: 200, 2: 300}, {1: 100, 3: 400})
    streets = reached({0: 110, 1: 240, 2: 390}, {1: 150, 3: 480})  # 1.1 1.2 1.3 1.5 1.2
    assert measured_detour(straight, streets, 1_000) == pytest.approx(1.2)


def test_a_pair_that_the_streets_do_not_reach_is_a_long_detour_and_not_left_out() -> None:
    straight = reached({0: 100, 1: 200, 2: 300})
    streets = reached({0: 110, 1: 240})
    assert measured_detour(straight, streets, 1_000) == pytest.approx(1.2)
    assert measured_detour(straight, reached({0: 110}), 1_000) is None


def test_only_pairs_whose_every_detour_is_known_are_counted() -> None:
    straight = reached({0: 49.9, 1: 50, 2: 500, 3: 500.1})
    streets = reached({0: 499, 1: 60, 2: 900})  # 10, 1.2, 1.8, and one that cannot be known
    weights = np.array([9, 1, 2, 9])
    assert measured_detour(straight, streets, 1_000, weights, longest=2) == pytest.approx(1.8)
    assert measured_detour(straight, streets, 1_000, weights) == pytest.approx(1.2)  # up to 333 m


def test_weights_are_those_of_the_demand_points() -> None:
    straight, streets = reached({0: 100, 1: 100}, {1: 100}), reached({0: 110, 1: 150}, {1: 150})
    assert measured_detour(straight, streets, 1_000, np.array([5, 1])) == pytest.approx(1.1)
    assert measured_detour(straight, streets, 1_000, np.array([1, 5])) == pytest.approx(1.5)


def test_without_a_pair_or_a_weight_there_is_no_detour() -> None:
    one = reached({0: 100})
    assert measured_detour(reached({}), one, 1_000) is None
    assert measured_detour(one, one, 299) is None
    assert measured_detour(one, one, 1_000, np.array([0])) is None
