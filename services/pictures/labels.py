"""Where the numbers stand on the map: near their points, on nothing else, lines not crossing.

A label is a box beside its point, joined to it by a line. Each in turn takes the cheapest of some
hundred spots while the others stay, until nothing moves (local search from a greedy start); the
same points always give the same spots.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Boxes = NDArray[np.float64]
"""Rows of left, top, right, bottom."""

_GAPS: Final = (16.0, 40.0, 76.0, 120.0, 176.0, 240.0, 320.0)
"""From a point to the edge of its label, px."""
_TURNS: Final = 24
_SWEEPS: Final = 8
_POINT: Final = 12.0
"""Radius of a point's mark with some air, px."""
_AIR: Final = 7.0
"""Between two labels, px."""
_OUTSIDE: Final = 1e6
_ON_BOX: Final = 2e4
_ON_POINT: Final = 3e3
_CROSSING: Final = 1.2e3
_LINE_ON_BOX: Final = 4e3
_LINE_ON_POINT: Final = 900.0


def arrange(points: Floats, sizes: Floats, bounds: tuple[float, float], taken: Boxes) -> Floats:
    """Middles of the labels: rows of x, y for rows of points.

    ``sizes`` are the labels' widths and heights, ``bounds`` the map's; ``taken`` are boxes that
    no label may cover.
    """
    count = len(points)
    spots = [_spots(points[i], sizes[i]) for i in range(count)]
    own = [_own_cost(points[i], sizes[i], spots[i], points, bounds, taken) for i in range(count)]
    chosen = np.full((count, 2), np.nan)
    # The most crowded first: they have the fewest spots to choose from.
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    order = np.argsort(np.sort(apart, axis=1)[:, : min(count, 6)].sum(axis=1), kind="stable")
    for sweep in range(_SWEEPS):
        moved = sweep > 0 and _untangle(points, sizes, chosen)
        for i in order:
            others = np.flatnonzero(~np.isnan(chosen[:, 0]) & (np.arange(count) != i))
            cost = own[i] + _cost_beside(
                points[i], sizes[i], spots[i], points[others], sizes[others], chosen[others]
            )
            best = spots[i][int(np.argmin(cost))]
            moved |= not np.array_equal(best, chosen[i])
            chosen[i] = best
        if not moved:
            break
    return chosen


def _untangle(points: Floats, sizes: Floats, chosen: Floats) -> bool:
    """Let two labels of one size whose lines cross change places; whether any did."""
    moved = False
    for i in range(len(points)):
        for j in range(i):
            if not np.array_equal(sizes[i], sizes[j]):
                continue
            now = np.hypot(*(chosen[i] - points[i])) + np.hypot(*(chosen[j] - points[j]))
            then = np.hypot(*(chosen[j] - points[i])) + np.hypot(*(chosen[i] - points[j]))
            if (
                then < now - 1.0
                and _crossings(
                    points[i], chosen[i : i + 1], points[j : j + 1], chosen[j : j + 1]
                ).any()
            ):
                chosen[[i, j]] = chosen[[j, i]]
                moved = True
    return moved


