"""Reach: which demand points lie within a straight distance of which places, and how far.

A tree over the demand points proposes, with bounds that drop nothing (``geo/sieve.py``). The
distance of a pair is the middle latitude's formula (``geo/distance.py``), good to ``_ERROR`` for
the short distances of a service circle; every pair that this error could put on
the wrong side of a threshold is measured again as a geodesic. So membership is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from services.coverage.demand import DemandPoints, Floats, Ints
from services.errors import LimitExceeded
from services.geo.distance import mid_latitude_m, pair_distances_m, unit_vectors
from services.geo.sieve import chord_holding
from services.limits import REACH_PAIRS_MAX
from services.places import Place

_PAIRS_AT_ONCE: Final = 500_000
_FORMULA_M: Final = 100_000.0
_ERROR: Final = 1e-6
"""Relative error of ``mid_latitude_m`` up to ``_FORMULA_M`` and 75° of latitude: at most 3.5e-7
against geodesics. Pairs beyond either are measured as geodesics."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Pairs within ``limit_m`` as rows of compressed sparse lists, one row a demand point.

    Row i is ``indices[indptr[i]:indptr[i + 1]]`` (numbers of places, ascending) with
    ``distance_m`` beside it, metres on the ellipsoid.
    """

    indptr: Ints
    indices: NDArray[np.int32]
    distance_m: Floats
    limit_m: float
    thresholds_m: tuple[float, ...]

    @property
    def counts(self) -> Ints:
        """How many places serve each demand point."""
        return np.diff(self.indptr)

    def counts_within(self, threshold_m: float) -> Ints:
        """``counts`` under a shorter limit.

        Exact for the thresholds that the reach was built for; ``ValueError`` for any other.
        """
        if threshold_m not in self.thresholds_m:
            raise ValueError(f"reach was not built for {threshold_m} m")
        before = np.concatenate(([0], np.cumsum(self.distance_m <= threshold_m)))
        return np.asarray(np.diff(before[self.indptr]), dtype=np.int64)


def straight_reach(
    demand: DemandPoints, places: Sequence[Place], thresholds_m: Sequence[float]
) -> Reach:
    """The pairs within the greatest of ``thresholds_m``, exact at each of them.

    Places without a point reach nothing. Raises ``LimitExceeded`` for more pairs than fit.
    """
    limit_m = max(thresholds_m)
    lats = np.array([place.point.lat if place.point else np.nan for place in places])
    lons = np.array([place.point.lon if place.point else np.nan for place in places])
    point, place_number = _pairs(demand, lats, lons, limit_m)
    metres = np.empty(len(point))
    for start in range(0, len(point), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        a, b = point[part], place_number[part]
        metres[part] = _measured(demand.lats[a], demand.lons[a], lats[b], lons[b], thresholds_m)
    within = metres <= limit_m
    point, place_number, metres = point[within], place_number[within], metres[within]
    order = np.argsort(point, kind="stable")  # places come in ascending order already
    size = np.bincount(point, minlength=len(demand))
    return Reach(
        np.concatenate(([0], np.cumsum(size))),
        place_number[order],
        metres[order],
        limit_m,
        tuple(thresholds_m),
    )


def _pairs(
    demand: DemandPoints, lats: Floats, lons: Floats, limit_m: float
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Every pair that can be within ``limit_m``, and some that are not, place by place."""
    known = np.flatnonzero(np.isfinite(lats)).astype(np.int32)
    if not len(known) or not len(demand):
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
    # A grid is laid out in order; the sliding midpoint builds a tree over it in half the time.
    tree = cKDTree(unit_vectors(demand.lats, demand.lons), balanced_tree=False, compact_nodes=False)
    asked = unit_vectors(lats[known], lons[known])
    chord = chord_holding(limit_m)
    sizes = np.asarray(tree.query_ball_point(asked, chord, return_length=True), dtype=np.int64)
    pairs = int(sizes.sum())
    if pairs > REACH_PAIRS_MAX:
        raise LimitExceeded(
            f"{len(demand)} 个需求点和 {len(known)} 个服务点在 {limit_m:.0f} 米内有 {pairs} 对,"
            f"上限是 {REACH_PAIRS_MAX} 对。请缩短时间或加大网格间距。",
            limit=REACH_PAIRS_MAX,
            field="minutes",
            value=pairs,
        )
    point = np.empty(pairs, dtype=np.int32)
    start = 0
    for vector, size in zip(asked, sizes, strict=True):
        point[start : start + size] = tree.query_ball_point(vector, chord)
        start += size
    return point, np.repeat(known, sizes)


def _measured(
    lats: Floats, lons: Floats, to_lats: Floats, to_lons: Floats, thresholds_m: Sequence[float]
) -> Floats:
    """Metres of each pair: by formula where that decides every threshold, else as a geodesic."""
    metres = mid_latitude_m(lats, lons, to_lats, to_lons)
    doubtful = (metres > _FORMULA_M) | (np.maximum(np.abs(lats), np.abs(to_lats)) > 75.0)
    for threshold in thresholds_m:
        doubtful |= np.abs(metres - threshold) <= threshold * _ERROR + 1e-3
    again = np.flatnonzero(doubtful)
    metres[again] = pair_distances_m(lats[again], lons[again], to_lats[again], to_lons[again])
    return metres
