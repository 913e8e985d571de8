"""The week against 168 assessments made with plain loops over ``is_open``, and by hand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coverage.demand import DemandPoints, Ints
from services.coverage.reach import Reach, both_orders
from services.coverage.week import (
    HOURS,
    WeekCoverage,
    WeekHours,
    assess_week,
    covered_at,
    hour_of_week,
    monday_of,
    week_hours,
    week_notes,
)
from services.hours import HolidayCalendar, calendar_for, is_open
from services.places import Place
from services.travel.catchments import Reached

MONDAY = date(2026, 3, 2)
NO_HOLIDAYS = HolidayCalendar()
# A Thursday off, and the Sunday of the same week worked for it.
HOLIDAY_WEEK = HolidayCalendar(
    frozenset({date(2026, 3, 5)}), frozenset({date(2026, 3, 8)}), frozenset({2026})
)
EXPRESSIONS = (
    "24/7",
    "",
    "sunrise-sunset",
    "Mo-Su closed",
    "12:10-12:50",
    "Mo-Fr 08:30-12:00,14:00-17:30",
    "22:00-06:00",
    "Su 22:00-06:00",
    "Mo-Fr 09:00-18:00; PH closed",
    "Mo-Fr,PH 06:00-23:30",
    "Sa,Su 00:00-24:00",
    "We 15:00-17:00",
)


def reach_of(rows: Sequence[Sequence[int]], places: int) -> Reach:
    """A reach from the numbers of the places that serve each demand point."""
    pairs = sorted((place, point) for point, row in enumerate(rows) for place in row)
    size = np.bincount([place for place, _ in pairs], minlength=places)
    reached = Reached(
        np.concatenate(([0], np.cumsum(size))).astype(np.int64),
        np.array([point for _, point in pairs], dtype=np.int32),
        np.full(len(pairs), 100.0),
    )
    return both_orders(reached, len(rows), 500.0)


def demand_of(weights: Sequence[int], district: Sequence[int], districts: int) -> DemandPoints:
    return DemandPoints(
        np.zeros(len(weights)),
        np.zeros(len(weights)),
        np.array(weights, dtype=np.int64),
        np.array(district, dtype=np.int64),
        tuple((str(n), f"区{n}") for n in range(districts)),
    )


def open_hours(words: Sequence[int] | Ints) -> set[int]:
    return {hour for hour in range(HOURS) if int(words[hour // 64]) >> (hour % 64) & 1}


def naive_week(
    rows: Sequence[Sequence[int]],
    hours: Sequence[str],
    demand: DemandPoints,
    calendar: HolidayCalendar,
    *,
    unknown: bool,
) -> list[list[int]]:
    """Hour by hour and point by point, asking ``is_open`` each time: covered weight by district."""
    covered = [[0] * HOURS for _ in demand.districts]
    for hour in range(HOURS):
        at = datetime.combine(MONDAY + timedelta(days=hour // 24), time(hour % 24))
        states = [is_open(osm, at, calendar) for osm in hours]
        for point, row in enumerate(rows):
            if any(unknown if states[place] is None else states[place] for place in row):
                covered[demand.district[point]][hour] += int(demand.weights[point])
    return covered


@pytest.mark.parametrize("calendar", [NO_HOLIDAYS, HOLIDAY_WEEK], ids=["plain", "holiday"])
@pytest.mark.parametrize("seed", range(4))
def test_the_week_equals_168_naive_assessments(seed: int, calendar: HolidayCalendar) -> None:
    chance = np.random.default_rng(seed)
    hours = [*EXPRESSIONS, *chance.choice(EXPRESSIONS, 6).tolist()]
    rows = [
        sorted(chance.choice(len(hours), chance.integers(0, 5), replace=False).tolist())
        for _ in range(60)
    ]
    demand = demand_of(chance.integers(0, 1000, 60).tolist(), chance.integers(0, 3, 60).tolist(), 4)
    week = assess_week(reach_of(rows, len(hours)), week_hours(hours, MONDAY, calendar), demand)
    assert week.low.tolist() == naive_week(rows, hours, demand, calendar, unknown=False)
    assert week.high.tolist() == naive_week(rows, hours, demand, calendar, unknown=True)


@settings(deadline=None, max_examples=80)
@given(seed=st.integers(0, 10**9), places=st.integers(0, 70), points=st.integers(0, 40))
def test_any_bits_give_the_sums_of_a_dense_matrix(seed: int, places: int, points: int) -> None:
    chance = np.random.default_rng(seed)
    high = chance.random((places, HOURS)) < chance.choice([0.02, 0.5, 0.98])
    low = high & (chance.random((places, HOURS)) < 0.7)
    most = min(places, 6)
    # Neighbours alike and not alike: rows come in runs.
    rows = [
        sorted(chance.choice(places, chance.integers(0, most + 1), replace=False).tolist())
        if places
        else []
        for _ in range(points // 2 + 1)
    ]
    rows = [rows[n] for n in np.sort(chance.integers(0, len(rows), points))]
    # Beyond what a float holds exactly.
    demand = demand_of(
        chance.integers(0, 2**55, points).tolist(), chance.integers(0, 3, points).tolist(), 3
    )
    serves = np.zeros((points, places), dtype=bool)
    for point, row in enumerate(rows):
        serves[point, row] = True
    reach, hours = reach_of(rows, places), WeekHours(MONDAY, words_of(low), words_of(high))
    week = assess_week(reach, hours, demand)
    for made, is_open_then in ((week.low, low), (week.high, high)):
        covered = (serves[:, :, None] & is_open_then[None]).any(axis=1)
        expected = [
            [
                sum(int(w) for w in demand.weights[covered[:, hour] & (demand.district == of)])
                for hour in range(HOURS)
            ]
            for of in range(3)
        ]
        assert made.tolist() == expected
    hour = int(chance.integers(0, HOURS))
    sure, perhaps = covered_at(reach, hours, hour)
    assert sure.tolist() == (serves & low[:, hour]).any(axis=1).tolist()
    assert perhaps.tolist() == (serves & high[:, hour]).any(axis=1).tolist()


def test_more_different_weeks_than_the_table_of_sums_holds_are_all_summed() -> None:
    chance = np.random.default_rng(1)
    is_open_then = chance.random((400, HOURS)) < 0.5
    rows = [sorted(set(chance.integers(0, 400, 2).tolist())) for _ in range(6000)]
    demand = demand_of(
        chance.integers(0, 10**6, 6000).tolist(), chance.integers(0, 5, 6000).tolist(), 5
    )
    words = words_of(is_open_then)
    week = assess_week(reach_of(rows, 400), WeekHours(MONDAY, words, words), demand)
    covered = np.array([is_open_then[row].any(axis=0) for row in rows])
    weights = covered * demand.weights[:, None]
    expected = [weights[demand.district == of].sum(axis=0).tolist() for of in range(5)]
    assert week.low.tolist() == week.high.tolist() == expected


def test_thousands_of_districts_with_the_same_week_stay_apart() -> None:
    demand = demand_of(range(1, 3001), range(3000), 3000)
    week = assess_week(reach_of([[0]] * 3000, 1), week_hours(["24/7"], MONDAY, NO_HOLIDAYS), demand)
    assert week.low.tolist() == [[weight] * HOURS for weight in range(1, 3001)]


def words_of(flags: np.ndarray) -> np.ndarray:
    padded = np.zeros((len(flags), 192), dtype=bool)
    padded[:, :HOURS] = flags
    return np.packbits(padded, axis=1, bitorder="little").view("<u8").astype(np.uint64)


@pytest.mark.parametrize(
    ("osm", "hours"),
    [
        ("Mo 00:00-01:00", {0}),
        ("We 15:00-17:00", {63, 64}),  # across the border of two words
        ("Su 23:00-24:00", {167}),
        ("Tu 08:30-09:00", set()),  # 9:00 is closed already, 8:00 is not open yet
        ("Tu 08:30-09:01", {33}),
        ("Tu 08:00-08:10", {32}),
        ("Fr 22:00-02:00", {118, 119, 120, 121}),
        ("Su 22:00-06:00", {166, 167, 0, 1, 2, 3, 4, 5}),  # Monday's are last Sunday's night
        ("24/7", set(range(168))),
        ("Mo-Su closed", set()),
    ],
)
def test_an_hour_is_open_when_its_first_minute_is(osm: str, hours: set[int]) -> None:
    week = week_hours([osm], MONDAY, NO_HOLIDAYS)
    assert open_hours(week.low[0]) == open_hours(week.high[0]) == hours
    # Nothing beyond the 168th bit.
    assert int(week.high[0, 2]) < 1 << 40


def test_a_public_holiday_closes_what_closes_on_holidays_and_nothing_else() -> None:
    hours = ["Mo-Fr 09:00-10:00; PH closed", "Mo-Fr 09:00-10:00"]
    week = week_hours(hours, MONDAY, HOLIDAY_WEEK)
    plain = {9, 33, 57, 81, 105}
    assert open_hours(week.low[1]) == plain
    # Thursday (day 3) is a holiday; Sunday (day 6) is worked for it.
    assert open_hours(week.low[0]) == plain - {81} | {6 * 24 + 9}


def test_hours_that_nobody_can_decide_are_closed_at_the_low_end_and_open_at_the_high() -> None:
    week = week_hours(["", "sunrise-sunset", "24/7", "Mo-Su closed"], MONDAY, NO_HOLIDAYS)
    assert [len(open_hours(row)) for row in week.low] == [0, 0, 168, 0]
    assert [len(open_hours(row)) for row in week.high] == [168, 168, 168, 0]
    assert week.unknown.tolist() == [True, True, False, False]
    assert week.never_open.tolist() == [False, False, False, True]


def test_no_place_has_no_hours_and_covers_nothing() -> None:
    hours = week_hours([], MONDAY, NO_HOLIDAYS)
    assert (hours.low.shape, hours.low.dtype) == ((0, 3), np.uint64)
    demand = demand_of([5, 7], [0, 1], 2)
    week = assess_week(reach_of([[], []], 0), hours, demand)
    assert not week.low.any()
    assert not week.high.any()
    assert week.low.shape == week.high.shape == (2, HOURS)


def test_a_week_begins_on_a_monday() -> None:
    with pytest.raises(ValueError, match="2026-03-03"):
        week_hours([], date(2026, 3, 3), NO_HOLIDAYS)
    assert monday_of(date(2026, 3, 8)) == MONDAY
    assert monday_of(datetime(2026, 3, 2, 0, 0)) == MONDAY
    assert monday_of(date(2026, 1, 1)) == date(2025, 12, 29)
    assert hour_of_week(datetime(2026, 3, 2, 0, 59)) == 0
    assert hour_of_week(datetime(2026, 3, 8, 23, 59)) == 167


def test_the_answer_has_168_bands_for_the_total_and_for_every_district() -> None:
    demand = DemandPoints(
        np.zeros(2),
        np.zeros(2),
        np.array([15, 27]),
        np.array([0, 1]),
        (("1", "甲"), ("2", "乙"), ("3", "丙")),
        scale=10,
    )
    hours = week_hours(["Mo 00:00-01:00", ""], MONDAY, NO_HOLIDAYS)
    week = assess_week(reach_of([[0], [1]], 2), hours, demand)
    answer = week.to_json(demand, ["注"])
    assert (answer["monday"], answer["weight"], answer["notes"]) == ("2026-03-02", 4.2, ["注"])
    assert answer["total"][:2] == [{"low": 1.5, "high": 4.2}, {"low": 0.0, "high": 2.7}]
    assert list(answer["districts"]) == ["1", "2", "3"]
    assert answer["districts"]["2"][167] == {"low": 0.0, "high": 2.7}
    assert all(len(row) == 168 for row in (answer["total"], *answer["districts"].values()))
    assert list(week.bands(demand, districts=False)) == ["monday", "total"]


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**9))
def test_the_districts_add_up_and_low_is_never_above_high(seed: int) -> None:
    chance = np.random.default_rng(seed)
    hours = week_hours(chance.choice(EXPRESSIONS, 8).tolist(), MONDAY, NO_HOLIDAYS)
    rows = [sorted(set(chance.integers(0, 8, 3).tolist())) for _ in range(30)]
    demand = demand_of(chance.integers(0, 99, 30).tolist(), chance.integers(0, 3, 30).tolist(), 3)
    week: WeekCoverage = assess_week(reach_of(rows, 8), hours, demand)
    in_one = demand_of(demand.weights.tolist(), [0] * 30, 1)
    whole = assess_week(reach_of(rows, 8), hours, in_one)
    assert week.total_low.tolist() == whole.low[0].tolist()
    assert week.total_high.tolist() == whole.high[0].tolist()
    assert (week.low <= week.high).all()


def test_what_never_opens_is_named_and_what_is_unknown_is_counted(
    make_place: Callable[..., Place],
) -> None:
    texts = ["24/7", *["Mo-Su closed"] * 7, "", "12:10-12:50"]
    places = [make_place(f"p{n}", opening_hours=osm) for n, osm in enumerate(texts)]
    never, unknown = week_notes(week_hours(texts, MONDAY, NO_HOLIDAYS), places)
    assert "站 p1(p1)、站 p2(p2)" in never
    assert "等 8 个" in never
    assert "p0" not in never
    assert unknown.startswith("1 个服务点")
    assert week_notes(week_hours(["24/7"], MONDAY, NO_HOLIDAYS), places[:1]) == ()


def test_a_week_with_holidays_that_are_not_published_yet_says_so() -> None:
    tentative = HolidayCalendar(HOLIDAY_WEEK.holidays, frozenset(), frozenset({2025}))
    assert week_notes(week_hours([], MONDAY, HOLIDAY_WEEK), ()) == ()
    (note,) = week_notes(week_hours([], MONDAY, tentative), ())
    assert "2026 年" in note
    assert "2026-03-05" in note
    assert week_notes(week_hours([], date(2026, 3, 9), tentative), ()) == ()


def test_the_national_day_of_the_real_calendar_is_in_its_week() -> None:
    # 2025-10-01 to 10-08 were holidays: Wednesday to Sunday of the week from 29 September.
    week = week_hours(["Mo-Su 09:00-10:00; PH closed"], date(2025, 9, 29), calendar_for("CN"))
    assert open_hours(week.low[0]) == {9, 33}


def test_reading_the_modules_does_not_pay_for_the_compiler() -> None:
    code = "import sys, services.coverage.scenario as s; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
