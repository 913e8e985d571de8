"""The places of one revision of the registry, ready to be found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from services.finding.arrival import LEFT_OUT, OPEN, SHUT, UNKNOWN, Floats, Ints, Timetable
from services.geo.distance import distances_m, unit_vectors
from services.geo.point import Point
from services.geo.sieve import distance_bounds_m, greatest_m, least_m, unit_vector
from services.hours import HolidayCalendar
from services.places import Place

Judge = Callable[[Ints, Floats, Floats], tuple[Ints, Ints]]
"""(places, least metres, greatest metres) -> the best and the worst group each can be in."""

_SUBSETS_KEPT: Final = 16


class PlaceIndex:
    """Places with a point, ready to be found. Immutable, so threads may share it.

    Raises ``ValueError`` for a place without a point.
    """

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = tuple(places)
        points = [place.point for place in self.places if place.point is not None]
        if len(points) != len(self.places):
            raise ValueError("a place without a point cannot be found")
        self.lats = np.array([point.lat for point in points], dtype=np.float64)
        self.lons = np.array([point.lon for point in points], dtype=np.float64)
        self.vectors = unit_vectors(self.lats, self.lons)
        self.id_order = np.argsort(np.argsort(np.array([place.id for place in self.places])))
        self.hours, self.timetable_of = _coded(place.opening_hours for place in self.places)
        self._kinds, self._kind_of = _coded(place.kind for place in self.places)
        self._amenities = sorted({key for place in self.places for key in place.amenities})
        self._has = _bits(self.places, self._amenities)
        self.subset = lru_cache(maxsize=_SUBSETS_KEPT)(self._subset)
        self.timetable = lru_cache(maxsize=_SUBSETS_KEPT)(self._timetable)

    def __len__(self) -> int:
        return len(self.places)

    def nearest(
        self,
        point: Point,
        limit: int,
        *,
        kinds: Collection[str] | None = None,
        amenities: Collection[str] | None = None,
    ) -> list[tuple[Place, float]]:
        """The ``limit`` nearest places with their distance in metres; equal distances by id.

        ``kinds``: any of these; ``amenities``: all of these, recorded as there.
        """
        chosen = self.chosen(kinds, amenities)
        if not len(chosen.members):
            return []
        asked, size = unit_vector(point), limit + 4
        while True:
            within, chords, beyond_m = chosen.nearest(asked, size)
            farthest_m = greatest_m(float(chords[:limit][-1]))
            if beyond_m > farthest_m:
                break
            size *= 4
        short = chosen.members[within]
        metres = distances_m(point, self.lats[short], self.lons[short]).tolist()
        ranked = sorted(zip(metres, self.id_order[short].tolist(), short.tolist(), strict=True))
        return [(self.places[i], distance) for distance, _, i in ranked[:limit]]

    def chosen(self, kinds: Collection[str] | None, amenities: Collection[str] | None) -> Subset:
        """The places that pass a filter; kept, for people ask for the same few."""
        return self.subset(None if kinds is None else frozenset(kinds), frozenset(amenities or ()))

    def _subset(self, kinds: frozenset[str] | None, amenities: frozenset[str]) -> Subset:
        keep = np.ones(len(self.places), dtype=bool)
        if kinds is not None:
            keep &= np.isin(self._kind_of, [i for i, k in enumerate(self._kinds) if k in kinds])
        for amenity in amenities:
            known = amenity in self._amenities
            keep &= self._has[:, self._amenities.index(amenity)] if known else False
        members = np.flatnonzero(keep).astype(np.int64)
        vectors = self.vectors[members]
        return Subset(members, vectors, cKDTree(vectors))

    def _timetable(self, start: date, days: int, calendar: HolidayCalendar) -> Timetable:
        return Timetable.of(self.hours, start, days, calendar)


def settle(
    index: PlaceIndex,
    point: Point,
    subset: Subset,
    limit: int,
    judge: Judge,
    *,
    first_ring: int,
    reach_m: float = np.inf,
) -> tuple[Ints, Floats]:
    """The first ``limit`` of ``subset`` by (group, distance, id), and their metres.

    Looks at growing rings round the point until no place outside can still be listed. Beyond
    ``reach_m`` the judge leaves everyone out.
    """
    asked = unit_vector(point)
    size = max(first_ring, limit + 1)
    while True:
        within, chords, beyond_m = subset.ring(asked, size)
        members = subset.members[within]
        low_m, high_m = distance_bounds_m(chords)
        best, worst = judge(members, low_m, high_m)
        sure_m = np.sort(high_m[worst == OPEN])
        enough = len(sure_m) >= limit and sure_m[limit - 1] < beyond_m
        if enough or beyond_m > reach_m or beyond_m == np.inf:
            break
        size *= 8
    short = members[_possible(best, worst, low_m, high_m, limit)]
    metres = distances_m(point, index.lats[short], index.lons[short])
    group, _same = judge(short, metres, metres)
    order = np.lexsort((index.id_order[short], metres, group))[:limit]
    order = order[group[order] < LEFT_OUT]
    return short[order], metres[order]


def _possible(
    best: Ints, worst: Ints, low_m: Floats, high_m: Floats, limit: int
) -> NDArray[np.bool_]:
    """Which candidates the bounds allow among the first ``limit``: never too few."""
    possible = np.zeros(len(best), dtype=bool)
    need = limit
    for group in (OPEN, UNKNOWN, SHUT):
        mine = (best <= group) & (group <= worst)
        sure_m = high_m[mine & (best == worst)]
        if len(sure_m) >= need:
            farthest_m = float(np.partition(sure_m, need - 1)[need - 1])
            possible |= mine & (low_m <= farthest_m)
            return possible
        possible |= mine
        need -= len(sure_m)
    return possible


@dataclass(frozen=True, slots=True)
class Subset:
    """The places that pass a filter, with a tree of their own: exact, and small if they are few."""

    members: Ints
    vectors: Floats
    tree: cKDTree

    def nearest(self, asked: tuple[float, float, float], size: int) -> tuple[Ints, Floats, float]:
        """The ``size`` members nearest by chord, their chords, and the metres before all others.

        Nearest first. The subset is not empty.
        """
        answer = self.tree.query(asked, min(size, len(self.members)))
        chords, within = np.reshape(answer[0], -1), np.reshape(answer[1], -1)  # one is a scalar
        beyond_m = np.inf if size >= len(self.members) else least_m(float(chords[-1]))
        return within.astype(np.int64, copy=False), chords, beyond_m

    def ring(self, asked: tuple[float, float, float], size: int) -> tuple[Ints, Floats, float]:
        """The same in no order, and all members at once when ``size`` is most of them."""
        if size * 2 <= len(self.members):
            return self.nearest(asked, size)
        chords = np.sqrt(((self.vectors - asked) ** 2).sum(axis=1))
        return np.arange(len(self.members)), chords, np.inf


def _coded(values: Iterable[str]) -> tuple[tuple[str, ...], Ints]:
    """The distinct values and each one's number among them."""
    numbers: dict[str, int] = {}
    codes = [numbers.setdefault(value, len(numbers)) for value in values]
    return tuple(numbers), np.array(codes, dtype=np.int64)


def _bits(places: Sequence[Place], amenities: Sequence[str]) -> NDArray[np.bool_]:
    """One row a place, one column an amenity: whether it is recorded as there."""
    table = [[place.amenities.get(key) is True for key in amenities] for place in places]
    return np.array(table, dtype=bool).reshape(len(places), len(amenities))
