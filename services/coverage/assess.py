"""Coverage: which share of the demand has a place within the standard, by district and in all.

    covered  = sum of the weights of the demand points with at least one counting place in reach
    share    = covered / weight, and None where there is no weight
    overlap k = sum of the weights with at least k

All sums are whole numbers; the districts' add up to the total exactly. ``assess`` searches once;
every figure (at an hour or at any, the week, edits, gaps) is arithmetic on its ``Assessment``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.coverage.counting import Counted
from services.coverage.demand import DemandPoints, Ints
from services.coverage.reach import Reach, both_orders, coordinates, counts_within
from services.coverage.standards import BESIDE, Standard
from services.places import Place
from services.travel.catchments import Catchments, Reached
from services.travel.measure import Measure
from services.travel.straight_catchments import StraightCatchments

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Share:
    """Covered weight of a weight: whole numbers of 1/scale of the demand's unit (m² for a grid)."""

    weight: int
    covered: int
    scale: int = field(default=1, kw_only=True)

    @property
    def share(self) -> float | None:
        """0 to 1, or None where there is nothing to cover: that is neither 0 % nor 100 %."""
        return self.covered / self.weight if self.weight else None

    def to_json(self) -> dict[str, Any]:
        """``{weight, covered, share}``."""
        weight, covered = (
            (self.weight, self.covered)
            if self.scale == 1
            else (self.weight / self.scale, self.covered / self.scale)
        )
        return {"weight": weight, "covered": covered, "share": self.share}


@dataclass(frozen=True, slots=True)
class DistrictShare(Share):
    """A district's part."""

    adcode: str
    name: str

    def to_json(self) -> dict[str, Any]:
        """``{adcode, name, weight, covered, share}``."""
        return {"adcode": self.adcode, "name": self.name, **Share.to_json(self)}


@dataclass(frozen=True, slots=True)
class Table:
    """One standard's figures."""

    limit_m: float
    districts: tuple[DistrictShare, ...]
    total: Share

    def to_json(self) -> dict[str, Any]:
        """``{limit_m, districts, total}``."""
        return {
            "limit_m": round(self.limit_m, 1),
            "districts": [each.to_json() for each in self.districts],
            "total": self.total.to_json(),
        }


def tabulate(demand: DemandPoints, counts: Ints, limit_m: float) -> Table:
    """Sum the weights of the points that ``counts`` says are covered, district by district."""
    weight = np.zeros(len(demand.districts), dtype=np.int64)
    covered = np.zeros_like(weight)
    np.add.at(weight, demand.district, demand.weights)
    served = counts > 0
    np.add.at(covered, demand.district[served], demand.weights[served])
    return Table(
        limit_m,
        tuple(
            DistrictShare(int(w), int(c), adcode, name, scale=demand.scale)
            for (adcode, name), w, c in zip(demand.districts, weight, covered, strict=True)
        ),
        Share(int(weight.sum()), int(covered.sum()), scale=demand.scale),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """What every figure and every edit is arithmetic on.

    ``reach`` holds the pairs within the measure's limit; ``straight`` the straight pairs within
    the greatest of the standards beside it and of the measure's straight limit.
    """

    demand: DemandPoints
    counted: Counted
    measure: Measure
    catchments: Catchments
    reach: Reach
    straight: Reached
    standards: tuple[Standard, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """The places that count, in the order of the reach's numbers."""
        return self.counted.places

    def counts(self, open_places: Flags | None = None) -> Ints:
        """How many places serve each demand point: all, or only those that are flagged."""
        if open_places is None:
            return self.reach.counts
        return _counts(self.reach.reached, open_places, len(self.demand), self.measure.limit_m)

    def straight_counts(self, limit_m: float, open_places: Flags | None = None) -> Ints:
        """The same by straight line under one of the limits that ``straight`` was searched with."""
        if open_places is None:
            return counts_within(self.straight, len(self.demand), limit_m)
        return _counts(self.straight, open_places, len(self.demand), limit_m)

    @property
    def outside_streets(self) -> Flags:
        """The points inside some place's circle that no place reaches along the streets."""
        inside = self.straight_counts(self.measure.straight_limit_m) > 0
        outside: Flags = inside & (self.reach.counts == 0)
        return outside


def _counts(reached: Reached, open_places: Flags, points: int, limit_m: float) -> Ints:
    kept = (reached.distance_m <= limit_m) & open_places[reached.places]
    return np.bincount(reached.points[kept], minlength=points).astype(np.int64)


def assess(
    demand: DemandPoints,
    counted: Counted,
    measure: Measure,
    *,
    catchments: Catchments | None = None,
    standards: Sequence[Standard] = BESIDE,
) -> Assessment:
    """Search which demand points the counting places reach.

    ``catchments``, where given, were prepared by ``measure`` for these points. Raises
    ``LimitExceeded`` for more pairs than fit, ``InvalidInput`` for a mode without streets.
    """
    lats, lons = coordinates(counted.places)
    prepared = catchments or measure.catchments(demand.lats, demand.lons)
    limits = (
        measure.straight_limit_m,
        *(standard.limit_m(measure.detour_factor) for standard in standards),
    )
    limit_m = measure.limit_m
    if measure.method == "straight":
        straight = prepared.of(lats, lons, limits)
        reached = straight.within(limit_m)
    else:
        straight = StraightCatchments(demand.lats, demand.lons).of(lats, lons, limits)
        reached = prepared.of(lats, lons, (limit_m,))
    return Assessment(
        demand,
        counted,
        measure,
        prepared,
        both_orders(reached, len(demand), limit_m),
        straight,
        tuple(standards),
    )
