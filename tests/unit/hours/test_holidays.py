"""Known answers: the State Council's schedule for 2026 and, for 2027, an independent almanac."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from opening_hours import OpeningHours

from services.errors import RegionInvalid
from services.hours import HolidayCalendar, calendar_for

CHINA = calendar_for("CN")


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=i) for i in range((end - start).days + 1)]


def test_national_day_of_2026_is_seven_days_long() -> None:
    # 国务院办公厅 on 2026: 国庆节 10月1日至7日放假调休,共7天;9月20日、10月10日上班.
    around = days("2026-09-28", "2026-10-12")
    assert [d for d in around if CHINA.is_holiday(d)] == days("2026-10-01", "2026-10-07")


def test_the_makeup_working_days_of_2026_are_the_published_six() -> None:
    worked = [d for d in days("2026-01-01", "2026-12-31") if CHINA.is_makeup_workday(d)]
    published = ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    assert worked == [date.fromisoformat(f"2026-{day}") for day in published]


def test_a_plain_weekend_is_no_holiday() -> None:
    assert not CHINA.is_holiday(date(2026, 10, 11))
    assert not CHINA.is_makeup_workday(date(2026, 10, 11))


def test_a_published_year_is_certain_and_a_later_one_tentative() -> None:
    assert not CHINA.is_tentative(date(2026, 12, 31))
    assert CHINA.is_tentative(date(2027, 1, 1))
    assert CHINA.is_tentative(date(2035, 1, 1))


def test_the_tentative_year_has_the_thirteen_statutory_days() -> None:
    holidays = [d for d in days("2027-01-01", "2027-12-31") if CHINA.is_holiday(d)]
    assert len(holidays) == 13  # since 2025: 1 + 4 + 1 + 2 + 1 + 1 + 3
    assert not any(CHINA.is_makeup_workday(d) for d in days("2027-01-01", "2027-12-31"))


def test_the_lunar_holidays_of_2027_agree_with_an_independent_calendar() -> None:
    almanac = OpeningHours("PH", country="CN", auto_timezone=False)
    theirs = [
        d
        for d in days("2027-01-01", "2027-12-31")
        if almanac.is_open(datetime(d.year, d.month, d.day))
    ]
    assert date(2027, 2, 6) in theirs  # 春节 …
    assert date(2027, 6, 9) in theirs  # … 端午 …
    assert date(2027, 9, 15) in theirs  # … and 中秋 follow the moon
    assert all(CHINA.is_holiday(d) for d in theirs)


def test_qingming_of_2027_follows_the_usual_formula() -> None:
    # ⌊Y·0.2422 + 4.81⌋ − ⌊Y/4⌋ for the 21st century (Y: last two digits) = 11 − 6
    assert int(27 * 0.2422 + 4.81) - 27 // 4 == 5
    assert CHINA.is_holiday(date(2027, 4, 5))


def test_another_country_has_no_holidays_and_waits_for_none() -> None:
    calendar = calendar_for("FR")
    assert calendar == HolidayCalendar()
    assert not calendar.is_holiday(date(2026, 1, 1))
    assert not calendar.is_tentative(date(2035, 1, 1))


def test_a_year_in_the_file_may_be_final_and_carry_makeup_days(tmp_path: Path) -> None:
    file = tmp_path / "holidays.toml"
    file.write_text(
        "[CN.2031]\ntentative = false\nholidays = [2031-10-01]\nmakeup_workdays = [2031-10-11]\n",
        "utf-8",
    )
    calendar = calendar_for("CN", file)
    assert calendar.is_holiday(date(2031, 10, 1))
    assert calendar.is_makeup_workday(date(2031, 10, 11))
    assert not calendar.is_tentative(date(2031, 1, 1))


def test_a_year_that_the_package_knows_is_not_taken_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "holidays.toml"
    file.write_text(
        "[CN.2026]\ntentative = true\nholidays = [2026-03-03]\nmakeup_workdays = []\n", "utf-8"
    )
    calendar = calendar_for("CN", file)
    assert not calendar.is_holiday(date(2026, 3, 3))
    assert not calendar.is_tentative(date(2026, 3, 3))


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "[FR.2027]\n",
        "[CN.2027]\ntentative = true\n",
        "[CN.soon]\ntentative = true\nholidays = []\nmakeup_workdays = []\n",
        "[CN.2027]\ntentative = true\nholidays = ['2027-01-01']\nmakeup_workdays = []\n",
        "[CN.2027]\ntentative = true\nholidays = [2028-01-01]\nmakeup_workdays = []\n",
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "holidays.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(RegionInvalid, match=r"holidays\.toml"):
        calendar_for("CN", file)
