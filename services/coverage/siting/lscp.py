"""The fewest sites that cover everything that any candidate can cover."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic
from typing import Final, Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from services.coverage.siting.compiled import search
from services.coverage.siting.exact import EXACT_PAIRS_MAX
from services.coverage.siting.prices import cover_steps
from services.coverage.siting.problem import (
    Cancelled,
    Progress,
    SitingProblem,
    check,
)
from services.coverage.siting.reduction import Reduced, by_gain, reduced

_ROUNDS: Final = 50
_STEPS: Final = 20
_SLACK: Final = 1e-4
"""Bounds are sums of floats, and HiGHS's are near enough: no more than this off."""
_MILP_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Cover:
    """``sites`` (numbers of candidates) cover all that can be; no fewer than ``at_least`` do.

    ``beyond`` is the weight that no candidate holds.
    """

    sites: tuple[int, ...]
    gains: tuple[int, ...]
    at_least: int
    covered_before: int
    covered_after: int
    beyond: int
    seconds: float
    stopped: Literal["optimal", "work", "cancelled"]
    notes: tuple[str, ...] = ()

    @property
    def bound(self) -> int:
        """The weight that any choice of candidates covers at most: all that they hold."""
        return self.covered_after

    @property
    def gap_percent(self) -> float:
        """How many of the sites may be too many, in percent."""
        return 100.0 * (1 - self.at_least / len(self.sites)) if self.sites else 0.0

    @property
    def of_best_percent(self) -> float:
        """All that can be added is."""
        return 100.0


def solve_lscp(
    problem: SitingProblem,
    *,
    seconds: float = 60.0,
    progress: Progress = lambda _covered, _bound: None,
    cancelled: Cancelled = lambda: False,
) -> Cover:
    """A cover and a lower bound on the size of any. A spacing is not heeded: it may forbid all.

    Raises ``InvalidInput`` without a candidate.
    """
    check(problem, 1)
    began = monotonic()
    small = reduced(replace(problem, min_spacing_m=0.0))
    chosen = _pruned(small, _greedy(small))
    stopped: Literal["optimal", "work", "cancelled"] = "work"

    def ended() -> bool:
        return monotonic() - began > seconds or cancelled()

    at_least = _bound(small, len(chosen), ended) if len(small) else 0
    if ended():
        stopped = "cancelled" if cancelled() else "work"
    elif at_least < len(chosen) and len(small.demand) <= EXACT_PAIRS_MAX:
        chosen, at_least = _exact(small, chosen, at_least, min(seconds, _MILP_SECONDS))
    if at_least == len(chosen):
        stopped = "optimal"
    before, added = problem.covered_before, int(small.weights.sum())
    progress(before + added, before + added)
    order, gains = by_gain(small, chosen)
    weight = problem.before + int(problem.weights.sum())
    return Cover(
        sites=tuple(int(small.original[site]) for site in order),
        gains=tuple(gains),
        at_least=at_least,
        covered_before=before,
        covered_after=before + added,
        beyond=weight - before - added,
        seconds=monotonic() - began,
        stopped=stopped,
        notes=_notes(len(order), at_least, problem.min_spacing_m),
    )


def _notes(sites: int, at_least: int, spacing_m: float) -> tuple[str, ...]:
    sure = "不能再少" if sites == at_least else f"至少要 {at_least} 个"
    enough = f"要覆盖候选点够得到的全部需求,{sites} 个点够了,{sure}。"
    if spacing_m <= 0:
        return (enough,)
    return (
        enough,
        f"没有采用 {spacing_m:g} 米的最小间距:隔开了就可能盖不全。要隔开,请给出个数(k)。",
    )


def _greedy(small: Reduced) -> list[int]:
    """Each time the candidate that holds most points that nobody holds yet."""
    count = len(small)
    if not count:
        return []
    nowhere = np.zeros(0)
    ones = np.ones(len(small.weights), dtype=np.int64)
    _, sites = search(
        small.indptr, small.demand, small.point_indptr, small.candidates, ones,
        nowhere, nowhere, 0.0, count,
        np.full(count, -1, dtype=np.int32), 0, 0, False,
    )  # fmt: skip
    return [site for site in sites.tolist() if site >= 0]


def _pruned(small: Reduced, chosen: list[int]) -> list[int]:
    """Without those, last first, whose points others hold as well."""
    holders = np.zeros(len(small.weights), dtype=np.int64)
    for site in chosen:
        holders[small.demand[small.indptr[site] : small.indptr[site + 1]]] += 1
    kept = []
    for site in reversed(chosen):
        mine = small.demand[small.indptr[site] : small.indptr[site + 1]]
        if (holders[mine] > 1).all():
            holders[mine] -= 1
        else:
            kept.append(site)
    return kept[::-1]


def _bound(small: Reduced, sites: int, ended: Callable[[], bool]) -> int:
    points = len(small.weights)
    # No candidate's points are worth more than the one site that it is.
    size = np.diff(small.indptr)
    prices = 1.0 / np.maximum.reduceat(size[small.candidates], small.point_indptr[:-1])
    state = np.array([0.5, 0.0, 0.0])
    best = prices.copy()
    direction = np.zeros(points)
    for _ in range(_ROUNDS):
        cover_steps(
            small.indptr, small.demand, float(sites), _STEPS, prices, direction, state, best
        )
        if state[2] > sites - 1 or ended():
            break
    return min(sites, math.ceil(float(state[2]) - _SLACK))


def _exact(
    small: Reduced, chosen: list[int], at_least: int, seconds: float
) -> tuple[list[int], int]:
    holders = csr_array(
        (np.ones(len(small.candidates)), small.candidates, small.point_indptr),
        (len(small.weights), len(small)),
    )
    answer = milp(
        np.ones(len(small)),
        constraints=LinearConstraint(holders, lb=1.0),
        integrality=np.ones(len(small), dtype=np.int64),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if answer.mip_dual_bound is not None and np.isfinite(answer.mip_dual_bound):
        at_least = max(at_least, math.ceil(answer.mip_dual_bound - _SLACK))
    if answer.x is not None:
        found = np.flatnonzero(answer.x > 0.5).tolist()
        if len(found) < len(chosen):
            chosen = found
    return chosen, min(at_least, len(chosen))
