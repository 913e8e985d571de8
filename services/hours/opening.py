"""Is it open? The badge, the filter, the API, the coverage and the browser all use these minutes.

Everything is asked of ``open_intervals``, so that no two answers can differ: an instant is open
when it lies in an interval, and the instant of closing is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from services.hours.expression import canonical, open_minutes
from services.hours.holidays import HolidayCalendar
from services.hours.timespans import DAY_MINUTES
from services.limits import CLOSING_SOON_MINUTES, SCHEDULE_DAYS


class OpenState(StrEnum):
    """What a visitor finds who sets out now."""

    OPEN = "open"
    CLOSING_SOON = "closing_soon"
    CLOSED_ON_ARRIVAL = "closed_on_arrival"
    CLOSED = "closed"
    UNKNOWN = "unknown"

    @property
    def word(self) -> str:
        """As pages and commands say it; ``static/js/words.js`` has the same words."""
        return _WORDS[self]


_WORDS: Final = {
    OpenState.OPEN: "营业中",
    OpenState.CLOSING_SOON: "即将关闭",
    OpenState.CLOSED_ON_ARRIVAL: "到达时已关门",
    OpenState.CLOSED: "已打烊",
    OpenState.UNKNOWN: "时间未知",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """The state on arrival, and when it changes (local time with its zone).

    ``closes_at``: end of the interval in which one arrives or, for ``CLOSED_ON_ARRIVAL``, of the
    one that is open now; ``None`` if it does not end within eight days. ``opens_at``: the next
    opening after the arrival when it is closed then; ``None`` if there is none within a month.
    """

    state: OpenState
    opens_at: datetime | None = None
    closes_at: datetime | None = None


_LOOK_AHEAD_DAYS: Final = 31  # the longest holidays are longer than the eight days of a schedule

_UNKNOWN: Final = Opening(OpenState.UNKNOWN)


@lru_cache(maxsize=32_768)
def open_intervals(
    osm: str, start: date, days: int, calendar: HolidayCalendar
) -> tuple[tuple[int, int], ...] | None:
    """Open intervals over ``days`` days, in minutes since local midnight of ``start``.

    Ordered, merged, end exclusive, cut to ``days`` × 1440; a night that began the day before opens
    at minute 0. ``None`` when the hours are unknown (``""``, or nothing that can be decided).
    Every day counts 1440 minutes of wall clock, also where clocks change.
    """
    expression = canonical(osm)
    return None if expression is None else open_minutes(expression, start, days, calendar)


def is_open(osm: str, at: datetime, calendar: HolidayCalendar) -> bool | None:
    """Whether it is open at ``at``; ``None`` when the hours are unknown.

    ``at`` is read as the place's own wall clock: a naive local time, or an aware one already
    in the region's zone. A time in another zone is the caller's to convert: ``at.astimezone(tz)``.
    """
    intervals = open_intervals(osm, at.date(), 1, calendar)
    if intervals is None:
        return None
    return _holding(intervals, _minutes(at, at.date())) is not None


def opening_on_arrival(
    osm: str, now: datetime, travel_s: float, calendar: HolidayCalendar, tz: ZoneInfo
) -> Opening:
    """What one finds who sets out at ``now`` (aware, any zone) and arrives ``travel_s`` later."""
    local_now = now.astimezone(tz)
    start = local_now.date()
    here = _minutes(local_now, start)
    # In UTC, because adding to a local time ignores a clock change on the way.
    arrives = now.astimezone(UTC) + timedelta(seconds=travel_s)
    arrival = _minutes(arrives.astimezone(tz), start)
    days = SCHEDULE_DAYS + int(arrival // DAY_MINUTES)
    intervals = open_intervals(osm, start, days, calendar)
    if intervals is None:
        return _UNKNOWN

    def clock(minute: int) -> datetime:
        return datetime.combine(start, time(), tz) + timedelta(minutes=minute)

    met = _holding(intervals, arrival)
    if met is not None:
        if met[1] == days * DAY_MINUTES:  # cut there, not closed there
            return Opening(OpenState.OPEN)
        soon = met[1] - arrival < CLOSING_SOON_MINUTES
        state = OpenState.CLOSING_SOON if soon else OpenState.OPEN
        return Opening(state, closes_at=clock(met[1]))
    later = [begin for begin, _ in intervals if begin > arrival]
    if not later:
        ahead = open_intervals(osm, start, days + _LOOK_AHEAD_DAYS, calendar) or ()
        later = [begin for begin, _ in ahead if begin > arrival]
    opens_at = clock(later[0]) if later else None
    left = _holding(intervals, here)
    if left is not None:  # it ends before the arrival, so it was not cut
        return Opening(OpenState.CLOSED_ON_ARRIVAL, opens_at=opens_at, closes_at=clock(left[1]))
    return Opening(OpenState.CLOSED, opens_at=opens_at)


def _holding(intervals: tuple[tuple[int, int], ...], minute: float) -> tuple[int, int] | None:
    return next(((begin, end) for begin, end in intervals if begin <= minute < end), None)


def _minutes(at: datetime, start: date) -> float:
    """Minutes of wall clock from midnight of ``start``."""
    since = at.replace(tzinfo=None) - datetime.combine(start, time())
    return since.total_seconds() / 60
