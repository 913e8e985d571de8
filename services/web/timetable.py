"""Eight days of opening hours as people say them: a night belongs to the day of its evening."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.hours import DAY_MINUTES, HolidayCalendar, open_intervals
from services.limits import SCHEDULE_DAYS

Span = tuple[int, int]
"""Open minutes since midnight of the day on which they begin; the end may lie in the next day."""


def by_evening(osm: str, start: date, calendar: HolidayCalendar) -> list[list[Span]] | None:
    """The spans that begin on each of eight days from ``start``; None when the hours are unknown.

    What is left of a night that began before ``start`` begins at minute 0 of the first day. What
    lasts a day or longer is cut at midnights. The same minutes as everywhere (``open_intervals``),
    and a day more of them: the last night ends when it ends.
    """
    intervals = open_intervals(osm, start, SCHEDULE_DAYS + 1, calendar)
    if intervals is None:
        return None
    days: list[list[Span]] = [[] for _ in range(SCHEDULE_DAYS)]
    for begin, end in intervals:
        for first, last in _pieces(begin, end):
            day, minute = divmod(first, DAY_MINUTES)
            if day < SCHEDULE_DAYS:
                days[day].append((minute, minute + last - first))
    return days


def _pieces(begin: int, end: int) -> Iterator[Span]:
    if end - begin < DAY_MINUTES:
        yield begin, end
        return
    while begin < end:
        midnight = (begin // DAY_MINUTES + 1) * DAY_MINUTES
        yield begin, min(end, midnight)
        begin = midnight
