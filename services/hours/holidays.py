"""Which days are public holidays, and which Saturdays and Sundays are worked to make up for them.

China's come from the ``chinesecalendar`` package, which carries the State Council's published
schedules; a year that it does not know comes from ``data/holidays.toml``. Any other country has no
holidays here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import chinese_calendar

from services.errors import RegionInvalid
from services.settings import DATA

HOLIDAYS_FILE: Final = DATA / "holidays.toml"


@dataclass(frozen=True)
class HolidayCalendar:
    """The days on which a country deviates from its plain weeks."""

    holidays: frozenset[date] = frozenset()
    makeup_workdays: frozenset[date] = frozenset()
    published_years: frozenset[int] | None = None
    """Years whose schedule is final; ``None``: there is no schedule to wait for."""

    def is_holiday(self, day: date) -> bool:
        """Whether the country rests on this day because of a public holiday (no plain weekend)."""
        return day in self.holidays

    def is_makeup_workday(self, day: date) -> bool:
        """Whether this Saturday or Sunday is worked in exchange for a bridge (调休上班)."""
        return day in self.makeup_workdays

    def is_tentative(self, day: date) -> bool:
        """Whether this year's schedule was not published when this calendar was made."""
        return self.published_years is not None and day.year not in self.published_years


@cache
def calendar_for(country: str, path: Path = HOLIDAYS_FILE) -> HolidayCalendar:
    """The calendar of a country (ISO 3166-1 alpha-2), read once a process.

    Raises ``RegionInvalid`` when ``path`` is damaged.
    """
    if country != "CN":
        return HolidayCalendar()
    known_years = {day.year for day in chinese_calendar.holidays}
    holidays, makeup = set(chinese_calendar.holidays), set(chinese_calendar.workdays)
    published = set(known_years)
    try:
        years = tomllib.loads(path.read_text("utf-8"))[country]
        for year, entry in years.items():
            if int(year) in known_years:
                continue
            holidays |= _days(entry["holidays"], int(year))
            makeup |= _days(entry["makeup_workdays"], int(year))
            if not entry["tentative"]:
                published.add(int(year))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise RegionInvalid(
            f"节假日文件 {path.name} 读不懂:{error}。请对照文件开头的说明改正。"
        ) from error
    return HolidayCalendar(frozenset(holidays), frozenset(makeup), frozenset(published))


def _days(values: list[object], year: int) -> set[date]:
    for value in values:
        # A TOML date-time is a date to Python, but would never equal one.
        if type(value) is not date or value.year != year:
            raise ValueError(f"“{value}”不是 {year} 年的日期")
    return {value for value in values if isinstance(value, date)}
