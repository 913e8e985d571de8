"""The rest by branch and bound: HiGHS on what reduced costs leave open.

With prices u, bound L and an answer that covers C: a candidate that would push the bound below
C + 1 when it is chosen is in no better answer, and one that would when it is left out is in every
better one (Beasley 1993). What is left is often small enough to be solved to the end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from services.coverage.siting.problem import Flags, Floats, Ints
from services.coverage.siting.reduction import Reduced

EXACT_PAIRS_MAX: Final = 60_000
"""Pairs of candidate and point that HiGHS is given."""
CLASHES_MAX: Final = 200_000
"""Pairs of candidates too near each other that it is given."""

_INFEASIBLE: Final = 2
"""``scipy.optimize.milp``: there is no such answer."""
_SLACK: Final = 1e-6
_EXACT: Final = 1e-10
_GREATEST: Final = 1e9


@dataclass(frozen=True, slots=True)
class Core:
    """Candidates that are settled: ``kept_in`` in every better answer, ``open`` undecided."""

    kept_in: Flags
    open: Flags


def settled(small: Reduced, k: int, prices: Floats, bound: float, covered: int) -> Core:
    """What the prices settle of answers that cover more than ``covered``."""
    sums = np.add.reduceat(prices[small.demand], small.indptr[:-1])  # each holds some
    if k >= len(sums):  # only a spacing can forbid any
        free = small.apart_m <= 0
        return Core(np.full(len(sums), free), np.full(len(sums), not free))
    order = np.argsort(-sums, kind="stable")
    chosen = np.zeros(len(sums), dtype=np.bool_)
    chosen[order[:k]] = True
    last_in, first_out = sums[order[k - 1]], sums[order[k]]
    better = covered + 1 - _SLACK * max(1.0, abs(bound))
    never = ~chosen & (bound - last_in + sums < better)
    always = chosen & (bound - sums + first_out < better)
    return Core(always, ~never & ~always)


@dataclass(frozen=True, slots=True)
class Solved:
    """A better choice of the core's candidates, where there is one, and a bound on all of them.

    ``covered`` is what ``sites`` cover, or what was to be beaten when there are none.
    """

    sites: tuple[int, ...] | None
    covered: int
    bound: int


def solve_core(
    core: Reduced, k: int, to_beat: int, clashes: tuple[Ints, Ints], *, seconds: float
) -> Solved:
    """Choose at most k of the core's candidates that cover more than ``to_beat``, by HiGHS.

    ``clashes`` are pairs not to be chosen together. That only better answers are asked for closes
    most branches at once; where there is none, ``bound`` is ``to_beat``. HiGHS reckons in floats:
    its word is taken for ``_EXACT`` of the core's weight, and no nearer.
    """
    candidates, points = len(core), len(core.weights)
    total = int(core.weights.sum())
    unsure = math.floor(total * _EXACT)
    # HiGHS takes great numbers for infinite; its tolerances are made for small ones.
    unit = max(1.0, total / _GREATEST)
    weights = core.weights / unit
    a, b = clashes
    place = np.repeat(np.arange(candidates), np.diff(core.indptr))
    clash = np.arange(len(a)) + points + 2
    point = np.arange(points)
    # Rows: y_d - sum of its x ≤ 0 for each point; sum of x ≤ k; -sum of w y ≤ -better;
    # x_a + x_b ≤ 1 for those too near each other.
    rows = (
        core.demand,
        point,
        np.full(candidates, points),
        np.full(points, points + 1),
        clash,
        clash,
    )
    columns = (place, candidates + point, np.arange(candidates), candidates + point, a, b)
    values = (
        np.full(len(core.demand), -1.0),
        np.ones(points + candidates),
        -weights,
        np.ones(2 * len(a)),
    )
    matrix = csc_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        (points + 2 + len(a), candidates + points),
    )
    above = np.concatenate((np.zeros(points), [float(k), -(to_beat + 0.5) / unit], np.ones(len(a))))
    answer = milp(
        np.concatenate((np.zeros(candidates), -weights)),
        constraints=LinearConstraint(matrix, ub=above),
        integrality=np.concatenate(
            (np.ones(candidates, dtype=np.int64), np.zeros(points, dtype=np.int64))
        ),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if answer.status == _INFEASIBLE:
        return Solved(None, to_beat, to_beat + unsure)
    bound = total
    if answer.mip_dual_bound is not None and np.isfinite(answer.mip_dual_bound):
        bound = min(bound, math.floor(-answer.mip_dual_bound * unit + 0.01) + unsure)
    if answer.x is None:
        return Solved(None, to_beat, max(bound, to_beat))
    chosen = answer.x[:candidates] > 0.5
    held = np.zeros(points, dtype=np.bool_)
    held[core.demand[chosen[place]]] = True
    covered = int(core.weights[held].sum())
    return Solved(tuple(np.flatnonzero(chosen).tolist()), covered, max(bound, covered))
