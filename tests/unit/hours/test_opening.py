"""Answers worked out by hand.

2026-09-30 is a Wednesday; 1 to 7 October are holidays, Saturday the 10th is worked.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hours import (
    HolidayCalendar,
    OpenState,
    calendar_for,
    is_open,
    open_intervals,
    opening_on_arrival,
    parse_hours,
)

CHINA = calendar_for("CN")
SHANGHAI = ZoneInfo("Asia/Shanghai")
WEDNESDAY = date(2026, 9, 30)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def clock(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def intervals_of(osm: str, day: str) -> list[str]:
    """The day's open intervals as "8:00-12:00"."""
    spans = open_intervals(osm, date.fromisoformat(day), 1, CHINA)
    assert spans is not None
    return [f"{b // 60}:{b % 60:02}-{e // 60}:{e % 60:02}" for b, e in spans]


@pytest.mark.parametrize(
    ("osm", "moment", "expected"),
    [
        ("Mo-Fr 08:30-12:00,13:00-17:30", "2026-09-30 08:29:59", False),
        ("Mo-Fr 08:30-12:00,13:00-17:30", "2026-09-30 08:30", True),
        ("Mo-Fr 08:30-12:00,13:00-17:30", "2026-09-30 11:59:59", True),
        ("Mo-Fr 08:30-12:00,13:00-17:30", "2026-09-30 12:00", False),
        ("Mo-Fr 08:30-12:00,13:00-17:30", "2026-09-30 12:30", False),
        ("Mo-Fr 08:30-12:00,13:00-17:30", "2026-09-26 09:00", False),
        ("22:00-06:00", "2026-09-30 05:59", True),
        ("22:00-06:00", "2026-09-30 06:00", False),
        ("22:00-06:00", "2026-09-30 22:00", True),
        ("Tu 22:00-06:00", "2026-09-30 05:59", True),
        ("Tu 22:00-06:00", "2026-09-30 22:00", False),
        ("24/7", "2026-10-01 03:00", True),
        ("24/7 closed", "2026-10-01 03:00", False),
        ("Jun-Sep 06:00-22:00; Oct-May 08:00-18:00", "2026-09-30 21:00", True),
        ("Jun-Sep 06:00-22:00; Oct-May 08:00-18:00", "2026-10-01 07:00", False),
        ("08:00-32:00", "2026-09-30 07:00", True),
    ],
)
def test_is_it_open(osm: str, moment: str, expected: bool) -> None:
    assert is_open(osm, at(moment), CHINA) is expected


@pytest.mark.parametrize("osm", ["", "  ", "nonsense", "sunrise-sunset", "08:00+", "(" * 9999])
def test_hours_that_cannot_be_decided_are_unknown_everywhere(osm: str) -> None:
    assert is_open(osm, at("2026-09-30 12:00"), CHINA) is None
    assert open_intervals(osm, WEDNESDAY, 8, CHINA) is None
    opening = opening_on_arrival(osm, at("2026-09-30 12:00+08:00"), 60, CHINA, SHANGHAI)
    assert (opening.state, opening.opens_at, opening.closes_at) == (OpenState.UNKNOWN, None, None)


def test_an_aware_time_is_read_by_its_own_clock() -> None:
    assert is_open("08:00-18:00", datetime(2026, 9, 30, 9, tzinfo=SHANGHAI), CHINA) is True


OFFICE = "Mo-Fr 09:00-17:00; PH closed"


@pytest.mark.parametrize(
    ("osm", "day", "expected"),
    [
        (OFFICE, "2026-09-30", ["9:00-17:00"]),
        (OFFICE, "2026-10-01", []),
        (OFFICE, "2026-10-07", []),
        (OFFICE, "2026-10-08", ["9:00-17:00"]),
        (OFFICE, "2026-10-09", ["9:00-17:00"]),
        (OFFICE, "2026-10-10", ["9:00-17:00"]),  # a Saturday that is worked
        (OFFICE, "2026-09-20", ["9:00-17:00"]),  # a Sunday that is worked
        (OFFICE, "2026-10-11", []),
        (OFFICE, "2026-10-17", []),
        ("Mo-Fr 09:00-17:00", "2026-10-01", ["9:00-17:00"]),  # no PH: plain weekdays
        ("Mo-Fr 09:00-17:00", "2026-10-10", []),
        ("Mo-Fr 09:00-17:00; Sa,Su,PH 10:00-16:00", "2026-10-01", ["10:00-16:00"]),
        ("Mo-Fr 09:00-17:00; Sa,Su,PH 10:00-16:00", "2026-10-10", ["9:00-17:00"]),
        ("Mo-Fr 09:00-17:00; Sa,Su,PH 10:00-16:00", "2026-10-11", ["10:00-16:00"]),
        ("Mo-Fr 09:00-17:00; PH closed; Sa,Su 10:00-16:00", "2026-10-03", ["10:00-16:00"]),
        ("08:00-18:00; PH closed", "2026-10-10", ["8:00-18:00"]),
        ("08:00-18:00; PH closed", "2026-10-05", []),
        ("Mo-We 08:00-12:00; Th-Fr 13:00-17:00; PH closed", "2026-10-10", ["13:00-17:00"]),
        ("Mo-We 08:00-12:00; Th-Fr 13:00-17:00; PH closed", "2026-09-20", ["8:00-12:00"]),
        ("Fr-Mo 08:00-12:00; PH closed", "2026-10-11", ["8:00-12:00"]),
        ("Oct Mo-Fr 08:00-12:00; PH closed", "2026-09-30", []),
        ("Oct Mo-Fr 08:00-12:00; Oct PH 14:00-15:00", "2026-10-01", ["14:00-15:00"]),
    ],
)
def test_holidays_and_makeup_working_days(osm: str, day: str, expected: list[str]) -> None:
    assert intervals_of(osm, day) == expected


