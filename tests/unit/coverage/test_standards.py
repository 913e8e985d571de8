"""The table of standards against the numbers that their sources give."""

from __future__ import annotations

import pytest

from services.coverage.standards import BESIDE, STANDARDS


@pytest.mark.parametrize(
    ("key", "metres"),
    [
        ("walk_10", 512.8),
        ("straight_1000", 1000),
        ("straight_500", 500),
        ("ride_10", 1730.8),
        ("drive_10", 3076.9),
    ],
)
def test_each_standard_reaches_as_far_as_its_source_says(key: str, metres: float) -> None:
    (standard,) = (each for each in STANDARDS if each.key == key)
    assert standard.limit_m() == pytest.approx(metres, abs=0.05)
    assert standard.source


def test_straight_standards_do_not_move_with_the_detour() -> None:
    assert [each.limit_m(1.4) for each in BESIDE] == [1000.0, 500.0]


def test_each_standard_has_a_key_of_its_own() -> None:
    assert len({each.key for each in STANDARDS}) == len(STANDARDS)
