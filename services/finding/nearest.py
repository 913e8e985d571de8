"""The answer to "where can I go now?"."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from services.finding.arrival import LEFT_OUT, OPEN, Clock, Floats, Ints
from services.finding.index import PlaceIndex, settle
from services.geo.point import Point
from services.hours import HolidayCalendar, Opening, opening_on_arrival
from services.places import Place
from services.travel.modes import DETOUR_FACTOR, TravelMode
from services.travel.straight_line import reach_limit_m, travel_s

_FIRST_RING: Final = 32
"""Candidates looked at first: by day the ten open ones are nearly always among them."""


@dataclass(frozen=True, slots=True)
class Found:
    """A place, how far it is (ellipsoid, metres; seconds on the way) and how one finds it."""

    place: Place
    distance_m: float
    travel_s: float
    opening: Opening


def find_nearest(
    index: PlaceIndex,
    point: Point,
    *,
    now: datetime,
    mode: TravelMode,
    limit: int,
    calendar: HolidayCalendar,
    tz: ZoneInfo,
    minutes: float | None = None,
    kinds: Collection[str] | None = None,
    amenities: Collection[str] | None = None,
    open_only: bool = False,
    detour_factor: float = DETOUR_FACTOR,
) -> list[Found]:
    """The first ``limit`` places: open on arrival, then unknown hours, then closed.

    Within each group by distance on the ellipsoid, then id. ``now`` is an aware time;
    ``minutes`` keeps those that ``mode`` reaches within, None lists however far. ``kinds``: any of
    these; ``amenities``: all of these, recorded as there. ``open_only`` lists the first group only.
    """
    reach_s = np.inf if minutes is None else minutes * 60.0

    def on_the_way_s(metres: Floats) -> Floats:
        return travel_s(metres, mode, detour_factor)

    def judge(members: Ints, least_m: Floats, greatest_m: Floats) -> tuple[Ints, Ints]:
        soonest, latest = on_the_way_s(least_m), on_the_way_s(greatest_m)
        clock = Clock(now, tz, float(latest.max(initial=0.0)))
        timetable = index.timetable(clock.start, clock.days, calendar)
        hours = index.timetable_of[members]
        best, worst = timetable.groups(hours, clock.minute(soonest), clock.minute(latest))
        if open_only:
            best, worst = (np.where(g == OPEN, OPEN, LEFT_OUT) for g in (best, worst))
        return np.where(soonest > reach_s, LEFT_OUT, best), np.where(
            latest > reach_s, LEFT_OUT, worst
        )

    reach_m = np.inf if minutes is None else reach_limit_m(mode, minutes, detour_factor)
    chosen = index.chosen(kinds, amenities)
    listed, metres = settle(
        index, point, chosen, limit, judge, first_ring=_FIRST_RING, reach_m=reach_m
    )
    instant = now.astimezone(UTC)  # adding seconds to a local time would ignore a clock change
    found = []
    for i, distance in zip(listed.tolist(), metres.tolist(), strict=True):
        place = index.places[i]
        seconds = travel_s(distance, mode, detour_factor)
        opening = opening_on_arrival(place.opening_hours, instant, seconds, calendar, tz)
        found.append(Found(place, distance, seconds, opening))
    return found
