"""Points of a plane joined to clusters: connected by short steps, and no wider than is useful."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from services.coverage.demand import Floats, Ints

_RINGS: Final = (
    ((0, 1), (1, -1), (1, 0), (1, 1)),
    ((0, 2), (1, -2), (1, 2), (2, -2), (2, -1), (2, 0), (2, 1), (2, 2)),
)
"""Rows and columns to the cells round one that may hold a point within reach of one in it: those
that touch it, then those round these. Half of each ring: the other half are the same pairs."""


_STOREYS: Final = 4.0
"""Steps on a third axis between what must not be joined: it takes more than one to get across."""

_CROWDED: Final = 4.0
"""Points in a cell, as a point meets them on average, beyond which pairs are too many to list."""


def clusters(x: Floats, y: Floats, group: Ints, *, link_m: float, across_m: float) -> Ints:
    """A cluster's number, from 0, for each point: arrays of one length, metres of a plane.

    Points of one group at most ``link_m`` apart are in one cluster, and so are theirs. A cluster
    wider than ``across_m`` (the longer side of its box) is halved in the middle of that side, and
    its halves again, until none is; what a cut has parted are clusters of their own.
    """
    part = linked(x, y, group, link_m)
    halves = _halved(x, y, part, across_m)
    cut = np.isin(part, part[halves != part])
    if cut.any():
        halves[cut] = halves.max() + 1 + linked(x[cut], y[cut], halves[cut], link_m)
    return np.unique(halves, return_inverse=True)[1]


def linked(x: Floats, y: Floats, group: Ints, link_m: float) -> Ints:
    """Connected components of the points of each group, steps of at most ``link_m`` joining them.

    A tree lists all pairs where they are few, as on a grid. Crowded points, down to many on one
    spot, are taken cell by cell: cells so small that all of a cell hangs together are joined to
    their neighbours, by their first points where that is enough, else by the nearest two.
    """
    if not len(x):
        return np.zeros(0, dtype=np.int64)
    cells = _Cells(x, y, group, link_m)
    if not cells.crowded:
        tree = cKDTree(np.column_stack((x, y, _STOREYS * link_m * group)))
        return _components([tree.query_pairs(link_m, output_type="ndarray").T], len(x))
    first = cells.first
    component = np.arange(len(first))
    joined, open_questions = [], []
    for ring in _RINGS:
        pairs = _apart(cells.neighbours(ring), component)
        a, b = first[pairs]
        near = np.hypot(x[a] - x[b], y[a] - y[b]) <= link_m
        joined.append(pairs[:, near])
        open_questions.append(pairs[:, ~near])
        component = _components(joined, len(first))
    pairs = _apart(np.hstack(open_questions), component)
    joined.append(pairs[:, cells.touching(pairs)])
    return _components(joined, len(first))[cells.of_point]


class _Cells:
    """The points in square cells, any two of one cell at most ``link_m`` apart; used ones only."""

    def __init__(self, x: Floats, y: Floats, group: Ints, link_m: float) -> None:
        self._x, self._y, self._link_m = x, y, link_m
        side = link_m / np.sqrt(2.0) * (1.0 - 1e-9)
        column = np.floor((x - x.min()) / side).astype(np.int64) + 2
        row = np.floor((y - y.min()) / side).astype(np.int64) + 2
        # Room for two cells beyond every border, so that no neighbour is one of another row.
        self._width = int(column.max()) + 3
        height = int(row.max()) + 3
        key = (group * height + row) * self._width + column
        self._keys, self.first, self.of_point, self._size = np.unique(
            key, return_index=True, return_inverse=True, return_counts=True
        )
        self._members = np.argsort(self.of_point, kind="stable")
        self._start = np.cumsum(self._size) - self._size

    @property
    def crowded(self) -> bool:
        """Whether the pairs of points would be many times the points."""
        return bool((self._size**2).sum() > _CROWDED * self._size.sum())

    def neighbours(self, ring: Iterable[tuple[int, int]]) -> Ints:
        """Pairs of cells, shape (2, n): each cell with those so many rows and columns from it."""
        pairs = []
        for rows, columns in ring:
            other = self._keys + rows * self._width + columns
            at = np.minimum(np.searchsorted(self._keys, other), len(self._keys) - 1)
            there = np.flatnonzero(self._keys[at] == other)
            pairs.append(np.stack((there, at[there])))
        return np.hstack(pairs)

    def touching(self, pairs: Ints) -> NDArray[np.bool_]:
        """Which of these pairs of cells, whose first points are too far apart, hold two that
        are not.
        """
        found = np.zeros(pairs.shape[1], dtype=np.bool_)
        several = np.flatnonzero((self._size[pairs] > 1).any(axis=0))
        if not len(several):
            return found
        a, b = pairs[:, several]
        small, large = np.where(self._size[a] <= self._size[b], (a, b), (b, a))
        # One tree for all: a third axis keeps the cells farther apart than anything is asked.
        # Without twins, which a tree cannot part.
        storey = _STOREYS * self._link_m
        inside, _ = self._points(np.unique(large))
        spots = (self._x[inside], self._y[inside], storey * self.of_point[inside])
        tree = cKDTree(np.unique(np.column_stack(spots), axis=0))
        asking, pair = self._points(small)
        distance, _ = tree.query(
            np.column_stack((self._x[asking], self._y[asking], storey * large[pair])),
            distance_upper_bound=self._link_m * (1.0 + 1e-9),
        )
        found[several[pair[distance <= self._link_m]]] = True
        return found

    def _points(self, cells: Ints) -> tuple[Ints, Ints]:
        """All points of these cells, and for each the position of its cell in ``cells``."""
        size = self._size[cells]
        which = np.repeat(np.arange(len(cells)), size)
        within = np.arange(len(which)) - (np.cumsum(size) - size)[which]
        return self._members[self._start[cells][which] + within], which


def _apart(pairs: Ints, component: Ints) -> Ints:
    """Those of the pairs, shape (2, n), whose two are not in one component already."""
    a, b = component[pairs]
    return pairs[:, a != b]


def _components(joined: Sequence[Ints], count: int) -> Ints:
    pairs = np.hstack(joined)
    graph = coo_array((np.ones(pairs.shape[1], dtype=np.int8), pairs), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _halved(x: Floats, y: Floats, part: Ints, across_m: float) -> Ints:
    """The parts with those that are too wide cut."""
    while True:
        west, east, south, north = boxes(x, y, part)
        wide = np.maximum(east - west, north - south) > across_m
        if not wide.any():
            return part
        lengthwise = east - west >= north - south
        middle = np.where(lengthwise, west + east, south + north) / 2.0
        beyond = np.where(lengthwise[part], x, y) > middle[part]
        new = len(wide) + np.cumsum(wide) - 1
        part = np.where(wide[part] & beyond, new[part], part)


def boxes(x: Floats, y: Floats, part: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """West, east, south and north of each part (numbered from 0, none empty)."""
    count = int(part.max(initial=-1)) + 1
    low, high = np.full((2, count), np.inf), np.full((2, count), -np.inf)
    for axis, values in enumerate((x, y)):
        np.minimum.at(low[axis], part, values)
        np.maximum.at(high[axis], part, values)
    return low[0], high[0], low[1], high[1]
