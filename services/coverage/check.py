"""One point: is it within the standard, of what, and how far is the nearest place that counts?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.coverage.counting import Counted
from services.geo.distance import distances_m
from services.geo.point import Point
from services.places import Place
from services.travel.modes import DETOUR_FACTOR, TravelMode
from services.travel.straight_line import reach_limit_m, travel_s


@dataclass(frozen=True, slots=True)
class NearestPlace:
    """A place with its distance (ellipsoid, metres) and the seconds on the way."""

    place: Place
    distance_m: float
    travel_s: float


@dataclass(frozen=True, slots=True)
class Check:
    """``covered_by`` holds the ids of the counting places within ``limit_m``, nearest first."""

    covered: bool
    covered_by: tuple[str, ...]
    limit_m: float
    nearest: NearestPlace | None


def check_point(
    counted: Counted,
    point: Point,
    *,
    mode: TravelMode,
    minutes: float,
    detour_factor: float = DETOUR_FACTOR,
) -> Check:
    """Whether a counting place lies within ``minutes`` of ``point``; the limit itself is within."""
    limit_m = reach_limit_m(mode, minutes, detour_factor)
    nearest_first = by_distance(counted.places, point)
    within = tuple(place.id for place, metres in nearest_first if metres <= limit_m)
    nearest = None
    if nearest_first:
        place, metres = nearest_first[0]
        nearest = NearestPlace(place, metres, travel_s(metres, mode, detour_factor))
    return Check(bool(within), within, limit_m, nearest)


def by_distance(places: Sequence[Place], point: Point) -> list[tuple[Place, float]]:
    """Places with a point and their metres on the ellipsoid, nearest first, equal ones by id."""
    located = [(place, place.point) for place in places if place.point is not None]
    metres = distances_m(
        point,
        np.array([where.lat for _, where in located]),
        np.array([where.lon for _, where in located]),
    )
    pairs = [(place, float(m)) for (place, _), m in zip(located, metres, strict=True)]
    return sorted(pairs, key=lambda pair: (pair[1], pair[0].id))
