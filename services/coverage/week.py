"""The week: which share of the demand has an open place in reach, for each of its 168 hours.

Hour h (0 is Monday 00:00, 167 Sunday 23:00, the region's wall clock) stands for its first instant:
a place is open in it when it is open at h:00 of the calendar week that begins on ``monday``, public
holidays and make-up working days included. Hours that nobody knows make a band:

    low   unknown hours count as closed
    high  unknown hours count as open at all times

A demand point is covered in the hours in which any of its places is open: the OR of their bits. All
sums are whole numbers; in every hour the districts' add up to the total exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.coverage.assess import Flags
from services.coverage.demand import DemandPoints, Ints
from services.coverage.reach import Reach
from services.hours import HolidayCalendar, open_intervals
from services.places import Place

HOURS: Final = 168
_WORDS: Final = 3
_ALWAYS: Final = (1 << HOURS) - 1
_NAMED: Final = 5

Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class WeekHours:
    """Opening as bits, uint64[places, 3]: bit h % 64 of word h // 64 says whether hour h is open.

    ``calendar`` is the one by which they were made, so that edited hours are judged alike.
    """

    monday: date
    low: Words
    high: Words
    calendar: HolidayCalendar = field(default_factory=HolidayCalendar)

    def __len__(self) -> int:
        return len(self.low)

    @property
    def words(self) -> Words:
        """``low`` and ``high`` side by side, uint64[places, 6]."""
        return np.ascontiguousarray(np.hstack((self.low, self.high)))

    @property
    def unknown(self) -> Flags:
        """The places whose hours nobody knows."""
        always = np.array(_words(_ALWAYS), dtype=np.uint64)
        return np.asarray(~self.low.any(axis=1) & (self.high == always).all(axis=1))

    @property
    def never_open(self) -> Flags:
        """The places whose hours are known, and closed at each full hour of this week."""
        return np.asarray(~self.high.any(axis=1))

    def open_at(self, hour: int) -> tuple[Flags, Flags]:
        """Place by place: surely open in this hour, and possibly."""
        word, bit = hour // 64, np.uint64(1) << np.uint64(hour % 64)
        return (self.low[:, word] & bit) != 0, (self.high[:, word] & bit) != 0


def monday_of(day: date) -> date:
    """The Monday of the week that ``day`` (a date or a local time) lies in."""
    return date.fromordinal(day.toordinal() - day.weekday())


def hour_of_week(at: datetime) -> int:
    """0 to 167; ``at`` is read as the region's own wall clock."""
    return at.weekday() * 24 + at.hour


def week_hours(hours: Sequence[str], monday: date, calendar: HolidayCalendar) -> WeekHours:
    """The bits of places with these OSM ``opening_hours``; "" and the undecidable are unknown.

    Raises ``ValueError`` when ``monday`` is another day of the week.
    """
    if monday.weekday() != 0:
        raise ValueError(f"{monday} is not a Monday")
    known = {osm: hour_words(osm, monday, calendar) for osm in set(hours)}
    words = np.array([known[osm] for osm in hours], dtype=np.uint64).reshape(-1, 2 * _WORDS)
    return WeekHours(monday, words[:, :_WORDS].copy(), words[:, _WORDS:].copy(), calendar)


