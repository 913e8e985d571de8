"""When one gets there, and whether it is open then: for many places at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from services.hours import DAY_MINUTES, HolidayCalendar, open_intervals
from services.limits import SCHEDULE_DAYS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OPEN, UNKNOWN, SHUT, LEFT_OUT = range(4)
"""Groups in the order in which they are listed; the last is not listed."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """All distinct timetables on one line, each ``span`` long: edges open, shut, open, shut …"""

    edges: Ints
    span: int
    unknown: NDArray[np.bool_]

    @classmethod
    def of(
        cls, hours: Sequence[str], start: date, days: int, calendar: HolidayCalendar
    ) -> Timetable:
        """The timetables of these expressions over ``days`` days from midnight of ``start``."""
        span = days * DAY_MINUTES + 1
        known = [open_intervals(osm, start, days, calendar) for osm in hours]
        edges = [
            position * span + minute
            for position, intervals in enumerate(known)
            for pair in intervals or ()
            for minute in pair
        ]
        return cls(np.array(edges, dtype=np.int64), span, np.array([k is None for k in known]))

    def groups(self, hours: Ints, soonest: Floats, latest: Floats) -> tuple[Ints, Ints]:
        """The best and worst group of an arrival between two minutes, by timetable number."""
        unknown = self.unknown[hours]
        first = np.searchsorted(self.edges, hours * self.span + soonest, side="right")
        last = np.searchsorted(self.edges, hours * self.span + latest, side="right")
        # Each timetable has an even number of edges, so an odd number behind one is inside.
        settled = np.where(last % 2 == 1, OPEN, SHUT)
        moved = first != last
        best = np.where(unknown, UNKNOWN, np.where(moved, OPEN, settled))
        return best, np.where(unknown, UNKNOWN, np.where(moved, SHUT, settled))


class Clock:
    """Seconds from now as minutes on the wall since the midnight that began today."""

    def __init__(self, now: datetime, tz: ZoneInfo, longest_s: float) -> None:
        local = now.astimezone(tz)
        self.start = local.date()
        self._now_minute = (
            local.hour * 60 + local.minute + (local.second + local.microsecond / 1e6) / 60
        )
        # Doubling keeps the number of timetables small that far points ask for.
        days = (self._now_minute + longest_s / 60) / DAY_MINUTES + 1
        self.days = SCHEDULE_DAYS
        while self.days < days:
            self.days *= 2
        self._shifts = _clock_shifts(now, tz, longest_s)

    def minute(self, seconds: Floats) -> Floats:
        """Wall-clock minutes on arrival, the clock's changes on the way included."""
        minutes = self._now_minute + seconds / 60
        for after_s, shift in self._shifts:
            minutes = np.where(seconds >= after_s, minutes + shift, minutes)
        return minutes


def _clock_shifts(now: datetime, tz: ZoneInfo, longest_s: float) -> list[tuple[float, float]]:
    """``(seconds from now, minutes)`` of each change of the zone's offset on the way.

    Looks a week ahead at a time and then at whole hours UTC, when clocks change.
    """
    instant, shifts = now.astimezone(UTC), []
    offset, done_s = instant.astimezone(tz).utcoffset(), 0.0
    while done_s < longest_s:
        week_end_s = min(done_s + 7 * 86_400.0, longest_s)
        if (instant + timedelta(seconds=week_end_s)).astimezone(tz).utcoffset() != offset:
            hour = instant + timedelta(seconds=done_s)
            hour = hour.replace(minute=0, second=0, microsecond=0)
            while hour.astimezone(tz).utcoffset() == offset:
                hour += timedelta(hours=1)
            changed = hour.astimezone(tz).utcoffset()
            if changed is not None and offset is not None:
                minutes = (changed - offset).total_seconds() / 60
                shifts.append(((hour - instant).total_seconds(), minutes))
            offset = changed
        done_s = week_end_s
    return shifts