@pytest.mark.parametrize(
    ("osm", "day", "expected"),
    [
        # A night belongs to the day on which it begins.
        ("22:00-06:00; Th closed", "2026-10-01", ["0:00-6:00"]),
        ("22:00-06:00; Th closed", "2026-10-02", ["22:00-24:00"]),
        ("22:00-06:00; PH closed", "2026-09-30", ["0:00-6:00", "22:00-24:00"]),
        ("22:00-06:00; PH closed", "2026-10-01", ["0:00-6:00"]),
        ("22:00-06:00; PH closed", "2026-10-02", []),
        ("22:00-06:00; PH closed", "2026-10-08", ["22:00-24:00"]),
        ("Mo-Fr 22:00-06:00; PH closed", "2026-10-10", ["0:00-6:00", "22:00-24:00"]),
        ("Mo-Fr 22:00-06:00; PH closed", "2026-10-11", ["0:00-6:00"]),
        ("Mo-Fr 22:00-06:00, PH 08:00-09:00", "2026-10-11", ["0:00-6:00"]),
        ("22:00-06:00; Th 10:00-12:00", "2026-10-01", ["0:00-6:00", "10:00-12:00"]),
        ("22:00-06:00; Th 10:00-12:00", "2026-10-02", ["22:00-24:00"]),
        ("22:00-06:00, Th 10:00-12:00", "2026-10-02", ["0:00-6:00", "22:00-24:00"]),
        ("20:00-04:00; 23:00-01:00 closed", "2026-10-02", ["1:00-4:00", "20:00-23:00"]),
        ("24/7; Th closed", "2026-10-02", ["0:00-24:00"]),
        ("18:00-02:00,08:00-10:00", "2026-10-02", ["0:00-2:00", "8:00-10:00", "18:00-24:00"]),
        ("Sep 22:00-06:00", "2026-10-01", ["0:00-6:00"]),
        ("We 08:00-32:00", "2026-10-01", ["0:00-8:00"]),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(
    osm: str, day: str, expected: list[str]
) -> None:
    assert intervals_of(osm, day) == expected


def test_intervals_are_merged_across_midnight_and_cut_at_the_end() -> None:
    assert open_intervals("24/7", WEDNESDAY, 8, CHINA) == ((0, 8 * 1440),)
    assert open_intervals("22:00-06:00", WEDNESDAY, 2, CHINA) == (
        (0, clock("6:00")),
        (clock("22:00"), clock("30:00")),
        (clock("46:00"), clock("48:00")),
    )


EXPRESSIONS = [
    "24/7",
    "24/7 closed",
    "Mo-Fr 08:30-12:00,13:00-17:30",
    "22:00-06:00",
    "22:00-06:00; PH closed",
    "Mo-Fr 21:00-05:00; PH closed; Sa 10:00-12:00",
    "Mo-Fr 09:00-17:00; Sa,Su,PH 10:00-16:00",
    "Jun-Sep 06:00-22:00; Oct-May 08:00-18:00",
    "00:00-24:00; Sa closed",
    "We 08:00-32:00",
    "Mo-Fr 09:00-17:00, PH 20:00-02:00",
    "",
]
FIRST_DAY, LAST_DAY = date(2026, 9, 19), date(2026, 10, 12)
MINUTES = ((LAST_DAY - FIRST_DAY).days + 1) * 1440


@given(
    st.sampled_from(EXPRESSIONS),
    st.integers(0, MINUTES - 1),
    st.integers(0, 7),
    st.integers(0, 7200),
)
def test_all_three_answers_agree_at_every_minute(
    osm: str, minute: int, days_before: int, travel_s: int
) -> None:
    moment = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(minutes=minute)
    start = moment.date() - timedelta(days=days_before)
    spans = open_intervals(osm, start, 8, CHINA)
    asked = (moment - datetime.combine(start, datetime.min.time())) // timedelta(minutes=1)
    listed = None if spans is None else any(b <= asked < e for b, e in spans)
    assert is_open(osm, moment, CHINA) is listed

    leaving = moment.replace(tzinfo=SHANGHAI) - timedelta(seconds=travel_s)
    opening = opening_on_arrival(osm, leaving.astimezone(UTC), travel_s, CHINA, SHANGHAI)
    found_open = opening.state in (OpenState.OPEN, OpenState.CLOSING_SOON)
    assert (None if opening.state == OpenState.UNKNOWN else found_open) is listed
    if opening.state == OpenState.CLOSED_ON_ARRIVAL:
        assert is_open(osm, leaving.replace(tzinfo=None), CHINA) is True
    if opening.opens_at is not None:
        assert opening.opens_at > moment.replace(tzinfo=SHANGHAI)
        assert is_open(osm, opening.opens_at, CHINA) is True
    if opening.closes_at is not None:
        assert is_open(osm, opening.closes_at, CHINA) is False


@given(st.sampled_from(EXPRESSIONS[:-1]), st.integers(0, 14), st.integers(1, 8))
def test_a_longer_window_only_adds_to_a_shorter_one(osm: str, offset: int, days: int) -> None:
    start = FIRST_DAY + timedelta(days=offset)
    longer = open_intervals(osm, start, 9, CHINA)
    shorter = open_intervals(osm, start, days, CHINA)
    assert longer is not None
    cut = tuple((b, min(e, days * 1440)) for b, e in longer if b < days * 1440)
    assert shorter == cut


@pytest.mark.parametrize(
    ("osm", "now", "walk_min", "state", "opens", "closes"),
    [
        ("08:00-18:00", "30T12:00", 10, "open", None, "30T18:00"),
        ("08:00-18:00", "30T17:20", 10, "open", None, "30T18:00"),  # 30 minutes left
        ("08:00-18:00", "30T17:21", 10, "closing_soon", None, "30T18:00"),
        ("08:00-18:00", "30T17:50", 12, "closed_on_arrival", "01T08:00", "30T18:00"),
        ("08:00-18:00", "30T17:50", 10, "closed_on_arrival", "01T08:00", "30T18:00"),
        ("08:00-18:00", "30T18:00", 0, "closed", "01T08:00", None),
        ("08:00-18:00", "30T07:55", 5, "open", None, "30T18:00"),
        ("08:00-18:00", "30T07:50", 5, "closed", "30T08:00", None),
        ("22:00-06:00", "30T23:55", 10, "open", None, "01T06:00"),
        ("24/7", "30T12:00", 10, "open", None, None),
        ("24/7 closed", "30T12:00", 10, "closed", None, None),
        (OFFICE, "30T16:55", 10, "closed_on_arrival", "08T09:00", "30T17:00"),
        (OFFICE, "30T18:00", 10, "closed", "08T09:00", None),
    ],
)
def test_open_when_you_arrive(
    osm: str, now: str, walk_min: int, state: str, opens: str | None, closes: str | None
) -> None:
    def moment(text: str | None) -> datetime | None:
        if text is None:
            return None
        return at(f"2026-{'09' if text.startswith('30') else '10'}-{text}:00+08:00")

    leaving = moment(now)
    assert leaving is not None
    opening = opening_on_arrival(osm, leaving, walk_min * 60, CHINA, SHANGHAI)
    assert opening.state == state
    assert (opening.opens_at, opening.closes_at) == (moment(opens), moment(closes))


def test_the_arrival_is_counted_in_the_regions_zone() -> None:
    # 00:30 UTC is 08:30 in Shanghai.
    opening = opening_on_arrival(
        "08:00-09:00", datetime(2026, 9, 30, 0, 30, tzinfo=UTC), 0, CHINA, SHANGHAI
    )
    assert opening.state == OpenState.OPEN
    assert opening.closes_at is not None
    assert opening.closes_at.isoformat() == "2026-09-30T09:00:00+08:00"


def test_the_calendar_given_is_the_one_that_counts() -> None:
    own = HolidayCalendar(frozenset({date(2026, 3, 3)}), frozenset({date(2026, 3, 7)}))
    tuesday_off = open_intervals(OFFICE, date(2026, 3, 3), 1, own)
    saturday_worked = open_intervals(OFFICE, date(2026, 3, 7), 1, own)
    assert (tuesday_off, saturday_worked) == ((), ((clock("9:00"), clock("17:00")),))


def test_chinese_words_lead_all_the_way_to_an_answer() -> None:
    osm = parse_hours("工作日 8:30-12:00、14:00-17:30").osm
    assert is_open(osm, at("2026-10-10 09:00"), CHINA) is True
    assert is_open(osm, at("2026-10-01 09:00"), CHINA) is False
    assert is_open(osm, at("2026-09-30 13:00"), CHINA) is False
