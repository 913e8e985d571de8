"""How much longer the streets are than the straight line, measured."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.travel.catchments import Reached

STRAIGHT_MIN_M: Final = 50.0
"""Below it, the walk to the street and back decides, not the streets."""

LONGEST: Final = 3.0
"""A detour that is still seen by default."""


def measured_detour(
    straight: Reached,
    streets: Reached,
    streets_limit_m: float,
    weights: NDArray[np.int64] | None = None,
    *,
    longest: float = LONGEST,
) -> float | None:
    """Median of metres by street over metres straight; None when it cannot be told.

    Both are catchments of the same places over the same demand points, ``streets`` complete up to
    ``streets_limit_m``. Counted are the pairs of ``straight`` from ``STRAIGHT_MIN_M`` to that limit
    over ``longest``: of those every detour up to ``longest`` is known, and a pair that
    ``streets`` lacks is a longer one. (Taking only the pairs that both have would leave out the
    long detours and flatter the streets.) ``weights`` are those of the demand points. None when
    there are no such pairs, and when more than half of them are longer than ``longest``.
    """
    asked = (straight.distance_m >= STRAIGHT_MIN_M) & (
        straight.distance_m <= streets_limit_m / longest
    )
    if not np.any(asked):
        return None
    pairs, known = _numbered(straight)[asked], _numbered(streets)
    at = np.searchsorted(known, pairs)
    found = at < len(known)
    found[found] = known[at[found]] == pairs[found]
    ratio = np.full(len(pairs), np.inf)
    ratio[found] = streets.distance_m[at[found]] / straight.distance_m[asked][found]
    weight = np.ones(len(pairs)) if weights is None else weights[straight.points[asked]]
    order = np.argsort(ratio, kind="stable")
    total = np.cumsum(weight[order])
    median = float(ratio[order][np.searchsorted(total, total[-1] / 2)]) if total[-1] else math.inf
    return median if median <= longest else None


def _numbered(reached: Reached) -> NDArray[np.int64]:
    """Each pair as one number, ascending."""
    return (reached.places.astype(np.int64) << 32) | reached.points
