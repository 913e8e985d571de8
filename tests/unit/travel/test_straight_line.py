"""Known answers are products that a reader can repeat on paper."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.travel.modes import MODES
from services.travel.straight_line import reach_limit_m, travel_s


@pytest.mark.parametrize(
    ("mode", "minutes", "metres"),
    [
        ("walk", 10, 10 / 60 * 4000 / 1.3),
        ("walk", 10, 512.8),
        ("bike", 10, 9 / 60 * 12_000 / 1.3),
        ("ebike", 10, 1730.8),
        ("drive", 10, 3076.9),
    ],
)
def test_ten_minutes_reach_as_far_as_speed_overhead_and_detour_allow(
    mode: str, minutes: float, metres: float
) -> None:
    assert reach_limit_m(MODES[mode], minutes) == pytest.approx(metres, abs=0.05)


def test_without_a_detour_the_circle_is_69_percent_larger() -> None:
    straight, streets = (reach_limit_m(MODES["walk"], 10, factor) for factor in (1.0, 1.3))
    assert (straight / streets) ** 2 == pytest.approx(1.69)


@pytest.mark.parametrize("minutes", [0, 1, 2])
def test_time_that_the_overhead_eats_reaches_nowhere(minutes: float) -> None:
    assert reach_limit_m(MODES["drive"], minutes) == 0


def test_a_kilometre_on_foot_takes_a_quarter_of_an_hour_on_streets_that_run_straight() -> None:
    assert travel_s(1000.0, MODES["walk"], 1.0) == pytest.approx(15 * 60)


def test_riding_no_distance_still_takes_the_overhead() -> None:
    assert travel_s(0.0, MODES["ebike"]) == 60


@given(st.sampled_from(sorted(MODES)), st.floats(3, 120), st.floats(1, 2))
def test_the_limit_is_where_the_time_runs_out(mode: str, minutes: float, detour: float) -> None:
    limit = reach_limit_m(MODES[mode], minutes, detour)
    assert travel_s(limit, MODES[mode], detour) == pytest.approx(minutes * 60)


def test_arrays_give_what_their_elements_give() -> None:
    metres = np.array([0.0, 250.0, 512.8])
    expected = [travel_s(float(m), MODES["bike"]) for m in metres]
    assert travel_s(metres, MODES["bike"]).tolist() == pytest.approx(expected)
    minutes = np.array([0.5, 10.0])
    limits = [reach_limit_m(MODES["bike"], float(m)) for m in minutes]
    assert reach_limit_m(MODES["bike"], minutes).tolist() == pytest.approx(limits)
