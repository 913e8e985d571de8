"""The same problem with less in it: every optimum of the small one is an optimum of the large.

Points that the same candidates hold are one point of their joint weight. Points that nobody needs
to cover (covered, weightless, held by no candidate) and candidates that hold none of the others
are left out; so are candidates whose points another candidate holds as well (among equal ones the
first stays). With a spacing every candidate that holds something stays: where it is matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from services.coverage.siting.problem import Flags, Floats, Ints, Numbers, SitingProblem

_COMPARED_MAX: Final = 20_000_000
"""Common points of pairs of candidates: beyond it the comparison costs more than it saves."""


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """``weights`` int64[n]; candidate -> points and point -> candidates, both as CSR.

    ``original`` are the candidates' numbers in the problem. Those less than ``apart_m`` from each
    other (0: nothing is asked) must not be chosen together.
    """

    weights: Ints
    indptr: Ints
    demand: Numbers
    point_indptr: Ints
    candidates: Numbers
    original: Ints
    x_m: Floats
    y_m: Floats
    apart_m: float

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def part(self, kept: Flags, open_points: Flags) -> Reduced:
        """Only these candidates and points; ``original`` stays the problem's numbers."""
        return _built(
            self.weights,
            self.indptr,
            self.demand,
            self.original,
            kept,
            open_points,
            (self.x_m, self.y_m),
            self.apart_m,
        )

    def clashing(self, chosen: Flags) -> Flags:
        """The candidates that are too near a chosen one other than themselves."""
        found = np.zeros(len(self), dtype=np.bool_)
        if self.apart_m > 0:
            for site in np.flatnonzero(chosen).tolist():
                square = (self.x_m - self.x_m[site]) ** 2 + (self.y_m - self.y_m[site]) ** 2
                near = square < self.apart_m**2
                near[site] = False
                found |= near
        return found

    def clashes(self, most: int) -> tuple[Ints, Ints] | None:
        """The pairs that must not be chosen together; None when they are more than ``most``."""
        if self.apart_m <= 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        tree = cKDTree(np.column_stack((self.x_m, self.y_m)))
        if tree.count_neighbors(tree, self.apart_m) > 2 * most + len(self):
            return None
        pairs = tree.query_pairs(self.apart_m, output_type="ndarray").astype(np.int64)
        return pairs[:, 0], pairs[:, 1]


def reduced(problem: SitingProblem) -> Reduced:
    """The problem without what cannot matter."""
    wanted = (problem.weights > 0) & ~problem.covered
    place = np.repeat(np.arange(problem.candidates), np.diff(problem.indptr))
    held = wanted[problem.demand]
    place, point = place[held], problem.demand[held]
    first, weights = _merged(problem.weights, place, point, problem.candidates)
    number = np.full(len(problem.weights), -1, dtype=np.int32)
    number[first] = np.arange(len(first), dtype=np.int32)
    kept = number[point] >= 0
    place, demand = place[kept], number[point[kept]]
    indptr = _indptr(place, problem.candidates)
    useful = np.diff(indptr) > 0
    if problem.min_spacing_m <= 0:
        useful &= ~_outdone(indptr, demand, len(first))
    return _built(
        weights,
        indptr,
        demand,
        np.arange(problem.candidates),
        useful,
        np.ones(len(first), dtype=np.bool_),
        (problem.x_m, problem.y_m),
        # A billionth is forgiven, so that exactly the spacing apart is far enough.
        problem.min_spacing_m * (1.0 - 1e-9),
    )


def _merged(weights: Ints, place: Ints, point: Numbers, candidates: int) -> tuple[Ints, Ints]:
    """The first point of every set of candidates, ascending, and the joint weights."""
    # Two random words a candidate: different sets of candidates have different sums (but for a
    # chance of one in 2^90 for any two of a million points).
    chance = np.random.default_rng(20261124)
    sums = np.zeros((2, len(weights)), dtype=np.uint64)
    for row in range(2):
        words = chance.integers(0, 2**64, candidates, dtype=np.uint64)
        np.add.at(sums[row], point, words[place])
    held = np.unique(point)
    order = held[np.lexsort((held, sums[1, held], sums[0, held]))]
    if not len(order):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    new = np.concatenate(([True], np.any(sums[:, order[1:]] != sums[:, order[:-1]], axis=0)))
    starts = np.flatnonzero(new)
    first, joint = order[starts].astype(np.int64), np.add.reduceat(weights[order], starts)
    ascending = np.argsort(first)
    return first[ascending], joint[ascending]


def _outdone(indptr: Ints, demand: Numbers, points: int) -> Flags:
    """Which candidates hold nothing that some one other does not hold too."""
    candidates = len(indptr) - 1
    outdone = np.zeros(candidates, dtype=np.bool_)
    holders = np.bincount(demand, minlength=points).astype(np.int64)
    if int((holders**2).sum()) > _COMPARED_MAX:
        return outdone
    sets = csr_array((np.ones(len(demand), np.int32), demand, indptr), (candidates, points))
    common = (sets @ sets.T).tocoo()
    size = np.diff(indptr)
    a, b = common.coords
    within = (common.data == size[a]) & (a != b)
    smaller = size[a] < size[b]
    outdone[a[within & (smaller | (b < a))]] = True
    return outdone


def _built(
    weights: Ints,
    indptr: Ints,
    demand: Numbers,
    original: Ints,
    kept: Flags,
    open_points: Flags,
    positions: tuple[Floats, Floats],
    apart_m: float,
) -> Reduced:
    place = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    stays = kept[place] & open_points[demand]
    held = np.zeros(len(weights), dtype=np.bool_)
    held[demand[stays]] = True
    point_number = np.cumsum(held) - 1
    place_number = np.cumsum(kept) - 1
    place, demand = place_number[place[stays]], point_number[demand[stays]].astype(np.int32)
    count, points = int(kept.sum()), int(held.sum())
    by_point = np.argsort(demand, kind="stable")
    x_m, y_m = (each[kept] if apart_m > 0 else np.zeros(0) for each in positions)
    return Reduced(
        weights[held],
        _indptr(place, count),
        demand,
        _indptr(demand, points),
        place[by_point].astype(np.int32),
        original[kept],
        x_m,
        y_m,
        apart_m,
    )


def _indptr(rows: Ints | Numbers, count: int) -> Ints:
    return np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=count)))).astype(np.int64)


def by_gain(small: Reduced, sites: Sequence[int]) -> tuple[list[int], list[int]]:
    """The sites in the order of what each adds to those before it, and that; without idle ones."""
    sets = [small.demand[small.indptr[site] : small.indptr[site + 1]] for site in sites]
    is_open = np.ones(len(small.weights), dtype=np.bool_)
    # What a site adds only ever falls, so one that still adds what it did when it was looked at
    # last, and stands first by that, is the next (Minoux 1978).
    queue = [(-int(small.weights[mine].sum()), number) for number, mine in enumerate(sets)]
    heapify(queue)
    order, gains = [], []
    while queue:
        before, number = queue[0]
        mine = sets[number]
        adds = int(small.weights[mine[is_open[mine]]].sum())
        if adds < -before:
            heapreplace(queue, (-adds, number))
            continue
        heappop(queue)
        if adds > 0:
            order.append(sites[number])
            gains.append(adds)
            is_open[mine] = False
    return order, gains
