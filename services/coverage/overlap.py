"""Overlap: whom each place serves, and who depends on that one door alone.

    reach_weight of a place = weight of the demand points that it serves
    sole_weight             = weight of those that no other place serves: what loses all cover
                              when this door closes

Whole numbers of 1/scale of the demand's unit, like every weight. The sole weights and the weight
covered at least twice add up to the weight covered.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.coverage.assess import Flags
from services.coverage.demand import DemandPoints, Ints
from services.coverage.reach import Reach


@dataclass(frozen=True, slots=True, eq=False)
class Dependence:
    """Weights by place, int64, in the order of the reach's place numbers."""

    reach_weight: Ints
    sole_weight: Ints

    @property
    def ranking(self) -> Ints:
        """Place numbers, the one whose closing costs the most first.

        Equal ones by the weight they serve, then in the order of their numbers.
        """
        return np.lexsort((-self.reach_weight, -self.sole_weight))


def dependence(reach: Reach, demand: DemandPoints, open_places: Flags | None = None) -> Dependence:
    """What each place serves and what it serves alone.

    ``open_places`` (one flag a place) looks at these only, as at some hour; the others then serve
    nothing.
    """
    reached = reach.reached
    place, point = reached.places, reached.points
    if open_places is not None:
        kept = open_places[place]
        place, point = place[kept], point[kept]
    counts = np.bincount(point, minlength=len(demand))
    alone = counts[point] == 1
    places = len(reached.indptr) - 1
    return Dependence(
        _sums(place, demand.weights[point], places),
        _sums(place[alone], demand.weights[point[alone]], places),
    )


def _sums(place: NDArray[np.int32], weights: Ints, places: int) -> Ints:
    """Whole sums by place; ``bincount`` would go through floats."""
    sums = np.zeros(places, dtype=np.int64)
    np.add.at(sums, place, weights)
    return sums
