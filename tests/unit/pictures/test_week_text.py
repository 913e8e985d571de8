"""Opening hours as one line of an ordinary week."""

from __future__ import annotations

from datetime import date

import pytest

from services.hours import calendar_for
from services.pictures.week_text import hours_text, week_text
from services.pictures.words import CHINESE, ENGLISH

CALENDAR = calendar_for("CN")
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("osm", "chinese", "english"),
    [
        ("", "", ""),
        ("24/7", "24 小时开放", "Open 24 hours"),
        ("08:00-18:00", "每天 8:00–18:00", "Daily 8:00–18:00"),
        (
            "Mo-Fr 08:30-12:00,14:00-17:30",
            "周一至周五 8:30–12:00、14:00–17:30",
            "Mon–Fri 8:30–12:00, 14:00–17:30",
        ),
        (
            "Mo-Fr 09:00-17:00; Sa,Su 10:00-16:00; PH closed",
            "周一至周五 9:00–17:00；周六、周日 10:00–16:00",
            "Mon–Fri 9:00–17:00; Sat, Sun 10:00–16:00",
        ),
        ("22:00-06:00", "每天 22:00–次日 6:00", "Daily 22:00–6:00 (next day)"),
        ("Su 22:00-06:00", "周日 22:00–次日 6:00", "Sun 22:00–6:00 (next day)"),
        ("Mo,We,Fr 14:00-17:30", "周一、周三、周五 14:00–17:30", "Mon, Wed, Fri 14:00–17:30"),
        ("Mo-We,Sa 00:00-24:00", "周一至周三、周六 全天", "Mon–Wed, Sat all day"),
        ("Mo 08:00-24:00; Tu 00:00-24:00", "周一 8:00–24:00；周二 全天",
         "Mon 8:00–24:00; Tue all day"),
        ("off", "近期不开放", "Not open for now"),
    ],
)  # fmt: skip
def test_the_line(osm: str, chinese: str, english: str) -> None:
    assert week_text(osm, TODAY, CALENDAR, CHINESE) == chinese
    assert week_text(osm, TODAY, CALENDAR, ENGLISH) == english


def test_an_ordinary_week_has_no_holiday() -> None:
    """国庆 2026 is 1 to 7 October, with make-up days on 20 September and 10 October."""
    osm = "Mo-Fr 09:00-17:00; PH closed"
    for day in (date(2026, 10, 2), TODAY, date(2026, 12, 31)):
        assert week_text(osm, day, CALENDAR, CHINESE) == "周一至周五 9:00–17:00"


@pytest.mark.parametrize("today", [date(2026, month, 24) for month in range(1, 13)])
@pytest.mark.parametrize(
    "osm",
    [
        "May-Sep 07:00-21:00; Oct-Apr 08:00-18:00",
        "Jun-Aug 08:00-20:00",
        "Mo[1] 09:00-12:00",
        "Tu[-1] 14:00-16:00",
        "Sa[2],Sa[4] 09:00-16:00",
        "Jan 08 09:00-11:00",
        "Oct 01 09:00-11:00",  # in a week of holidays, every year
        "Mo-Fr 09:00-17:00; Dec 20-Jan 05 closed",
        "week01-53/2 Mo 09:00-12:00",
        "PH 09:00-12:00",
    ],
)
def test_where_the_weeks_differ_none_of_them_is_the_rule(osm: str, today: date) -> None:
    said = hours_text(osm, "每月有几天开", today, CALENDAR, CHINESE)
    assert said == "营业时间：每月有几天开"
    assert hours_text(osm, "", today, CALENDAR, ENGLISH) == f"Hours as registered: {osm}"


def test_a_date_of_this_year_is_no_rule() -> None:
    said = hours_text("2026 Dec 12 09:00-16:00", "12月12日", TODAY, CALENDAR, CHINESE)
    assert said == "营业时间：12月12日"


def test_hours_that_nobody_could_read_are_said_as_they_were_written() -> None:
    assert hours_text("", "看门上的纸", TODAY, CALENDAR, CHINESE) == "营业时间：看门上的纸"
    assert hours_text("", "", TODAY, CALENDAR, CHINESE) == ""
    assert hours_text("08:00-18:00", "早八到晚六", TODAY, CALENDAR, CHINESE) == "每天 8:00–18:00"
