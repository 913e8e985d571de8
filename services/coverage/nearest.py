"""The nearest place of every point, however far: straight on the ellipsoid, or as reached."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from services.coverage.demand import Floats, Ints
from services.coverage.reach import Reach, coordinates
from services.geo.distance import pair_distances_m, unit_vectors
from services.geo.sieve import chord_holding, distance_bounds_m
from services.places import Place


class NearestPlaces:
    """Places with a point behind a tree; of equally near ones the first by id."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = sorted(
            (place for place in places if place.point is not None), key=lambda place: place.id
        )
        self.lats, self.lons = coordinates(self.places)
        self._tree = cKDTree(unit_vectors(self.lats, self.lons)) if self.places else None

    def bounds_m(self, lats: Floats, lons: Floats) -> tuple[Floats, Floats]:
        """Metres that the nearest place is away at least, and at most."""
        assert self._tree is not None  # noqa: S101 - asked only where there are places
        chords, _ = self._tree.query(unit_vectors(lats, lons))
        return distance_bounds_m(np.asarray(chords))

    def of(self, lats: Floats, lons: Floats) -> tuple[Ints, Floats]:
        """The number of the nearest place in ``places`` and its metres; NaN without places."""
        if self._tree is None or not len(lats):
            return np.zeros(len(lats), dtype=np.int64), np.full(len(lats), np.nan)
        _, most_m = self.bounds_m(lats, lons)
        chords = [chord_holding(metres) for metres in most_m.tolist()]
        lists = self._tree.query_ball_point(unit_vectors(lats, lons), chords, return_sorted=True)
        size = np.array([len(each) for each in lists])
        place = np.concatenate([np.asarray(each, dtype=np.int64) for each in lists])
        point = np.repeat(np.arange(len(lats)), size)
        metres = pair_distances_m(lats[point], lons[point], self.lats[place], self.lons[place])
        order = np.lexsort((place, metres, point))
        first = order[np.cumsum(size) - size]
        return place[first], metres[first]


def nearest_within(reach: Reach) -> tuple[Ints, Floats]:
    """Each demand point's nearest place in reach and its metres; -1 and NaN without one."""
    points = len(reach.indptr) - 1
    row = np.repeat(np.arange(points), reach.counts)
    order = np.lexsort((reach.indices, reach.distance_m, row))
    served = np.flatnonzero(reach.counts)
    first = order[reach.indptr[served]]
    nearest, metres = np.full(points, -1, dtype=np.int64), np.full(points, np.nan)
    nearest[served], metres[served] = reach.indices[first], reach.distance_m[first]
    return nearest, metres
