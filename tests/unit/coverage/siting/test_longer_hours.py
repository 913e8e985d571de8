"""Which places should stay open longer: against plain loops over places, points and hours.

And what the answer promises is what the scenario with those hours then shows.
"""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import numpy as np
import pytest

from services.coverage.assess import Assessment, assess
from services.coverage.counting import Counted
from services.coverage.demand import DemandPoints
from services.coverage.extending import extended, until_minute
from services.coverage.scenario import ChangeHours, ScenarioBase
from services.coverage.siting import Siting, longer_hours, solve_mclp
from services.coverage.week import week_hours
from services.errors import LimitExceeded
from services.geo.point import Point
from services.hours import HolidayCalendar, is_open
from services.places import LocationState, Place
from services.travel.measure import Measure
from services.travel.modes import MODES

MONDAY = date(2026, 3, 2)
CALENDAR = HolidayCalendar(frozenset({date(2026, 3, 5)}), frozenset(), frozenset({2026}))
WALK = Measure(mode=MODES["walk"], minutes=10)
BORN = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = (
    "24/7",
    "",
    "off",
    "Mo-Fr 08:30-12:00,14:00-17:30",
    "Mo-Fr 09:00-18:00; PH closed",
    "Mo-Su 08:00-20:00",
    "Sa,Su 10:00-16:00",
    "Fr-Su 20:00-03:00",
)


def around(chance: random.Random) -> tuple[float, float]:
    """Some two kilometres of country: ten minutes on foot are 513 m."""
    return 33.35 + chance.uniform(0, 0.02), 120.16 + chance.uniform(0, 0.022)


def surveyed(seed: int, places: int, points: int) -> Assessment:
    chance = random.Random(seed)
    at = [around(chance) for _ in range(points)]
    demand = DemandPoints(
        np.array([lat for lat, _ in at]),
        np.array([lon for _, lon in at]),
        np.array([chance.randrange(0, 300) for _ in at], dtype=np.int64),
        np.array([chance.randrange(2) for _ in at], dtype=np.int64),
        (("1", "甲"), ("2", "乙")),
    )
    stations = [
        Place(
            id=f"p{number}",
            kind="station",
            name=f"站 {number}",
            point=Point(*around(chance)),
            location_state=LocationState.LOCATED,
            opening_hours=chance.choice(TEXTS),
            created_at=BORN,
            updated_at=BORN,
            version=1,
        )
        for number in range(places)
    ]
    return assess(demand, Counted(tuple(stations), {}), WALK, standards=())


@cache
def surely_open(osm: str) -> frozenset[int]:
    return frozenset(
        hour
        for hour in range(168)
        if is_open(
            osm, datetime.combine(MONDAY + timedelta(days=hour // 24), time(hour % 24)), CALENDAR
        )
        is True
    )


def weight_hours(assessment: Assessment, texts: list[str]) -> int:
    """The sum over points and hours with an open place in reach, one by one."""
    found = assessment.reach.reached
    serving: list[list[int]] = [[] for _ in assessment.demand.weights]
    for place in range(len(assessment.places)):
        for point in found.points[found.indptr[place] : found.indptr[place + 1]].tolist():
            serving[point].append(place)
    return sum(
        int(weight) * sum(any(h in surely_open(texts[p]) for p in by) for h in range(168))
        for weight, by in zip(assessment.demand.weights, serving, strict=True)
    )


def asked(
    assessment: Assessment, until: str, k: int
) -> tuple[Siting, list[int], list[str], list[str]]:
    """The answer, the places that could stay open, the hours as they are and drawn out."""
    texts = [place.opening_hours for place in assessment.places]
    longer = [extended(osm, until_minute(until), MONDAY, CALENDAR) for osm in texts]
    able = np.array([each is not None for each in longer])
    then = [new or old for new, old in zip(longer, texts, strict=True)]
    problem = longer_hours(
        assessment.reach,
        assessment.demand.weights,
        week_hours(texts, MONDAY, CALENDAR).low,
        week_hours(then, MONDAY, CALENDAR).low,
        able,
    )
    answer = solve_mclp(problem, min(k, int(able.sum())))
    return answer, np.flatnonzero(able).tolist(), texts, then


@pytest.mark.parametrize("until", ["22:00", "02:00"])
@pytest.mark.parametrize("seed", range(6))
def test_the_figures_are_those_of_plain_loops_and_no_choice_is_better(
    seed: int, until: str
) -> None:
    assessment = surveyed(seed, places=8, points=60)
    answer, able, texts, then = asked(assessment, until, 2)

    def with_longer(numbers: tuple[int, ...]) -> int:
        return weight_hours(
            assessment, [then[n] if n in numbers else osm for n, osm in enumerate(texts)]
        )

    assert answer.covered_before == with_longer(())
    assert answer.covered_after == with_longer(tuple(able[site] for site in answer.sites))
    best = max(with_longer(pair) for pair in itertools.combinations(able, min(2, len(able))))
    assert answer.covered_after == answer.bound == best


@pytest.mark.parametrize("seed", range(4))
def test_accepting_the_answer_as_edits_shows_the_promised_week(seed: int) -> None:
    assessment = surveyed(seed, places=40, points=1_500)
    answer, able, texts, then = asked(assessment, "22:00", 5)
    base = ScenarioBase(assessment, week_hours(texts, MONDAY, CALENDAR))
    edits = [ChangeHours(assessment.places[able[s]].id, then[able[s]]) for s in answer.sites]
    change = base.apply(edits)
    assert len(edits) == 5
    assert int(change.before.week.low.sum()) == answer.covered_before
    assert int(change.after.week.low.sum()) == answer.covered_after > answer.covered_before
    for number, gain in enumerate(answer.gains, start=1):  # one by one as well
        week = base.apply(edits[:number]).after.week
        before = base.apply(edits[: number - 1]).after.week
        assert int(week.low.sum()) - int(before.low.sum()) == gain


def test_places_that_are_not_able_are_nobodys_candidates_but_cover_what_they_do() -> None:
    assessment = surveyed(3, places=20, points=300)
    texts = ["Mo-Su 08:00-18:00"] * 20
    low = week_hours(texts, MONDAY, CALENDAR).low
    then = week_hours(["Mo-Su 08:00-22:00"] * 20, MONDAY, CALENDAR).low
    able = np.arange(20) % 4 == 0
    problem = longer_hours(assessment.reach, assessment.demand.weights, low, then, able)
    assert problem.candidates == 5
    assert problem.covered_before == weight_hours(assessment, texts)
    everyone = solve_mclp(problem, 5)
    drawn_out = ["Mo-Su 08:00-22:00" if can else texts[0] for can in able]
    assert everyone.covered_after == weight_hours(assessment, drawn_out)


def test_more_points_and_hours_than_fit_are_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.coverage.siting.hours.REACH_PAIRS_MAX", 100)
    with pytest.raises(LimitExceeded, match="延长开放时间"):
        asked(surveyed(3, places=20, points=300), "22:00", 3)
