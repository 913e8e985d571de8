"""One point: is it within the standard, of what, and how far is the nearest place that counts?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from services.coverage.counting import Counted
from services.coverage.reach import coordinates
from services.geo.distance import distances_m
from services.geo.point import Point
from services.places import Place
from services.travel.measure import Measure

_SEARCHED_LIMITS: Final = 5.0


@dataclass(frozen=True, slots=True)
class NearestPlace:
    """A place with its distance (metres, straight or of street) and the seconds on the way."""

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


def check_point(counted: Counted, point: Point, measure: Measure) -> Check:
    """Whether a counting place lies within the standard of ``point``; the limit itself is within.

    Along streets the nearest place is the nearest by street, where there is one within
    ``_SEARCHED_LIMITS`` times the limit. Raises ``InvalidInput`` for a mode without streets.
    """
    limit_m = measure.limit_m
    nearest_first = by_distance(counted.places, point)
    if measure.method == "streets":
        reached = _by_street(counted.places, point, measure)
        within = tuple(place.id for place, metres in reached if metres <= limit_m)
        if reached:
            nearest_first = reached
        seconds = measure.travel_s if reached else replace(measure, network=None).travel_s
    else:
        within = tuple(place.id for place, metres in nearest_first if metres <= limit_m)
        seconds = measure.travel_s
    nearest = None
    if nearest_first:
        place, metres = nearest_first[0]
        nearest = NearestPlace(place, metres, float(seconds(metres)))
    return Check(bool(within), within, limit_m, nearest)


def _by_street(
    places: Sequence[Place], point: Point, measure: Measure
) -> list[tuple[Place, float]]:
    """Places and the metres of street to them, nearest first, equal ones by id."""
    here = measure.catchments(np.array([point.lat]), np.array([point.lon]))
    reached = here.of(*coordinates(places), (_SEARCHED_LIMITS * measure.limit_m,))
    pairs = [
        (places[number], float(metres))
        for number, metres in zip(reached.places, reached.distance_m, strict=True)
    ]
    return sorted(pairs, key=lambda pair: (pair[1], pair[0].id))


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
