"""A row of points at known geodesic distances, counted by hand; then against separate runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from shapely.geometry import box

from services.coverage.assess import Share, assess
from services.coverage.counting import REASONS, CountingRules, count_places
from services.coverage.demand import DemandPoints, grid_over
from services.coverage.sensitivity import Sensitivity, sensitivity
from services.errors import LimitExceeded
from services.geo.point import Point
from services.places import LocationState, Place, PlaceStatus, Precision, vocabulary
from services.travel.catchments import Reached
from services.travel.measure import Measure
from services.travel.modes import MODES
from services.travel.straight_catchments import StraightCatchments

TODAY = date(2026, 11, 1)
WALK = Measure(mode=MODES["walk"], minutes=10)
RULES = CountingRules()


def row_of(points: int, weight: int = 1, scale: int = 1) -> DemandPoints:
    """Points 5, 15, 25 … metres north of 33° N 120° E."""
    line = Geodesic.WGS84.Line(33.0, 120.0, 0.0)
    ends = [line.Position(5.0 + 10.0 * n) for n in range(points)]
    return DemandPoints(
        np.array([end["lat2"] for end in ends]),
        np.array([end["lon2"] for end in ends]),
        np.full(points, weight, dtype=np.int64),
        np.zeros(points, dtype=np.int64),
        (("1", "甲"),),
        scale=scale,
    )


def asked(
    demand: DemandPoints, places: Sequence[Place], measure: Measure = WALK, **values: Any
) -> Sensitivity:
    rules = values.pop("rules", RULES)
    return sensitivity(demand, places, vocabulary(), TODAY, measure, rules, **values)


def covered(found: Sensitivity) -> dict[str, int]:
    return {each.key: each.share.covered for each in found.variations}


def test_the_ways_radii_are_those_of_the_published_ranges(make_place: Callable[..., Place]) -> None:
    # Metres in ten minutes: speed · 1000 / 6 / detour, and the points at 5, 15 … up to there.
    found = asked(row_of(100), [make_place()])
    assert found.base == Share(100, 51)  # 4.0 / 1.3: 512.8 m
    assert {key: n for key, n in covered(found).items() if key not in REASONS} == {
        "speed_slow": 46,  # 3.6 / 1.3: 461.5 m
        "speed_fast": 64,  # 5.0 / 1.3: 641.0 m
        "detour_high": 48,  # 4.0 / 1.4: 476.2 m
        "detour_low": 56,  # 4.0 / 1.2: 555.6 m
        "worst": 43,  # 3.6 / 1.4: 428.6 m
        "best": 69,  # 5.0 / 1.2: 694.4 m
    }
    assert found.band == (Share(100, 43), Share(100, 69))
    assert found.band_words == "慢 43–快 69"
    assert all(each.difference == each.share.covered - 51 for each in found.variations)


@pytest.mark.parametrize(
    ("mode", "minutes", "slow_fast_m"),
    [("bike", 2, (153.8, 192.3)), ("ebike", 2, (153.8, 256.4)), ("drive", 3, (320.5, 512.8))],
)
def test_the_overhead_is_taken_off_before_the_speed(
    make_place: Callable[..., Place], mode: str, minutes: float, slow_fast_m: tuple[float, float]
) -> None:
    measure = Measure(mode=MODES[mode], minutes=minutes)
    found = covered(asked(row_of(100), [make_place()], measure))
    counts = [int((limit - 5) // 10) + 1 for limit in slow_fast_m]
    assert [found["speed_slow"], found["speed_fast"]] == counts


def one_place_a_rule(make_place: Callable[..., Place]) -> list[Place]:
    """One that counts, and for each rule one that fails it alone; 3 km apart."""
    failing: list[dict[str, Any]] = [
        {},
        {"kind": "happy_enterprise"},
        {"status": PlaceStatus.SUSPENDED},
        {"location_state": LocationState.PENDING},
        {"location_precision": Precision.TOWNSHIP},
        {"verified_on": TODAY - timedelta(days=181)},
        {"kind": "happy_enterprise", "status": PlaceStatus.DRAFT},
    ]
    places = [
        make_place(f"p{n}", Point(33.0 + 0.03 * n, 120.0), **values)
        for n, values in enumerate(failing)
    ]
    return [*places, replace(make_place("nowhere"), point=None)]


def ever_more_points(places: Sequence[Place]) -> DemandPoints:
    """Beside the n-th place n + 1 points of weight 10."""
    at = [
        (place.point.lat, 120.0 + 0.0001 * k)
        for n, place in enumerate(places)
        if place.point
        for k in range(n + 1)
    ]
    lats, lons = np.array(at).T
    whole = np.full(len(at), 10, dtype=np.int64)
    return DemandPoints(lats, lons, whole, np.zeros_like(whole), (("1", "甲"),))


def test_each_rule_switched_off_adds_what_it_alone_keeps_out(
    make_place: Callable[..., Place],
) -> None:
    places = one_place_a_rule(make_place)
    found = asked(ever_more_points(places), places)
    assert found.base.covered == 10
    added = {each.key: each.difference for each in found.variations if each.difference}
    assert added == {"kind": 20, "status": 30, "location": 40, "precision": 50, "stale": 60}
    labels = {each.key: each.label for each in found.variations}
    assert labels["stale"] == "也计入超过 180 天没有核验的服务点"


def test_a_rule_that_is_off_already_is_varied_the_other_way(
    make_place: Callable[..., Place],
) -> None:
    places = one_place_a_rule(make_place)
    rules = CountingRules(kind=False, verified_within_days=None)
    found = asked(ever_more_points(places), places, rules=rules)
    assert found.base.covered == 10 + 20 + 60
    added = {each.key: each.difference for each in found.variations if each.difference}
    # With any kind counting, the draft of another kind fails one rule only, and is the seventh.
    assert added == {"kind": -20, "status": 30 + 70, "location": 40, "precision": 50, "stale": -60}
    labels = {each.key: each.label for each in found.variations}
    assert labels["kind"] == "不计入其他类别的地点"


def separate_runs(demand: DemandPoints, places: Sequence[Place], measure: Measure) -> list[int]:
    """Every variation as an assessment of its own."""
    mode = measure.mode
    slow, fast = ({"mode": replace(mode, speed_kmh=speed)} for speed in mode.speed_range_kmh)
    low, high = {"detour_factor": 1.2}, {"detour_factor": 1.4}
    ways: list[dict[str, Any]] = [slow, fast, high, low, slow | high, fast | low]
    switches: list[dict[str, Any]] = [
        {"kind": False},
        {"status": False},
        {"location": False},
        {"precision": False},
        {"verified_within_days": None},
    ]
    cases = [(replace(measure, **way), RULES) for way in ways]
    cases += [(measure, CountingRules(**switch)) for switch in switches]
    sums = []
    for changed, rules in cases:
        counted = count_places(places, vocabulary(), TODAY, rules)
        counts = assess(demand, counted, changed).counts()
        sums.append(int(demand.weights[counts > 0].sum()))
    return sums


def many_places(ground: Any, make_place: Callable[..., Place]) -> list[Place]:
    chance = np.random.default_rng(11)
    kinds = ("station", "station", "trucker_home", "happy_enterprise")
    return [
        make_place(
            f"p{n:02d}",
            ground.point(float(x), float(y)),
            kind=kinds[n % 4],
            status=PlaceStatus.SUSPENDED if n % 11 == 0 else PlaceStatus.PUBLISHED,
            location_state=LocationState.PENDING if n % 13 == 0 else LocationState.LOCATED,
            location_precision=Precision.VILLAGE if n % 7 == 0 else Precision.DOOR,
            verified_on=None if n % 5 == 0 else TODAY,
        )
        for n, (x, y) in enumerate(chance.uniform(0, 6000, (40, 2)))
    ]


@pytest.mark.parametrize(("mode", "minutes"), [("walk", 10), ("ebike", 4)])
def test_one_search_gives_what_separate_runs_give(
    ground: Any, make_place: Callable[..., Place], mode: str, minutes: float
) -> None:
    demand = grid_over([ground.area(box(0, 0, 6000, 6000))], 100)
    places = many_places(ground, make_place)
    measure = Measure(mode=MODES[mode], minutes=minutes)
    found = asked(demand, places, measure)
    assert list(covered(found).values()) == separate_runs(demand, places, measure)
    assert len(set(covered(found).values())) > 6


class NarrowCatchments(StraightCatchments):
    """Has room for the pairs of three places only."""

    def of(self, lats: Any, lons: Any, limits_m: Any) -> Reached:
        if len(lats) > 3:
            raise LimitExceeded("太多", limit=3)
        return super().of(lats, lons, limits_m)


def test_more_pairs_than_fit_at_the_greatest_speed_are_searched_in_parts(
    ground: Any, make_place: Callable[..., Place]
) -> None:
    demand = grid_over([ground.area(box(0, 0, 6000, 6000))], 200)
    places = many_places(ground, make_place)
    narrow = NarrowCatchments(demand.lats, demand.lons)
    assert asked(demand, places, catchments=narrow) == asked(demand, places)


def test_along_streets_no_detour_is_varied(
    make_place: Callable[..., Place],
) -> None:
    demand = row_of(100)
    measure = replace(WALK, network=object())  # type: ignore[arg-type]
    found = asked(
        demand, [make_place()], measure, catchments=StraightCatchments(demand.lats, demand.lons)
    )
    keys = [each.key for each in found.variations]
    assert keys[:2] == ["speed_slow", "speed_fast"]
    assert not {"detour_high", "detour_low", "worst", "best"} & set(keys)
    # 4.0, 3.6 and 5.0 km/h with no detour: 666.7, 600.0 and 833.3 m.
    assert (found.base.covered, found.band) == (67, (Share(100, 60), Share(100, 83)))


def test_nothing_to_cover_has_no_band_and_no_share(make_place: Callable[..., Place]) -> None:
    found = asked(row_of(0), [make_place()])
    assert found.band_words == ""
    assert {each.share.share for each in found.variations} == {None}
    assert asked(row_of(10), []).band_words == "慢 0–快 0"


def test_the_answer_has_the_figures_as_they_were_written(make_place: Callable[..., Place]) -> None:
    answer = asked(row_of(100, weight=5, scale=10), [make_place()]).to_json()
    assert answer["base"] == {"total": {"weight": 50.0, "covered": 25.5, "share": 0.51}}
    assert answer["variations"][0] == {
        "key": "speed_slow",
        "label": "速度按 3.6 km/h",
        "share": 0.46,
        "covered": 23.0,
        "difference": -2.5,
    }
    assert answer["band"]["low"]["covered"] == 21.5


def test_a_band_that_falls_short_of_all_does_not_say_a_hundred(
    make_place: Callable[..., Place],
) -> None:
    # 694.4 m hold 69 points; of 70 they are 98.6 %, of 69 all.
    assert asked(row_of(70), [make_place()]).band_words == "慢 61–快 98"
    assert asked(row_of(69), [make_place()]).band_words == "慢 62–快 100"
