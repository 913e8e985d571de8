"""Catchments by straight distance on the ellipsoid.

A tree over the demand points proposes, with bounds that drop nothing (``geo/sieve.py``). The
distance of a pair is the middle latitude's formula (``geo/distance.py``), good to ``_ERROR`` for
the short distances of a service circle; every pair that this error could put on
the wrong side of a limit is measured again as a geodesic. So membership is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from services.geo.distance import mid_latitude_m, pair_distances_m, unit_vectors
from services.geo.sieve import chord_holding
from services.travel.catchments import Floats, Reached, refuse_too_many_pairs

_PAIRS_AT_ONCE: Final = 100_000
_FORMULA_M: Final = 100_000.0
_ERROR: Final = 1e-6
"""Relative error of ``mid_latitude_m`` up to ``_FORMULA_M`` and 75° of latitude: at most 3.5e-7
against geodesics. Pairs beyond either are measured as geodesics."""


class StraightCatchments:
    """Demand points (degrees WGS-84, arrays of one length) behind a tree."""

    def __init__(self, lats: Floats, lons: Floats) -> None:
        self._lats, self._lons = lats, lons
        # A grid is laid out in order; the sliding midpoint builds a tree over it in half the time.
        self._tree = (
            cKDTree(unit_vectors(lats, lons), balanced_tree=False, compact_nodes=False)
            if len(lats)
            else None
        )

    def of(self, lats: Floats, lons: Floats, limits_m: Sequence[float]) -> Reached:
        """All pairs within the greatest of ``limits_m``; see ``Catchments.of``."""
        limit_m = max(limits_m)
        proposed, sizes = self._proposed(lats, lons, limit_m)
        place = np.repeat(np.arange(len(lats)), sizes)
        metres = np.empty(len(proposed))
        for start in range(0, len(proposed), _PAIRS_AT_ONCE):
            part = slice(start, start + _PAIRS_AT_ONCE)
            a, b = proposed[part], place[part]
            metres[part] = _measured(self._lats[a], self._lons[a], lats[b], lons[b], limits_m)
        indptr = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        return Reached(indptr, proposed, metres).within(limit_m)

    def _proposed(
        self, lats: Floats, lons: Floats, limit_m: float
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Every point that can be within ``limit_m`` of a place, and some that are not.

        Place by place, ascending; and how many each has.
        """
        sizes = np.zeros(len(lats), dtype=np.int64)
        known = np.flatnonzero(np.isfinite(lats) & np.isfinite(lons))
        if self._tree is None or not len(known):
            return np.zeros(0, dtype=np.int32), sizes
        asked = unit_vectors(lats[known], lons[known])
        chord = chord_holding(limit_m)
        sizes[known] = self._tree.query_ball_point(asked, chord, return_length=True)
        pairs = int(sizes.sum())
        refuse_too_many_pairs(pairs, len(self._lats), len(known), limit_m)
        points = np.empty(pairs, dtype=np.int32)
        start = 0
        for vector, size in zip(asked, sizes[known], strict=True):
            points[start : start + size] = self._tree.query_ball_point(
                vector, chord, return_sorted=True
            )
            start += size
        return points, sizes


def _measured(
    lats: Floats, lons: Floats, to_lats: Floats, to_lons: Floats, limits_m: Sequence[float]
) -> Floats:
    """Metres of each pair: by formula where that decides every limit, else as a geodesic."""
    metres = mid_latitude_m(lats, lons, to_lats, to_lons)
    doubtful = (metres > _FORMULA_M) | (np.maximum(np.abs(lats), np.abs(to_lats)) > 75.0)
    for limit in limits_m:
        doubtful |= np.abs(metres - limit) <= limit * _ERROR + 1e-3
    again = np.flatnonzero(doubtful)
    metres[again] = pair_distances_m(lats[again], lons[again], to_lats[again], to_lons[again])
    return metres
