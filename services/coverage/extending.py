"""Longer hours: a place's week when it stays open until some hour on every day that it opens.

The longer week is written as an ``opening_hours`` expression of plain weekdays, and its hours are
read from that expression like any other's: accepting it as an edit gives the same figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.errors import InvalidInput
from services.hours import DAY_MINUTES, HolidayCalendar, open_intervals

_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_MORNING: Final = 5 * 60
"""An hour before this one is the next day's."""
_NOON: Final = 12 * 60

Span = tuple[int, int]


def until_minute(text: str) -> int:
    """Minutes since midnight of "22:00"; of "02:00" since the midnight before. ``InvalidInput``."""
    match = _CLOCK.fullmatch(text.strip())
    minute = int(match[1]) * 60 + int(match[2]) if match else -1
    if not 0 <= minute <= DAY_MINUTES:
        raise InvalidInput(
            f"延长到“{text[:20]}”看不懂,请写成 22:00 这样的钟点。", field="extend_hours", value=text
        )
    return minute + DAY_MINUTES if minute < _MORNING else minute


def extended(osm: str, until: int, monday: date, calendar: HolidayCalendar) -> str | None:
    """The week's hours with every opening day kept open until minute ``until`` of that day.

    None where nothing would change: unknown hours, a place that never opens, or one that is
    open until then anyway.
    """
    intervals = open_intervals(osm, monday, 7, calendar)
    if not intervals:
        return None
    longer = [*intervals, *filter(None, (_added(day, intervals, until) for day in range(7)))]
    before, after = _open_minutes(intervals), _open_minutes(longer)
    return None if np.array_equal(before, after) else _expression(after)


def _added(day: int, intervals: Sequence[Span], until: int) -> Span | None:
    """What a day's last opening lacks; None for a day that does not open.

    The rest of a night, over before noon, is no opening of the day.
    """
    start = day * DAY_MINUTES
    opened = [
        end
        for begin, end in intervals
        if start <= begin < start + DAY_MINUTES or (begin < start and end > start + _NOON)
    ]
    if not opened or opened[-1] >= start + until:
        return None
    return opened[-1], start + until


def _open_minutes(intervals: Sequence[Span]) -> NDArray[np.bool_]:
    """bool[7, 1440]; what runs over Sunday's end is Monday's morning."""
    is_open = np.zeros(8 * DAY_MINUTES, dtype=np.bool_)
    for begin, end in intervals:
        is_open[begin:end] = True
    is_open[:DAY_MINUTES] |= is_open[-DAY_MINUTES:]
    return is_open[:-DAY_MINUTES].reshape(7, DAY_MINUTES)


def _expression(week: NDArray[np.bool_]) -> str:
    """Plain weekdays, cut at midnight; equal neighbours share a rule."""
    rules: list[tuple[str, str]] = []
    for name, minutes in zip(_DAYS, week, strict=True):
        edges = np.flatnonzero(np.diff(minutes.astype(np.int8), prepend=0, append=0))
        times = ",".join(
            f"{_clock(begin)}-{_clock(end)}" for begin, end in edges.reshape(-1, 2).tolist()
        )
        if rules and rules[-1][1] == times:
            rules[-1] = (f"{rules[-1][0][:2]}-{name}", times)
        else:
            rules.append((name, times))
    return "; ".join(f"{days} {times or 'off'}" for days, times in rules)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
