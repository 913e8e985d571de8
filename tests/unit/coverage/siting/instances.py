"""Siting problems as plain matrices, and their answers by trying every choice, or by HiGHS."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from services.coverage.siting import SitingProblem

Choice = tuple[int, ...]


@dataclass(frozen=True)
class Instance:
    """``holds[j, d]``: candidate j covers point d. Positions in metres; weights are Python ints."""

    holds: NDArray[np.bool_]
    weights: Sequence[int]
    covered: NDArray[np.bool_]
    at: NDArray[np.float64]
    spacing_m: float = 0.0

    def problem(self) -> SitingProblem:
        return SitingProblem(
            weights=np.array(self.weights, dtype=np.int64),
            indptr=np.concatenate(([0], np.cumsum(self.holds.sum(axis=1)))).astype(np.int64),
            demand=np.nonzero(self.holds)[1].astype(np.int32),
            covered=self.covered,
            x_m=self.at[:, 0].copy(),
            y_m=self.at[:, 1].copy(),
            min_spacing_m=self.spacing_m,
        )

    def recount(self, sites: Sequence[int]) -> int:
        """The weight that is covered with these sites, point by point."""
        return sum(
            weight
            for d, weight in enumerate(self.weights)
            if self.covered[d] or any(self.holds[j, d] for j in sites)
        )

    def apart(self, sites: Sequence[int]) -> bool:
        return all(
            math.dist(self.at[a], self.at[b]) >= self.spacing_m
            for a, b in itertools.combinations(sites, 2)
        )

    def choices(self, k: int) -> Iterator[Choice]:
        """All of at most k candidates that are far enough apart."""
        for size in range(k + 1):
            for sites in itertools.combinations(range(len(self.holds)), size):
                if self.apart(sites):
                    yield sites

    def best(self, k: int) -> int:
        """The most that any choice covers."""
        masks = [sum(1 << int(d) for d in np.flatnonzero(row)) for row in self.holds]
        start = sum(1 << int(d) for d in np.flatnonzero(self.covered))
        weight_of: dict[int, int] = {}
        for sites in self.choices(k):
            mask = start
            for j in sites:
                mask |= masks[j]
            if mask not in weight_of:
                weight_of[mask] = sum(w for d, w in enumerate(self.weights) if mask >> d & 1)
        return max(weight_of.values())

    def fewest(self) -> int:
        """The size of the smallest choice that covers all that can be, spacing or not."""
        needed = self.holds.any(axis=0) & ~self.covered & (np.array(self.weights) > 0)
        for size in range(len(self.holds) + 1):
            for sites in itertools.combinations(range(len(self.holds)), size):
                if self.holds[list(sites)].any(axis=0)[needed].all():
                    return size
        raise AssertionError("all candidates together cover it")


def drawn(seed: int, *, spaced: bool = False) -> Instance:
    """Few points and candidates in a square; some weightless, covered, equal, or out of reach."""
    chance = np.random.default_rng(seed)
    candidates, points = int(chance.integers(1, 10)), int(chance.integers(0, 40))
    places, demand = chance.uniform(0, 100, (candidates, 2)), chance.uniform(0, 100, (points, 2))
    if candidates > 2 and chance.random() < 0.3:
        places[1] = places[0]
    reach = chance.uniform(5, 40)
    weights = chance.integers(0, int(chance.choice([2, 9, 100_000])), points)
    return Instance(
        np.hypot(*(places[:, None] - demand[None]).transpose(2, 0, 1)) <= reach,
        weights.tolist(),
        chance.random(points) < chance.choice([0.0, 0.3]),
        places,
        float(chance.uniform(5, 70)) if spaced else 0.0,
    )


def town(seed: int, points: int, candidates: int, reach: float, spacing_m: float = 0.0) -> Instance:
    """Points around six centres of a square of 10 km; nothing is covered yet."""
    chance = np.random.default_rng(seed)
    centres = chance.uniform(0, 10_000, (6, 2))

    def around(count: int) -> NDArray[np.float64]:
        return centres[chance.integers(0, 6, count)] + chance.normal(0, 1_300, (count, 2))

    places, demand = around(candidates), around(points)
    return Instance(
        np.hypot(*(places[:, None] - demand[None]).transpose(2, 0, 1)) <= reach,
        chance.integers(1, 21, points).tolist(),
        np.zeros(points, dtype=np.bool_),
        places,
        spacing_m,
    )


def by_highs(instance: Instance, k: int) -> int:
    """The optimum of the textbook's model, point by point, with nothing merged or left out."""
    candidates, points = instance.holds.shape
    clashing = [
        pair for pair in itertools.combinations(range(candidates), 2) if not instance.apart(pair)
    ]
    rows = np.zeros((points + 1 + len(clashing), candidates + points))
    rows[:points, :candidates] = -instance.holds.T.astype(float)
    rows[np.arange(points), candidates + np.arange(points)] = 1
    rows[points, :candidates] = 1
    for row, pair in enumerate(clashing, start=points + 1):
        rows[row, list(pair)] = 1
    above = np.concatenate((instance.covered.astype(float), [k], np.ones(len(clashing))))
    answer = milp(
        np.concatenate((np.zeros(candidates), -np.array(instance.weights, dtype=float))),
        constraints=LinearConstraint(rows, ub=above),
        integrality=np.concatenate((np.ones(candidates), np.zeros(points))),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    assert answer.status == 0
    return round(-answer.fun)