def _spots(point: Floats, size: Floats) -> Floats:
    """Middles to choose from, in the order of preference among equals: above first."""
    steps = np.arange(_TURNS)
    turns = np.where(steps % 2, (steps + 1) // 2, -(steps // 2)) * (2 * np.pi / _TURNS)
    ways = np.column_stack((np.sin(turns), -np.cos(turns)))
    with np.errstate(divide="ignore"):
        reach = np.min(size / 2 / np.abs(ways), axis=1)
    return np.concatenate([point + ways * (reach + gap)[:, None] for gap in _GAPS])


def boxes(middles: Floats, sizes: Floats, air: float = 0.0) -> Boxes:
    """The boxes of these middles and sizes, ``air`` px larger all round."""
    half = sizes / 2 + air
    return np.concatenate((middles - half, middles + half), axis=1)


def _own_cost(
    point: Floats,
    size: Floats,
    spots: Floats,
    points: Floats,
    bounds: tuple[float, float],
    taken: Boxes,
) -> Floats:
    own = boxes(spots, np.broadcast_to(size, spots.shape), 4.0)
    outside = (own[:, 0] < 0) | (own[:, 1] < 0) | (own[:, 2] > bounds[0]) | (own[:, 3] > bounds[1])
    cost = np.hypot(*(spots - point).T) + 0.3 * np.arange(len(spots)) / len(spots)
    cost = cost + _OUTSIDE * outside
    if len(taken):
        cost = cost + _ON_BOX * _meet(own, taken).sum(axis=1)
    # A line over another point would be taken for that point's.
    steps = np.linspace(0.0, 1.0, 24)[:, None]
    far = points[np.hypot(*(points - point).T) > 2 * _POINT]
    lines = point + (spots - point)[:, None] * steps[None]
    marks = boxes(far, np.full_like(far, 2 * _POINT))
    near = _holds(marks, lines.reshape(-1, 2), 0.0).reshape(len(far), len(spots), len(steps))
    cost = cost + _LINE_ON_POINT * near.any(axis=2).sum(axis=0)
    return np.asarray(cost + _ON_POINT * _holds(own, points, _POINT).sum(axis=1))


def _cost_beside(
    point: Floats, size: Floats, spots: Floats, points: Floats, sizes: Floats, chosen: Floats
) -> Floats:
    if not len(chosen):
        return np.zeros(len(spots))
    mine = boxes(spots, np.broadcast_to(size, spots.shape), _AIR)
    theirs = boxes(chosen, sizes)
    cost = _ON_BOX * _meet(mine, theirs).sum(axis=1)
    # Lines: mine over their boxes, theirs over mine, and the two over each other.
    steps = np.linspace(0.0, 1.0, 9)[:, None]
    own = point + (spots - point)[:, None] * steps[None]
    over = _holds(theirs, own.reshape(-1, 2), 2.0).reshape(len(chosen), len(spots), len(steps))
    cost += _LINE_ON_BOX * over.any(axis=2).sum(axis=0)
    lines = points[:, None] + (chosen - points)[:, None] * steps[None]
    over = _holds(mine, lines.reshape(-1, 2), 0.0).reshape(len(spots), len(chosen), len(steps))
    cost += _LINE_ON_BOX * over.any(axis=2).sum(axis=1)
    return np.asarray(cost + _CROSSING * _crossings(point, spots, points, chosen).sum(axis=1))


def _meet(a: Boxes, b: Boxes) -> NDArray[np.bool_]:
    """Which boxes of ``a`` and ``b`` overlap: shape (len(a), len(b))."""
    a, b = a[:, None], b[None]
    return np.asarray(
        (a[..., 0] < b[..., 2])
        & (b[..., 0] < a[..., 2])
        & (a[..., 1] < b[..., 3])
        & (b[..., 1] < a[..., 3])
    )


def _holds(a: Boxes, points: Floats, air: float) -> NDArray[np.bool_]:
    """Which boxes hold which points: shape (len(a), len(points))."""
    x, y = points[:, 0], points[:, 1]
    return np.asarray(
        (a[:, 0, None] - air < x)
        & (x < a[:, 2, None] + air)
        & (a[:, 1, None] - air < y)
        & (y < a[:, 3, None] + air)
    )


def _crossings(point: Floats, spots: Floats, points: Floats, chosen: Floats) -> NDArray[np.bool_]:
    """Which lines point–spot cross which lines points–chosen."""

    def side(a: Floats, b: Floats, c: Floats) -> Floats:
        u, v = b - a, c - a
        return np.asarray(u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0])

    p, q = point[None, None], spots[:, None]
    r, s = points[None], chosen[None]
    return np.asarray((side(p, q, r) * side(p, q, s) < 0) & (side(r, s, p) * side(r, s, q) < 0))
