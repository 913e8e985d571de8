"""Catchments: which demand points a place serves, however the way is measured.

The straight line and the streets answer the same question in the same form, so that everything
above (coverage, the week, edits, siting) is arithmetic on it and asks only once how far is far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.errors import LimitExceeded
from services.limits import REACH_PAIRS_MAX

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """Pairs of a place and a demand point, place by place.

    Place i reaches ``points[indptr[i]:indptr[i + 1]]`` (numbers of demand points, ascending), at
    ``distance_m`` metres of the measure in use.
    """

    indptr: NDArray[np.int64]
    points: NDArray[np.int32]
    distance_m: Floats

    @property
    def places(self) -> NDArray[np.int32]:
        """The place of every pair."""
        count = len(self.indptr) - 1
        return np.repeat(np.arange(count, dtype=np.int32), np.diff(self.indptr))

    def within(self, limit_m: float) -> Reached:
        """Only the pairs up to ``limit_m``, which is itself within."""
        kept = self.distance_m <= limit_m
        before = np.concatenate(([0], np.cumsum(kept)))
        return Reached(before[self.indptr], self.points[kept], self.distance_m[kept])


class Catchments(Protocol):
    """Prepared for one set of demand points and one measure; asked for any places."""

    def of(self, lats: Floats, lons: Floats, limits_m: Sequence[float]) -> Reached:
        """All pairs within the greatest of ``limits_m``, exact at each of them.

        Places in degrees WGS-84; one whose point is NaN reaches nothing. Raises ``LimitExceeded``
        beyond ``REACH_PAIRS_MAX`` pairs.
        """
        ...


def refuse_too_many_pairs(pairs: int, points: int, places: int, limit_m: float) -> None:
    """Raise ``LimitExceeded`` when the pairs do not fit."""
    if pairs > REACH_PAIRS_MAX:
        raise LimitExceeded(
            f"{points} 个需求点和 {places} 个服务点在 {limit_m:.0f} 米内有 {pairs} 对,"
            f"上限是 {REACH_PAIRS_MAX} 对。请缩短时间或加大网格间距。",
            limit=REACH_PAIRS_MAX,
            field="minutes",
            value=pairs,
        )
