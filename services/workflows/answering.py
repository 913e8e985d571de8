"""Questions to the published registry: what is near, is this point covered, how much is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np

from services.coverage.check import Check, NearestPlace, by_distance, check_point
from services.coverage.counting import Counted, count_places, why_left_out
from services.finding import Found, PlaceIndex, find_nearest
from services.geo.point import Point
from services.hours import opening_on_arrival
from services.locator import Locator, Snapshot
from services.travel.measure import Measure
from services.travel.modes import MODES, TravelMode
from services.workflows.naming import known_names, local_time, travel_mode
from services.workflows.study import UNCOUNTED_WORDS, measure_of

WAYS: Final[Mapping[str, str]] = {"straight": "直线", "streets": "沿街道"}
"""How a distance was measured, as a sentence says it."""


def place_json(found: Found) -> dict[str, Any]:
    """One place in an answer to "where?", as ``interfaces`` has it."""
    place, opening = found.place, found.opening
    point = place.point
    return {
        "id": place.id,
        "kind": place.kind,
        "name": place.name,
        "address": place.address,
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
        "distance_m": round(found.distance_m, 1),
        "travel_s": round(found.travel_s, 1),
        "state": opening.state.value,
        "opens_at": opening.opens_at.isoformat() if opening.opens_at else None,
        "closes_at": opening.closes_at.isoformat() if opening.closes_at else None,
    }


@dataclass(frozen=True)
class Near:
    """The answer to "what is near?"."""

    at: datetime
    mode: TravelMode
    minutes: float | None
    places: tuple[Found, ...]

    def to_json(self) -> dict[str, Any]:
        """``{at, mode, minutes, places}``."""
        return {
            "at": self.at.isoformat(),
            "mode": self.mode.key,
            "minutes": self.minutes,
            "places": [place_json(found) for found in self.places],
        }


def near(
    locator: Locator,
    point: Point,
    *,
    mode: str = "walk",
    minutes: float | None = None,
    at: datetime | None = None,
    kinds: Sequence[str] = (),
    amenities: Sequence[str] = (),
    limit: int,
) -> Near:
    """The nearest places, those open on arrival first. Raises ``InvalidInput``."""
    travel = travel_mode(mode)
    when = local_time(locator, at)
    found = find_nearest(
        locator.snapshot().index,
        point,
        now=when,
        mode=travel,
        minutes=minutes,
        kinds=known_names(locator, "kind", kinds) or None,
        amenities=known_names(locator, "amenity", amenities) or None,
        limit=limit,
        calendar=locator.calendar,
        tz=locator.region.tz,
    )
    return Near(when, travel, minutes, tuple(found))


def around(
    locator: Locator,
    point: Point,
    *,
    kinds: Sequence[str] = (),
    district: str = "",
    amenities: Sequence[str] = (),
    open_only: bool = False,
    limit: int,
) -> list[Found]:
    """What is round a point at this moment: nobody travels, so "open" means open now."""
    snapshot = locator.snapshot()
    index = snapshot.index
    if district:
        index = PlaceIndex([place for place in snapshot.located if place.district == district])
    return find_nearest(
        index,
        point,
        now=locator.now(),
        mode=MODES["walk"],
        detour_factor=0.0,
        kinds=known_names(locator, "kind", kinds) or None,
        amenities=known_names(locator, "amenity", amenities) or None,
        open_only=open_only,
        limit=limit,
        calendar=locator.calendar,
        tz=locator.region.tz,
    )


@dataclass(frozen=True)
class CheckAnswer:
    """The answer to "is this point within the standard, of what, how far?"."""

    check: Check
    measure: Measure
    nearest: Found | None
    uncounted: NearestPlace | None
    """A nearer place that does not count for the official figure, if there is one."""
    why_uncounted: str

    def to_json(self) -> dict[str, Any]:
        """``{covered, covered_by, mode, minutes, method, limit_m, nearest}``."""
        return {
            "covered": self.check.covered,
            "covered_by": list(self.check.covered_by),
            "mode": self.measure.mode.key,
            "minutes": self.measure.minutes,
            "method": self.measure.method,
            "limit_m": round(self.check.limit_m, 1),
            "nearest": place_json(self.nearest) if self.nearest else None,
        }

    def sentences(self) -> list[str]:
        """The same for a person."""
        mode, way = self.measure.mode, WAYS[self.measure.method]
        limit = f"{mode.name} {self.measure.minutes:g} 分钟({way} {self.check.limit_m:.0f} 米)"
        if self.nearest is None:
            return [f"不在服务圈内({limit}):还没有计入的服务点。"]
        near_by = (
            f"{self.nearest.place.name},{way} {self.nearest.distance_m:.0f} 米,"
            f"{mode.name}约 {self.nearest.travel_s / 60:.1f} 分钟"
        )
        count = len(self.check.covered_by)
        lines = [
            f"在服务圈内({limit}):{count} 处服务点覆盖这里,最近的是 {near_by}。"
            if self.check.covered
            else f"不在服务圈内({limit})。最近的是 {near_by}。"
        ]
        if self.uncounted is not None:
            lines.append(
                f"更近的 {self.uncounted.place.name}(直线 {self.uncounted.distance_m:.0f} 米)"
                f"没有计入:{self.why_uncounted}。"
            )
        return lines


def check(
    locator: Locator,
    point: Point,
    *,
    minutes: float = 10,
    mode: str = "walk",
    method: str | None = None,
) -> CheckAnswer:
    """Whether a point is within the standard of a place that counts.

    Raises ``InvalidInput``, also for a point outside the street network.
    """
    network = None if method == "straight" else locator.streets
    measure = measure_of(minutes, mode, method, network)
    if measure.network is not None:
        here = np.array([point.lat]), np.array([point.lon])
        measure.network.check_covers(*here, f"{point.lat:.4f}, {point.lon:.4f}")
    snapshot, now = locator.snapshot(), locator.now()
    found = check_point(_counted(locator, snapshot), point, measure)
    nearest = found.nearest
    uncounted, why = _nearer_uncounted(locator, point, nearest.distance_m if nearest else None)
    return CheckAnswer(
        check=found,
        measure=measure,
        nearest=_with_opening(locator, nearest, now) if nearest else None,
        uncounted=uncounted,
        why_uncounted=why,
    )


def _nearer_uncounted(
    locator: Locator, point: Point, than_m: float | None
) -> tuple[NearestPlace | None, str]:
    """The nearest place of a counting kind that is nearer than ``than_m`` but does not count."""
    today = locator.now().date()
    kinds = locator.vocabulary.counting_kinds
    for place, metres in by_distance(
        [p for p in locator.snapshot().located if p.kind in kinds], point
    ):
        if than_m is not None and metres >= than_m:
            break
        reason = why_left_out(place, locator.vocabulary, today)
        if reason is not None:
            return NearestPlace(place, metres, 0.0), UNCOUNTED_WORDS[reason]
    return None, ""


def _with_opening(locator: Locator, nearest: NearestPlace, now: datetime) -> Found:
    opening = opening_on_arrival(
        nearest.place.opening_hours, now, nearest.travel_s, locator.calendar, locator.region.tz
    )
    return Found(nearest.place, nearest.distance_m, nearest.travel_s, opening)


def _counted(locator: Locator, snapshot: Snapshot) -> Counted:
    today = locator.now().date()
    return snapshot.keep(
        ("counted", today), lambda: count_places(snapshot.places, locator.vocabulary, today)
    )
