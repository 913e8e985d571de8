"""Numbers on the map: on nothing, inside the frame, the same every time."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from services.pictures.labels import arrange

BOUNDS = (1080.0, 800.0)
NOTHING = np.zeros((0, 4))


def sizes(count: int) -> NDArray[np.float64]:
    return np.array([[81.0 if n < 10 else 100.0, 50.0] for n in range(1, count + 1)])


def overlaps(middles: NDArray[np.float64], size: NDArray[np.float64]) -> int:
    """Pairs of boxes that cover one another, counted one by one."""
    found = 0
    for i in range(len(middles)):
        for j in range(i):
            apart = np.abs(middles[i] - middles[j])
            found += bool(np.all(apart < (size[i] + size[j]) / 2))
    return found


def clouds() -> list[NDArray[np.float64]]:
    random = np.random.default_rng(7)
    return [
        np.column_stack((random.normal(540, spread, 20), random.normal(400, spread, 20)))
        for spread in (2, 15, 40, 120)
    ] + [np.full((20, 2), 400.0), np.column_stack((np.linspace(60, 1020, 20), np.full(20, 60.0)))]


@pytest.mark.parametrize("points", clouds())
def test_twenty_numbers_find_room(points: NDArray[np.float64]) -> None:
    size = sizes(20)
    middles = arrange(points, size, BOUNDS, NOTHING)
    assert overlaps(middles, size) == 0
    assert np.all(middles - size / 2 >= 0)
    assert np.all(middles + size / 2 <= BOUNDS)


def test_a_lonely_number_stands_above_its_point() -> None:
    (middle,) = arrange(np.array([[500.0, 400.0]]), sizes(1), BOUNDS, NOTHING)
    assert middle == pytest.approx([500, 400 - 25 - 16])


def test_what_is_taken_is_not_covered() -> None:
    taken = np.array([[400.0, 300.0, 600.0, 395.0]])
    (middle,) = arrange(np.array([[500.0, 400.0]]), sizes(1), BOUNDS, taken)
    assert middle[1] - 25 >= 395 or abs(middle[0] - 500) > 100


def test_no_point_no_label() -> None:
    assert arrange(np.zeros((0, 2)), np.zeros((0, 2)), BOUNDS, NOTHING).shape == (0, 2)


def test_the_same_points_have_the_same_numbers() -> None:
    points = clouds()[1]
    assert np.array_equal(
        arrange(points, sizes(20), BOUNDS, NOTHING), arrange(points, sizes(20), BOUNDS, NOTHING)
    )
