"""Chains of segments become edges: a node stays only where the way can fork, end or change.

Between two junctions a drawn street has dozens of points. For a search they are one edge; its
length and its shape keep them all, so no distance changes. What may be passed differs by mode, so
each mode is contracted for itself.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from services.travel.streets.graph import Ints, StreetGraph
from services.travel.streets.ways import BACKWARD, BOTH, FORWARD

Flags = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def contracted(
    a: Ints, b: Ints, directions: Flags, closed: Mask, lat: Ints, lon: Ints
) -> StreetGraph:
    """The graph of the segments ``a[i] - b[i]`` between the points ``lat``, ``lon`` (micro).

    ``directions`` are ``FORWARD`` from a to b, ``BACKWARD``, or ``BOTH``; 0 and segments from a
    point to itself are left out; of equal segments one is kept, with the directions of all.
    Nobody passes through a ``closed`` point: every segment ends there for itself.
    """
    a, b, directions = _distinct(a, b, directions)
    a, b, point = _cut(a, b, closed)
    indptr, incident = _incident(a, b, len(point))
    keep = _junctions(a, b, directions, indptr, incident)
    visited, edge_indptr, edge_directions = _chains(a, b, directions, indptr, incident, keep)
    _turn_forward(visited, edge_indptr, edge_directions)
    ends = np.concatenate((visited[edge_indptr[:-1]], visited[edge_indptr[1:] - 1]))
    kept, inverse = np.unique(ends, return_inverse=True)
    numbered: Ints = inverse.astype(np.int32)
    return StreetGraph(
        start=numbered[: len(edge_directions)],
        end=numbered[len(edge_directions) :],
        oneway=edge_directions != BOTH,
        shape_indptr=edge_indptr,
        shape_lat=lat[point[visited]],
        shape_lon=lon[point[visited]],
        nodes=len(kept),
    )


def _distinct(a: Ints, b: Ints, directions: Flags) -> tuple[Ints, Ints, Flags]:
    """Each pair of points once, the lower number first."""
    used = (a != b) & (directions != 0)
    a, b, directions = a[used], b[used], directions[used]
    turned = a > b
    a, b = np.where(turned, b, a), np.where(turned, a, b)
    directions = np.where(turned, _swapped(directions), directions)
    pairs, which = np.unique((a.astype(np.int64) << 32) | b, return_inverse=True)
    joined = np.zeros(len(pairs), dtype=np.uint8)
    np.bitwise_or.at(joined, which, directions)
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32), joined


def _swapped(directions: Flags) -> Flags:
    """The same seen from the other end."""
    return (((directions & FORWARD) << 1) | ((directions & BACKWARD) >> 1)).astype(np.uint8)


def _cut(a: Ints, b: Ints, closed: Mask) -> tuple[Ints, Ints, Ints]:
    """Give every end at a closed point a point of its own; and for each number its point."""
    ends = np.concatenate((a, b))
    cut = np.flatnonzero(closed[ends])
    point = np.concatenate((np.arange(len(closed), dtype=np.int32), ends[cut]))
    ends[cut] = np.arange(len(closed), len(point), dtype=np.int32)
    return ends[: len(a)], ends[len(a) :], point


def _incident(a: Ints, b: Ints, points: int) -> tuple[Ints, Ints]:
    """For every point its segments."""
    ends = np.concatenate((a, b))
    indptr = np.zeros(points + 1, dtype=np.int32)
    np.cumsum(np.bincount(ends, minlength=points), out=indptr[1:])
    segment = np.arange(len(a), dtype=np.int32)
    return indptr, np.concatenate((segment, segment))[np.argsort(ends, kind="stable")]


def _turn_forward(visited: Ints, indptr: Ints, directions: Flags) -> None:
    """Turn the edges round that can only be passed backwards."""
    for edge in np.flatnonzero(directions == BACKWARD):
        part = slice(indptr[edge], indptr[edge + 1])
        visited[part] = visited[part][::-1].copy()
    directions[directions == BACKWARD] = FORWARD


@njit(cache=True)
def _seen_from(point, a, segment, directions):  # type: ignore[no-untyped-def]
    """Directions of a segment, forward being away from ``point``."""
    flags = directions[segment]
    if a[segment] == point:
        return flags
    return ((flags & 1) << 1) | ((flags & 2) >> 1)


@njit(cache=True)
def _junctions(a, b, directions, indptr, incident):  # type: ignore[no-untyped-def]
    """Where the way forks, ends, or changes what it lets through."""
    keep = np.zeros(len(indptr) - 1, dtype=np.bool_)
    for point in range(len(keep)):
        degree = indptr[point + 1] - indptr[point]
        if degree == 2:
            one = _seen_from(point, a, incident[indptr[point]], directions)
            two = _seen_from(point, a, incident[indptr[point] + 1], directions)
            # Away by one must be what arriving by the other is, and the reverse.
            keep[point] = one != (((two & 1) << 1) | ((two & 2) >> 1))
        else:
            keep[point] = degree != 0
    return keep


@njit(cache=True)
def _chains(a, b, directions, indptr, incident, keep):  # type: ignore[no-untyped-def]
    """The points that every edge visits, one edge after the other; where each begins; directions.

    First from the kept points; what is left then are rings without any: each becomes one edge from
    its lowest point to itself.
    """
    visited = np.empty(2 * len(a), dtype=np.int32)
    edge_indptr = np.zeros(len(a) + 1, dtype=np.int32)
    edge_directions = np.empty(len(a), dtype=np.uint8)
    used = np.zeros(len(a), dtype=np.bool_)
    edges, size = 0, 0
    for rings in (False, True):
        for origin in range(len(keep)):
            if keep[origin] == rings:
                continue
            for row in range(indptr[origin], indptr[origin + 1]):
                segment = incident[row]
                if used[segment]:
                    continue
                edge_directions[edges] = _seen_from(origin, a, segment, directions)
                at = origin
                visited[size] = at
                size += 1
                while True:
                    used[segment] = True
                    at = b[segment] if a[segment] == at else a[segment]
                    visited[size] = at
                    size += 1
                    if keep[at] or at == origin:
                        break
                    following = incident[indptr[at]]
                    segment = incident[indptr[at] + 1] if following == segment else following
                edges += 1
                edge_indptr[edges] = size
    return visited[:size].copy(), edge_indptr[: edges + 1].copy(), edge_directions[:edges].copy()
