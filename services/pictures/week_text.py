"""Opening hours as one line: 周一至周五 8:30–12:00、14:00–17:30；周六 9:00–12:00.

A picture is looked at on days that nobody knows, so it says the ordinary week and not a day. The
line is read off the same minutes as every other answer (``open_intervals``). Where the weeks of the
coming year are not alike (a season, the first Monday of a month, a date), no week is the rule: the
hours are said as they were written.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from services.hours import DAY_MINUTES, HolidayCalendar, open_intervals
from services.pictures.words import Words

_YEAR_WEEKS: Final = 53
_MORNING: Final = 12 * 60
"""A night that ends before noon belongs to the day on which it began."""

Spans = tuple[tuple[int, int], ...]
Week = tuple[Spans, ...]
"""Seven days from Monday, each with its open minutes."""


def hours_text(osm: str, raw: str, today: date, calendar: HolidayCalendar, words: Words) -> str:
    """The week's line where every week is alike, else ``raw``, the hours as they were written.

    "" when there are none.
    """
    said = week_text(osm, today, calendar, words)
    written = raw or osm
    return said if said or not written else words.hours_as_written.format(raw=written)


def week_text(osm: str, today: date, calendar: HolidayCalendar, words: Words) -> str:
    """The line, "" when the hours are unknown or the weeks of the coming year are not alike."""
    week = every_week(osm, today - timedelta(days=today.weekday()), calendar)
    if week is None:
        return ""
    if not any(week):
        return words.never_open
    if all(spans == ((0, DAY_MINUTES),) for spans in week):
        return words.always_open
    lines = []
    for spans in dict.fromkeys(spans for spans in week if spans):
        on = [day for day in range(7) if week[day] == spans]
        lines.append(f"{_days(on, words)} {_times(spans, words)}")
    return words.between_rules.join(lines)


@lru_cache(maxsize=2_048)
def every_week(osm: str, monday: date, calendar: HolidayCalendar) -> Week | None:
    """The week that all weeks of the year from ``monday`` on are like.

    None when there is none, or when the hours are unknown. Hours that follow the holidays are
    compared in ordinary weeks only; those that are open in other weeks alone have no such week.
    """
    weeks = [monday + timedelta(weeks=number) for number in range(_YEAR_WEEKS)]
    ordinary = [start for start in weeks if "PH" not in osm or _is_ordinary(start, calendar)]
    first = _week(osm, (ordinary or weeks)[0], calendar)
    if first is None or any(_week(osm, start, calendar) != first for start in ordinary[1:]):
        return None
    if not any(first) and any(any(_week(osm, start, calendar) or ()) for start in weeks):
        return None
    return first


def _week(osm: str, monday: date, calendar: HolidayCalendar) -> Week | None:
    # From the day before, so that a night that is open at Monday's midnight is Sunday's. Asked for
    # by the week, because such a short run is kept for the other questions and weeks to come.
    found = open_intervals(osm, monday - timedelta(days=1), 9, calendar)
    if found is None:
        return None
    days: list[list[tuple[int, int]]] = [[] for _ in range(9)]
    for begin, end in found:
        _share_out(days, begin, end)
    return tuple(tuple(spans) for spans in days[1:8])


def _is_ordinary(monday: date, calendar: HolidayCalendar) -> bool:
    """Whether a week, its evening before and its morning after have no holiday or make-up day."""
    days = [monday + timedelta(days=offset) for offset in range(-1, 8)]
    return not any(calendar.is_holiday(d) or calendar.is_makeup_workday(d) for d in days)


def _share_out(days: list[list[tuple[int, int]]], begin: int, end: int) -> None:
    """Give an interval to the days on which it lies, nights to their evening."""
    while begin < end:
        day = begin // DAY_MINUTES
        midnight = (day + 1) * DAY_MINUTES
        whole = begin == day * DAY_MINUTES
        stop = end if end <= midnight + _MORNING and not whole else min(end, midnight)
        days[day].append((begin - day * DAY_MINUTES, stop - day * DAY_MINUTES))
        begin = stop


def _days(on: list[int], words: Words) -> str:
    if len(on) == 7:
        return words.every_day
    runs: list[list[int]] = []
    for day in on:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    named = words.weekdays
    parts = []
    for run in runs:
        if len(run) > 2:
            parts.append(f"{named[run[0]]}{words.to}{named[run[-1]]}")
        else:
            parts += [named[day] for day in run]
    return words.and_days.join(parts)


def _times(spans: Spans, words: Words) -> str:
    if spans == ((0, DAY_MINUTES),):
        return words.whole_day
    return words.and_times.join(f"{_clock(begin)}–{_end(end, words)}" for begin, end in spans)


def _end(minute: int, words: Words) -> str:
    if minute <= DAY_MINUTES:
        return _clock(minute)
    return words.next_day.format(clock=_clock(minute - DAY_MINUTES))


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"