@lru_cache(maxsize=16_384)
def hour_words(osm: str, monday: date, calendar: HolidayCalendar) -> tuple[int, ...]:
    """Six words of one expression's week: three of ``low``, three of ``high``."""
    intervals = open_intervals(osm, monday, 7, calendar)
    if intervals is None:
        return (*_words(0), *_words(_ALWAYS))
    bits = 0
    for begin, end in intervals:
        # Hour h is in when begin <= 60 h < end.
        first, behind = -(-begin // 60), -(-end // 60)
        bits |= (1 << behind) - (1 << first)
    return _words(bits) * 2


def _words(bits: int) -> tuple[int, ...]:
    return tuple((bits >> 64 * word) & (2**64 - 1) for word in range(_WORDS))


@dataclass(frozen=True, slots=True, eq=False)
class WeekCoverage:
    """Covered weight, int64[districts, 168], with unknown hours closed (low) and open (high)."""

    monday: date
    low: Ints
    high: Ints

    @property
    def total_low(self) -> Ints:
        """The sums of all districts, int64[168]."""
        return np.asarray(self.low.sum(axis=0, dtype=np.int64))

    @property
    def total_high(self) -> Ints:
        """The sums of all districts, int64[168]."""
        return np.asarray(self.high.sum(axis=0, dtype=np.int64))

    def bands(self, demand: DemandPoints, *, districts: bool = True) -> dict[str, Any]:
        """``{monday, total: [168 × {low, high}], districts: {adcode: the same}}``.

        The districts only if asked for.
        """
        total: dict[str, Any] = {
            "monday": self.monday.isoformat(),
            "total": _bands(self.total_low, self.total_high, demand),
        }
        if not districts:
            return total
        return total | {
            "districts": {
                adcode: _bands(low, high, demand)
                for (adcode, _), low, high in zip(
                    demand.districts, self.low, self.high, strict=True
                )
            }
        }

    def to_json(self, demand: DemandPoints, notes: Sequence[str] = ()) -> dict[str, Any]:
        """``{monday, weight, total, districts, notes}``; all weights in the demand's unit."""
        return {
            "weight": demand.amount(int(demand.weights.sum())),
            **self.bands(demand),
            "notes": list(notes),
        }


def _bands(low: Ints, high: Ints, demand: DemandPoints) -> list[dict[str, int | float]]:
    return [
        {"low": demand.amount(a), "high": demand.amount(b)}
        for a, b in zip(low.tolist(), high.tolist(), strict=True)
    ]


def assess_week(reach: Reach, hours: WeekHours, demand: DemandPoints) -> WeekCoverage:
    """The covered weight of every district in every hour, in one pass over the pairs in reach."""
    from services.coverage.bit_sums import week_edges  # noqa: PLC0415  numba: only here

    edges = np.zeros((2, len(demand.districts), HOURS + 1), dtype=np.int64)
    week_edges(reach.indptr, reach.indices, hours.words, demand.weights, demand.district, edges)
    low, high = hourly(edges)
    return WeekCoverage(hours.monday, low, high)


def hourly(edges: Ints) -> tuple[Ints, Ints]:
    """Weight by hour, low and high, from what ``bit_sums`` collects at openings and closings."""
    sums = np.cumsum(edges[:, :, :HOURS], axis=2)
    return sums[0], sums[1]


def covered_at(reach: Reach, hours: WeekHours, hour: int) -> tuple[Flags, Flags]:
    """Point by point: has it an open place in reach in this hour, surely and possibly?"""
    made = []
    sizes = np.diff(reach.reached.indptr)
    for is_open in hours.open_at(hour):
        served = np.zeros(len(reach.indptr) - 1, dtype=np.bool_)
        served[reach.reached.points[np.repeat(is_open, sizes)]] = True
        made.append(served)
    return made[0], made[1]


def never_open_notes(hours: WeekHours, places: Sequence[Place]) -> tuple[str, ...]:
    """A sentence about the places that count and yet never open; none without such places."""
    never = [place for place, closed in zip(places, hours.never_open, strict=True) if closed]
    if not never:
        return ()
    named = listed([f"{place.name}({place.id})" for place in never])
    return (
        f"{named}按登记的开放时间,这一周没有一个整点开门,哪个小时都没有算进去。请核对开放时间。",
    )


def week_notes(hours: WeekHours, places: Sequence[Place]) -> tuple[str, ...]:
    """What the reader of the week must know: never open, unknown, holidays not yet published.

    ``places`` are those of ``hours``, in its order.
    """
    notes = list(never_open_notes(hours, places))
    unknown = int(hours.unknown.sum())
    if unknown:
        notes.append(
            f"{unknown} 个服务点的开放时间未知:下限当作关门,上限当作一直开门。请补上开放时间。"
        )
    days = [hours.monday + timedelta(days=day) for day in range(7)]
    special = [
        day
        for day in days
        if hours.calendar.is_tentative(day)
        and (hours.calendar.is_holiday(day) or hours.calendar.is_makeup_workday(day))
    ]
    if special:
        notes.append(
            f"{special[0]:%Y} 年的放假安排还没有公布,{special[0]} 起的节假日是暂定的。"
            "公布后请更新节假日文件。"
        )
    return tuple(notes)


def listed(labels: Sequence[str]) -> str:
    """A few of them, and how many they are when that is not all."""
    shown = "、".join(labels[:_NAMED])
    return f"{shown} 等 {len(labels)} 个" if len(labels) > _NAMED else shown
