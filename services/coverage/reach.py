"""Reach: which demand points lie within the standard of which places, and how far.

The same pairs in both orders: place by place (edits, siting) and point by point (shares, hours).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.coverage.demand import DemandPoints, Floats, Ints
from services.places import Place
from services.travel.catchments import Reached
from services.travel.straight_catchments import StraightCatchments


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Pairs within ``limit_m``; ``reached`` has them place by place.

    Row i of the other order is ``indices[indptr[i]:indptr[i + 1]]``: the numbers, ascending, of the
    places that serve demand point i, with ``distance_m`` beside them.
    """

    reached: Reached
    indptr: Ints
    indices: NDArray[np.int32]
    distance_m: Floats
    limit_m: float

    @property
    def counts(self) -> Ints:
        """How many places serve each demand point."""
        return np.diff(self.indptr)


def both_orders(reached: Reached, points: int, limit_m: float) -> Reach:
    """The reach of ``points`` demand points; every pair must be within ``limit_m``."""
    order = np.argsort(reached.points, kind="stable")  # places stay in ascending order
    size = np.bincount(reached.points, minlength=points)
    return Reach(
        reached,
        np.concatenate(([0], np.cumsum(size))).astype(np.int64),
        reached.places[order],
        reached.distance_m[order],
        limit_m,
    )


def counts_within(reached: Reached, points: int, limit_m: float) -> Ints:
    """How many places serve each of ``points`` demand points under a shorter limit.

    Exact for the limits that ``reached`` was searched with.
    """
    near = reached.points[reached.distance_m <= limit_m]
    return np.bincount(near, minlength=points).astype(np.int64)


def coordinates(places: Sequence[Place]) -> tuple[Floats, Floats]:
    """Latitudes and longitudes; NaN for a place without a point, which then reaches nothing."""
    points = [place.point for place in places]
    return (
        np.array([point.lat if point else np.nan for point in points], dtype=np.float64),
        np.array([point.lon if point else np.nan for point in points], dtype=np.float64),
    )


def straight_reach(demand: DemandPoints, places: Sequence[Place], limit_m: float) -> Reach:
    """The pairs within ``limit_m`` by straight line. Raises ``LimitExceeded``."""
    catchments = StraightCatchments(demand.lats, demand.lons)
    return both_orders(catchments.of(*coordinates(places), (limit_m,)), len(demand), limit_m)
